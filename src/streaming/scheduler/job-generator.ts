import type { Clock, Timer } from "../../core/clock/clock.js";
import type { DStreamGraph } from "../dstream-graph.js";
import { Time } from "../time.js";
import type { JobScheduler } from "./job-scheduler.js";
import { track } from "./tracking.js";

/**
 * Makes the jobs of a batch whenever the clock says one is due, one batch after the other, and hands them to the
 * scheduler.
 *
 * ```
 *   start              1st batch due        2nd
 *   ──┼────────┼────────────┼────────────────┼──▶ clock      multiples of the batch duration
 *          zero time   (zero time + batch)
 * ```
 *
 * Spark's name: `org.apache.spark.streaming.scheduler.JobGenerator`.
 */
export class JobGenerator {
  readonly #period: number;
  readonly #clock: Clock;
  #next = 0;
  #timer: Timer | undefined;
  #stopped = false;
  #generating: Promise<void> = Promise.resolve();
  #giveUp!: () => void;
  readonly #abandoned = new Promise<void>(resolve => {
    this.#giveUp = resolve;
  });

  constructor(
    private readonly graph: DStreamGraph,
    private readonly scheduler: JobScheduler,
  ) {
    this.#period = graph.batchDuration.milliseconds;
    this.#clock = graph.clock;
  }

  /** The time of the next batch: the first multiple of the batch duration after now. */
  static firstTime(now: number, period: number): Time {
    return new Time((Math.floor(now / period) + 1) * period);
  }

  /** Begins with the batch of `first`. */
  start(first: Time): void {
    this.#next = first.milliseconds;
    this.#wait();
  }

  /** No batch begins by the clock any more; resolves when the last one's jobs were handed over. */
  async stopTimer(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#generating;
  }

  /** Makes the next batch now, before its time; after {@link stopTimer}, for what a graceful stop must still process. */
  async generateNext(): Promise<void> {
    this.#generate();
    await this.#generating;
  }

  /** Gives up what is being made; nothing is handed over any more. */
  abandon(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#giveUp();
  }

  #wait(): void {
    this.#timer = this.#clock.at(this.#next, () => {
      this.#generate();
      this.#wait();
    });
  }

  #generate(): void {
    const time = new Time(this.#next);
    this.#next += this.#period;
    const handed = this.#generating.then(() => this.#makeBatch(time));
    this.#generating = handed.then(() => {});
    track(this.#clock, Promise.race([handed.then(batch => batch?.done), this.#abandoned]));
  }

  /** Hands the batch over; `done` resolves when it has ended. */
  async #makeBatch(time: Time): Promise<{ done: Promise<void> } | undefined> {
    if (this.#stopped) return undefined;
    const { graph, scheduler } = this;
    try {
      // Every input decides now what belongs to this batch, whether or not an output asks for it before a later one.
      await Promise.all(graph.inputs.map(input => input.node.getOrCompute(time)));
      const jobs = await graph.generateJobs(time);
      if (this.#stopped) return undefined;
      return { done: scheduler.submit(time, jobs, graph.inputInfo.take(time)) };
    } catch (error) {
      if (this.#stopped) return undefined;
      scheduler.fail(time, graph.inputInfo.take(time), error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }
}
