import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock/clock.js";
import type { SparkContext } from "../core/spark-context.js";
import type { Found } from "./checkpoint/checkpoint-directory.js";
import type { DStreamNode } from "./dstream/dstream-node.js";
import type { OutputNode } from "./dstream/output-node.js";
import type { Duration } from "./duration.js";
import { E } from "./errors.js";
import type { InputDStream } from "./input-dstream.js";
import { after, all, type MaybePromise } from "./maybe-promise.js";
import { InputInfoTracker } from "./scheduler/input-info-tracker.js";
import type { Job } from "./scheduler/job.js";
import type { StreamingListenerBus } from "./scheduler/streaming-listener-bus.js";
import { Time } from "./time.js";

/** Where the graph is in its life: it grows, it runs, or it is over. */
export type GraphPhase = "open" | "started" | "stopped";

/**
 * The streams of one context: every operator, the inputs among them and the outputs among them, and what all of them
 * share. It makes the jobs of a batch by asking each output for its job of that time.
 *
 * Spark's name: `org.apache.spark.streaming.DStreamGraph`.
 */
export class DStreamGraph {
  readonly nodes: DStreamNode<unknown>[] = [];
  readonly inputs: InputDStream<unknown>[] = [];
  readonly outputs: OutputNode[] = [];
  readonly inputInfo = new InputInfoTracker();
  phase: GraphPhase = "open";
  /**
   * Names this run of the streams, from a start through all restarts from its checkpoints: what was written elsewhere with the
   * time of a batch says something about batches of the same run only. A direct stream of Kafka has a name of its own for the same,
   * which is in checkpoints from before this one.
   */
  run: string = randomUUID();
  /** One batch before the first; set by {@link start}. */
  zeroTime: Time | undefined;
  /** `ssc.checkpoint(directory)`. */
  checkpointDir: string | undefined;
  /** What a restart goes on from, where there is something: see `StreamingContext.getOrCreate`. */
  recovered: Found | undefined;
  #rememberDuration: Duration | undefined;

  constructor(
    readonly sparkContext: SparkContext,
    readonly batchDuration: Duration,
    readonly clock: Clock,
    readonly listenerBus: StreamingListenerBus,
  ) {}

  /** Whether RDDs that streams persisted are unpersisted when they are forgotten. */
  get unpersists(): boolean {
    return this.sparkContext.conf.getBoolean("spark.streaming.unpersist");
  }

  /** Takes an operator in; refused once the graph runs. */
  add(node: DStreamNode<unknown>): void {
    this.assertOpen(node.kind === "input" ? "a new input" : node.kind);
    this.nodes.push(node);
  }

  /** How many operators of its kind came before, so that one of another kind in between changes nothing. */
  placeOf(node: DStreamNode<unknown>): number {
    return this.nodes.filter(other => other.kind === node.kind).indexOf(node);
  }

  /** Takes an input in and returns its id, from 0. */
  addInput(input: InputDStream<unknown>): number {
    return this.inputs.push(input) - 1;
  }

  /** Takes an output operation in and returns its id, from 0. */
  addOutput(output: OutputNode): number {
    return this.outputs.push(output) - 1;
  }

  /** Throws unless streams may still be defined. */
  assertOpen(what: string): void {
    if (this.phase !== "open") throw E.GRAPH_IS_FIXED(what, this.phase);
  }

  /** Keeps what each stream made for at least this long. */
  remember(duration: Duration): void {
    if (this.#rememberDuration === undefined || duration.greater(this.#rememberDuration)) {
      this.#rememberDuration = duration;
    }
  }

  /** Everything that is wrong with the graph, in words; empty when it may start. */
  problems(): string[] {
    const found = new Set<string>();
    if (this.outputs.length === 0) found.add(E.NO_OUTPUTS().message);
    for (const input of this.inputs) for (const problem of input.problems()) found.add(problem);
    const uids = new Set<string>();
    for (const node of this.nodes) {
      for (const problem of node.problems()) found.add(problem);
      if (node.givenUid === undefined) continue;
      if (uids.has(node.givenUid)) found.add(E.DUPLICATE_UID(node.givenUid).message);
      uids.add(node.givenUid);
    }
    return [...found];
  }

  /** Throws what {@link problems} found: the problem itself when there is one, else the list. */
  validate(): void {
    const found = this.problems();
    if (found.length === 0) return;
    if (this.outputs.length === 0 && found.length === 1) throw E.NO_OUTPUTS();
    throw E.GRAPH_PROBLEMS(found);
  }

  /** Fixes the graph and gives every operator its times. */
  start(zeroTime: Time): void {
    this.phase = "started";
    this.zeroTime = zeroTime;
    for (const node of this.nodes) node.initialize(zeroTime);
    for (const output of this.outputs) output.remember(this.#rememberDuration ?? this.batchDuration);
  }

  /** The operators that an output is made of, and the outputs: nobody asks for an RDD of any other. */
  get live(): readonly DStreamNode<unknown>[] {
    const live = new Set<DStreamNode<unknown>>(this.outputs as readonly DStreamNode<unknown>[]);
    // A set that grows while it is gone through is gone through to its new end.
    for (const { parents } of live) for (const parent of parents) live.add(parent);
    return this.nodes.filter(node => live.has(node));
  }

  /** The time of the last RDD of `node` up to `batch` (ms); `undefined` where it has none yet. */
  lastTimeOf(node: DStreamNode<unknown>, batch: number): Time | undefined {
    const last = new Time(batch).floor(node.slideDuration, this.zeroTime);
    return last.greater(this.zeroTime!) ? last : undefined;
  }

  /** The jobs of one batch, in the order of the outputs; an output without RDD at that time has none. */
  generateJobs(time: Time): MaybePromise<Job[]> {
    const jobs = all(this.outputs.map(output => output.generateJob(time)));
    return after(jobs, list => list.filter(job => job !== undefined));
  }

  /** Lets every operator forget what no later batch can ask for. */
  clearMetadata(time: Time): void {
    for (const node of this.nodes) node.clearMetadata(time);
  }
}
