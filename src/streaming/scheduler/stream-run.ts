import type { SparkConf } from "../../core/conf/spark-conf.js";
import { getLogger } from "../../core/log/logger.js";
import type { DStreamGraph } from "../dstream-graph.js";
import { Time } from "../time.js";
import { within } from "../within.js";
import type { Batch } from "./batch.js";
import { failurePolicy } from "./failure-policy.js";
import { JobGenerator } from "./job-generator.js";
import { JobScheduler } from "./job-scheduler.js";

const log = getLogger("StreamingContext");

/** How long a stop that is not graceful waits for jobs that were cancelled, ms of the wall clock. */
const CANCEL_PATIENCE = 2000;

let runs = 0;

/** What is told about a run as it goes. */
export interface RunEvents {
  /** A batch has ended, well or not. */
  batchCompleted(batch: Batch): void;
  /** The policy for failed batches wants the context to stop. */
  mustStop(): void;
}

/**
 * The life of a started graph: its inputs, the generator that makes its batches and the scheduler that runs them, begun
 * and ended in the right order.
 */
export class StreamRun {
  readonly scheduler: JobScheduler;
  readonly #generator: JobGenerator;
  readonly #conf: SparkConf;
  #clockRuns = false;
  #isStopped = false;
  #tellStopped!: () => void;
  readonly #stopped = new Promise<void>(resolve => {
    this.#tellStopped = resolve;
  });
  /** The latest batch that has ended, ms. */
  #latestEnded = 0;

  constructor(
    private readonly graph: DStreamGraph,
    private readonly events: RunEvents,
  ) {
    const { sparkContext, clock, listenerBus, batchDuration } = graph;
    this.#conf = sparkContext.conf;
    const policy = failurePolicy(this.#conf);
    this.scheduler = new JobScheduler(
      sparkContext,
      clock,
      listenerBus,
      policy,
      batchDuration.milliseconds,
      `streaming-${++runs}`,
      this.#conf.getInt("spark.streaming.concurrentJobs"),
    );
    this.#generator = new JobGenerator(graph, this.scheduler);
    this.scheduler.onBatchCompleted = batch => {
      this.#batchCompleted(batch);
      if (batch.failure !== undefined && policy.kind !== "continue") events.mustStop();
    };
  }

  /** Starts the inputs, then the clock. When an input fails to start, those that did are stopped again. */
  async start(): Promise<void> {
    const { graph } = this;
    const period = graph.batchDuration.milliseconds;
    graph.start(new Time(JobGenerator.firstTime(graph.clock.now(), period).milliseconds - period));
    graph.listenerBus.post("onStreamingStarted", { time: graph.clock.now(), batchDuration: graph.batchDuration });
    const starting: Promise<void>[] = [];
    try {
      for (const input of graph.inputs) {
        const started = input.start();
        if (started !== undefined) starting.push(started);
      }
      // Without this branch the clock would start a turn of the event loop later than it could.
      if (starting.length > 0) await Promise.race([Promise.all(starting), this.#stopped]);
    } catch (error) {
      await Promise.allSettled(starting);
      await this.#stopInputs();
      throw error;
    }
    if (this.#isStopped) return;
    this.#clockRuns = true;
    // Inputs may have taken long to start: batches that would have been due meanwhile had no data and are left out.
    this.#generator.start(JobGenerator.firstTime(graph.clock.now(), period));
  }

  /** Takes no more data, processes everything that was received, and waits for it, within the graceful time-out. */
  async stopGracefully(): Promise<void> {
    if (!this.#clockRuns) return this.stopNow();
    const timeout = this.#conf.getTimeAsMs(
      "spark.streaming.gracefulStopTimeout",
      10 * this.graph.batchDuration.milliseconds,
    );
    const drain = async () => {
      await Promise.all(this.graph.inputs.map(input => input.stopReceiving()));
      await this.#generator.stopTimer();
      while (await this.#hasPending()) await this.#generator.generateNext();
    };
    if (!(await within(timeout, drain()))) {
      log.warn(
        `Timed out while stopping gracefully: after ${timeout} ms data that was received still waits for a batch (spark.streaming.gracefulStopTimeout). It is given up.`,
      );
      this.#generator.abandon();
    }
    await this.scheduler.whenIdle();
    await this.#stopInputs();
  }

  /** Cancels what runs and drops what waits. */
  async stopNow(): Promise<void> {
    this.#isStopped = true;
    this.#tellStopped();
    this.#generator.abandon();
    this.scheduler.stop();
    await this.#stopInputs();
    if (!this.scheduler.isInsideJob) {
      await within(CANCEL_PATIENCE, this.scheduler.whenIdle());
    }
  }

  async #hasPending(): Promise<boolean> {
    const pending = await Promise.all(this.graph.inputs.map(input => input.hasPending()));
    return pending.includes(true);
  }

  async #stopInputs(): Promise<void> {
    for (const result of await Promise.allSettled(this.graph.inputs.map(async input => input.stop()))) {
      if (result.status === "rejected") log.warn("An input stream failed to stop", result.reason);
    }
  }

  #batchCompleted(batch: Batch): void {
    const { graph } = this;
    const info = batch.info();
    for (const input of graph.inputs) {
      input.rateController?.onBatchCompleted(info);
      input.onBatchCompleted(batch.time, info);
    }
    graph.listenerBus.post("onBatchCompleted", { batchInfo: info });
    // With several jobs at a time a later batch may end first: what an earlier one still uses must stay.
    this.#latestEnded = Math.max(this.#latestEnded, batch.time.milliseconds);
    const oldestPending = this.scheduler.pendingTimes[0] ?? Number.POSITIVE_INFINITY;
    const period = graph.batchDuration.milliseconds;
    graph.clearMetadata(new Time(Math.min(this.#latestEnded, oldestPending - period)));
    this.events.batchCompleted(batch);
  }
}
