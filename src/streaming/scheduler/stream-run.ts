import type { SparkConf } from "../../core/conf/spark-conf.js";
import { getLogger } from "../../core/log/logger.js";
import { CheckpointWriter } from "../checkpoint/checkpoint-writer.js";
import { type Resumption, restore } from "../checkpoint/recovery.js";
import type { DStreamGraph } from "../dstream-graph.js";
import { Time } from "../time.js";
import { within } from "../within.js";
import type { Batch } from "./batch.js";
import { DrainProgress } from "./drain-progress.js";
import { type FailurePolicy, failurePolicy } from "./failure-policy.js";
import { JobGenerator } from "./job-generator.js";
import { JobScheduler } from "./job-scheduler.js";
import { LineageCutter } from "./lineage-cutter.js";
import { track } from "./tracking.js";

const log = getLogger("StreamingContext");

/** How long a stop that is not graceful waits for jobs that were cancelled, ms of the wall clock. */
const CANCEL_PATIENCE = 2000;

let runs = 0;

/** What is told about a run as it goes. */
export interface RunEvents {
  /** A batch has ended, well or not; `stops` when the context must stop because it has failed. */
  batchCompleted(batch: Batch, stops: boolean): void;
  /** The policy for failed batches wants the context to stop. */
  mustStop(): void;
}

/**
 * The life of a started graph: its inputs, the generator that makes its batches and the scheduler that runs them, begun
 * and ended in the right order.
 */
export class StreamRun {
  readonly scheduler: JobScheduler;
  readonly #conf: SparkConf;
  readonly #policy: FailurePolicy;
  /** Set by {@link start}. */
  #generator!: JobGenerator;
  /** Set by {@link start}. */
  #lineages!: LineageCutter;
  /** Where there is a checkpoint directory. */
  #checkpoint: CheckpointWriter | undefined;
  /** While it stops gracefully. */
  #drain: DrainProgress | undefined;
  #clockRuns = false;
  #isStopped = false;
  #tellStopped!: () => void;
  readonly #stopped = new Promise<void>(resolve => {
    this.#tellStopped = resolve;
  });
  /** Since when batches are not begun, ms of the clock. */
  #pausedAt: number | undefined;
  /** The latest batch that has ended, ms. */
  #latestEnded = 0;

  constructor(
    private readonly graph: DStreamGraph,
    private readonly events: RunEvents,
  ) {
    const { sparkContext, clock, listenerBus, batchDuration } = graph;
    this.#conf = sparkContext.conf;
    const policy = failurePolicy(this.#conf);
    this.#policy = policy;
    this.scheduler = new JobScheduler(
      sparkContext,
      clock,
      listenerBus,
      policy,
      batchDuration.milliseconds,
      `streaming-${++runs}`,
      this.#conf.getInt("spark.streaming.concurrentJobs"),
    );
    this.scheduler.onBatchCompleted = batch => {
      const stops = batch.failure !== undefined && policy.kind !== "continue";
      this.#batchCompleted(batch, stops);
      if (stops) events.mustStop();
    };
  }

  /** Starts the inputs, then the clock. When an input fails to start, those that did are stopped again. */
  async start(): Promise<void> {
    const { graph } = this;
    const period = graph.batchDuration.milliseconds;
    const firstTime = () => JobGenerator.firstTime(graph.clock.now(), period);
    const found = graph.recovered;
    graph.start(new Time(found?.checkpoint.context.zeroTime ?? firstTime().milliseconds - period));
    this.#checkpoint = graph.checkpointDir === undefined ? undefined : new CheckpointWriter(graph);
    this.#lineages = new LineageCutter(graph);
    this.#generator = new JobGenerator(graph, this.scheduler, this.#checkpoint);
    graph.listenerBus.post("onStreamingStarted", { time: graph.clock.now(), batchDuration: graph.batchDuration });
    const starting: Promise<void>[] = [];
    let resumption: Resumption | undefined;
    try {
      resumption = await this.#openCheckpoint();
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
    if (resumption !== undefined) {
      this.#generator.resume(resumption);
      return;
    }
    // Inputs may have taken long to start: batches that would have been due meanwhile are left out, and the streams begin
    // after them, or a window would ask the inputs for batches that never were.
    const first = firstTime();
    const zero = new Time(first.milliseconds - period);
    if (zero.greater(graph.zeroTime!)) graph.start(zero);
    this.#generator.start(first);
  }

  /** Opens what outlives the process, and gives the graph what an earlier run has left there. */
  async #openCheckpoint(): Promise<Resumption | undefined> {
    const { graph } = this;
    const writer = this.#checkpoint;
    if (writer === undefined) return undefined;
    await writer.open();
    const logs = await Promise.all(graph.inputs.map(input => input.openLog()));
    if (graph.recovered !== undefined) return restore(graph, graph.recovered, writer);
    // What is logged before the first batch is found again through a checkpoint only.
    if (logs.includes(true)) await writer.decided([]);
    return undefined;
  }

  /** Whether batches are not begun at present. */
  get isPaused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /**
   * Begins no batch until {@link resume}. The batch that runs ends; receivers go on as long as there is room, other sources
   * are not asked.
   */
  pause(): void {
    if (this.isPaused || this.#isStopped || this.#drain !== undefined) return;
    const time = this.graph.clock.now();
    this.#pausedAt = time;
    this.scheduler.pause();
    this.#generator.pause();
    log.warn("Streaming is paused: no batch begins until it is resumed. Receivers go on as long as there is room.");
    this.graph.listenerBus.post("onStreamingPaused", { time });
  }

  /** Goes on: the batches that were due meanwhile are made up for, those without data cheaply. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    const time = this.graph.clock.now();
    const paused = time - this.#pausedAt;
    this.#pausedAt = undefined;
    this.scheduler.resume();
    const batchesMissed = this.#generator.unpause();
    log.warn(`Streaming goes on after ${paused} ms: ${batchesMissed} batches are made up for.`);
    this.graph.listenerBus.post("onStreamingResumed", { time, batchesMissed });
  }

  /** Takes no more data, processes everything that was received, and waits for it, within the graceful time-out. */
  async stopGracefully(): Promise<void> {
    if (!this.#clockRuns) return this.stopNow();
    const timeout = this.#conf.getTimeAsMs(
      "spark.streaming.gracefulStopTimeout",
      10 * this.graph.batchDuration.milliseconds,
    );
    const { clock, listenerBus } = this.graph;
    const progress = new DrainProgress(
      () => ({ time: clock.now(), batches: this.scheduler.pendingTimes.length }),
      event => listenerBus.post("onDrainProgress", event),
      timeout,
    );
    this.#drain = progress;
    this.resume();
    const drain = async () => {
      await Promise.all(this.graph.inputs.map(input => input.stopReceiving()));
      await this.#generator.stopTimer();
      while (!this.#generator.isAbandoned) {
        progress.receiving = await this.#hasPending();
        progress.tell();
        if (!progress.receiving) return;
        await this.#generator.generateNext();
      }
    };
    if (!(await within(timeout, Promise.race([drain(), this.#stopped])))) {
      log.warn(
        `Timed out while stopping gracefully: after ${timeout} ms data that was received still waits for a batch (spark.streaming.gracefulStopTimeout). It is given up.`,
      );
      this.#generator.abandon();
    }
    // A stop at once overtakes this one: a job that hangs and cannot be cancelled is not waited for.
    await Promise.race([this.scheduler.whenIdle(), this.#stopped]);
    progress.end();
    if (this.#isStopped) return;
    await this.#checkpoint?.close();
    await this.#stopInputs();
  }

  /** Cancels what runs and drops what waits. */
  async stopNow(): Promise<void> {
    this.#isStopped = true;
    this.#drain?.end();
    this.#tellStopped();
    this.#generator.abandon();
    this.scheduler.stop();
    await this.#stopInputs();
    if (!this.scheduler.isInsideJob) {
      await within(CANCEL_PATIENCE, this.scheduler.whenIdle());
    }
    if (this.#clockRuns && this.#checkpoint !== undefined) await within(CANCEL_PATIENCE, this.#checkpoint.close());
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

  #batchCompleted(batch: Batch, stops: boolean): void {
    const { graph } = this;
    const info = batch.info();
    for (const input of graph.inputs) {
      if (!batch.wasHeld) input.rateController?.onBatchCompleted(info);
      input.onBatchCompleted(batch.time, info);
    }
    graph.listenerBus.post("onBatchCompleted", { batchInfo: info });
    this.#drain?.tell();
    // With several jobs at a time a later batch may end first: what an earlier one still uses must stay.
    this.#latestEnded = Math.max(this.#latestEnded, batch.time.milliseconds);
    if (this.#isDone(batch)) this.#checkpointed(batch.time);
    const { oldestPending } = this.scheduler;
    const period = graph.batchDuration.milliseconds;
    const saving = this.#checkpoint?.holding ?? Number.POSITIVE_INFINITY;
    const needed = Math.min(this.#latestEnded, oldestPending - period, saving, this.#lineages.neededSince);
    graph.clearMetadata(new Time(needed));
    if (this.#lineages.isDue(batch.time)) {
      track(
        graph.clock,
        this.scheduler.submitWork(() => this.#lineages.cut(batch.time)),
      );
    }
    this.events.batchCompleted(batch, stops);
  }

  /** Whether a restart has nothing left to do for the batch. One that a stop has cut short is run again. */
  #isDone(batch: Batch): boolean {
    return batch.failure === undefined || (this.#policy.kind === "continue" && !this.#isStopped);
  }

  #checkpointed(time: Time): void {
    const written = this.#checkpoint?.completed(time);
    if (written !== undefined) track(this.graph.clock, written);
  }
}
