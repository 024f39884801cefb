import type { Clock } from "../core/clock/clock.js";
import { E as EngineErrors } from "../core/errors/engine-errors.js";
import { getLogger } from "../core/log/logger.js";
import type { SparkContext } from "../core/spark-context.js";
import * as must from "../core/util/arguments.js";
import { captureCallSite } from "../core/util/call-site.js";
import { activeContext, clearActiveContext, setActiveContext } from "./context-registry.js";
import { DStreamGraph } from "./dstream-graph.js";
import type { Duration } from "./duration.js";
import { E } from "./errors.js";
import type { StreamingListenerLike } from "./listener.js";
import { StreamRun } from "./scheduler/stream-run.js";
import { StreamingListenerBus } from "./scheduler/streaming-listener-bus.js";
import { track } from "./scheduler/tracking.js";
import type { StreamingContext } from "./streaming-context.js";
import { Termination } from "./termination.js";

const log = getLogger("StreamingContext");

/** `INITIALIZED` until it is started, then `ACTIVE`, then `STOPPED` for ever. */
export type StreamingContextState = "INITIALIZED" | "ACTIVE" | "STOPPED";

/** How streams begin and end, and who is told: the part of {@link StreamingContext} that runs its graph. */
export abstract class ContextLife {
  /** @internal */
  readonly graph: DStreamGraph;
  readonly #bus = new StreamingListenerBus();
  readonly #termination = new Termination();
  #state: StreamingContextState = "INITIALIZED";
  #run: StreamRun | undefined;
  #startedAt = "";
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /** @internal */
  constructor(
    readonly sparkContext: SparkContext,
    batchDuration: Duration,
    clock: Clock,
  ) {
    this.graph = new DStreamGraph(sparkContext, batchDuration, clock, this.#bus);
  }

  /** The time between two batches. */
  get batchDuration(): Duration {
    return this.graph.batchDuration;
  }

  /** Whether it runs: `INITIALIZED`, `ACTIVE` or `STOPPED`. */
  getState(): StreamingContextState {
    return this.#state;
  }

  /** The first failure of a batch; `undefined` when none has failed. What `awaitTermination()` rejects with. */
  get failure(): Error | undefined {
    return this.#termination.failure;
  }

  /**
   * Checks the whole graph and starts it. Resolves when the sources and the clock run.
   *
   * @throws IllegalArgumentError listing everything that is wrong with the graph
   * @throws IllegalStateError when it was stopped, or another context is active
   */
  async start(): Promise<void> {
    if (this.#state === "STOPPED") throw E.ALREADY_STOPPED();
    if (this.#state === "ACTIVE") {
      log.warn("StreamingContext has already been started");
      return this.#starting;
    }
    if (this.sparkContext.isStopped) throw E.SPARK_CONTEXT_STOPPED();
    const other = activeContext();
    if (other !== undefined) throw E.ANOTHER_ACTIVE(other.#startedAt);
    this.graph.validate();
    this.#state = "ACTIVE";
    this.#startedAt = `by ${captureCallSite().short}`;
    setActiveContext(this.#asContext);
    this.#run = new StreamRun(this.graph, {
      batchCompleted: (batch, stops) => {
        if (batch.failure !== undefined) this.#termination.fail(batch.failure, stops);
        this.#termination.batchCompleted();
      },
      mustStop: () => track(this.graph.clock, this.stop(false, false)),
    });
    this.sparkContext.onStop(() => (this.#state === "ACTIVE" ? this.stop(false, false) : undefined));
    this.#starting = this.#run.start();
    track(this.graph.clock, this.#starting);
    try {
      await this.#starting;
    } catch (error) {
      // Whoever called start() is told by its promise; telling it here, too, would be twice.
      log.info(`Error starting the context, marking it as stopped: ${error}`);
      this.#ended();
      throw error;
    }
  }

  /**
   * Stops the streams.
   *
   * @param stopSparkContext whether to stop the `SparkContext` too; default `spark.streaming.stopSparkContextByDefault`
   * @param stopGracefully `true` takes no more data, processes everything that was received and waits for it; `false`
   * cancels what runs
   */
  async stop(
    stopSparkContext: boolean = this.sparkContext.conf.getBoolean("spark.streaming.stopSparkContextByDefault"),
    stopGracefully = false,
  ): Promise<void> {
    if (this.#state === "INITIALIZED") {
      log.warn("StreamingContext has not been started yet");
      this.#ended();
    } else if (this.#state === "STOPPED") {
      log.warn("StreamingContext has already been stopped");
    } else {
      const first = this.#stopping === undefined;
      this.#stopping ??= this.#stop(stopGracefully);
      // A stop now overtakes a graceful one that still drains.
      if (!first && !stopGracefully) await this.#run?.stopNow();
      // A job of a batch that waited here for the end of that batch would wait for itself.
      if (stopGracefully && this.#run?.scheduler.isInsideJob) {
        void this.#stopping.then(() => (stopSparkContext ? this.sparkContext.stop() : undefined));
        return;
      }
      await this.#stopping;
    }
    if (stopSparkContext) await this.sparkContext.stop();
  }

  async #stop(gracefully: boolean): Promise<void> {
    if (gracefully) await this.#run!.stopGracefully();
    else await this.#run!.stopNow();
    this.#ended();
  }

  #ended(): void {
    if (this.#state === "STOPPED") return;
    this.#state = "STOPPED";
    this.graph.phase = "stopped";
    clearActiveContext(this.#asContext);
    this.#termination.stop();
    this.#bus.post("onStreamingStopped", { time: this.graph.clock.now() });
  }

  /** @internal whether {@link pause} holds its batches back */
  get isPaused(): boolean {
    return this.#state === "ACTIVE" && this.#run?.isPaused === true;
  }

  /**
   * @internal Begins no batch until {@link resume}; the one that runs ends. Receivers go on storing as long as there is room
   * (`spark.tspark.streaming.receiver.maxPending`), other sources keep what they have. Listeners hear of both
   * (`onStreamingPaused`, `onStreamingResumed`). Does nothing unless it is active.
   */
  pause(): void {
    if (this.#state === "ACTIVE") this.#run?.pause();
  }

  /** @internal Ends a {@link pause}: the batches that were due meanwhile are made up for, one after the other. */
  resume(): void {
    if (this.#state === "ACTIVE") this.#run?.resume();
  }

  /**
   * Resolves when it has stopped; rejects with the first failure of a batch, at once when there was one already, and where that
   * failure stops the context (`spark.tspark.streaming.onBatchFailure`) when it has stopped.
   */
  awaitTermination(): Promise<void> {
    return this.#termination.wait();
  }

  /** {@link awaitTermination} for at most `ms` milliseconds: whether it has stopped by then. */
  async awaitTerminationOrTimeout(ms: number): Promise<boolean> {
    if (!(typeof ms === "number" && ms >= 0)) {
      throw EngineErrors.BAD_ARGUMENT("awaitTerminationOrTimeout", "its argument", ms, "a number of ms, at least 0");
    }
    return this.#termination.waitFor(ms);
  }

  /**
   * @internal Who waits for its end or for batches waits for ever: the process is about to end, and what a script does behind its
   * `awaitTermination()` is not for a script that was interrupted.
   */
  abandonWaits(): void {
    this.#termination.abandon();
  }

  /** Resolves when `n` more batches have finished, well or not; rejects when the context stops before. */
  awaitBatches(n: number): Promise<void> {
    return this.#termination.waitForBatches(n);
  }

  /** Tells `listener` about everything that happens to this context; see `StreamingListener`. */
  addStreamingListener(listener: StreamingListenerLike): void {
    must.beObject("addStreamingListener", "listener", listener, "a StreamingListener, or an object with its callbacks");
    this.#bus.add(listener);
  }

  /** Tells `listener` nothing any more. */
  removeStreamingListener(listener: StreamingListenerLike): void {
    this.#bus.remove(listener);
  }

  get #asContext(): StreamingContext {
    return this as unknown as StreamingContext;
  }
}
