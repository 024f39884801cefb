import { CoGroupNode } from "../../core/plan/nodes/cogroup-node.js";
import type { PlanNode } from "../../core/plan/plan-node.js";
import { RDD } from "../../core/rdd/rdd.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";
import type { Duration } from "../duration.js";
import { after, all, type MaybePromise } from "../maybe-promise.js";
import { emptyLike, isKnownEmpty } from "../plan/known-empty.js";
import { NamedFunctionNode } from "../plan/named-function-node.js";
import type { Time } from "../time.js";
import { DStreamNode, type Held, type StateKeeper } from "./dstream-node.js";
import { keyedState } from "./keyed-state.js";
import { PerBatchNode } from "./per-batch-node.js";
import { checkWindow } from "./window-node.js";

type Reduce<V> = (a: V, b: V) => V;

/**
 * `reduceByKeyAndWindow` with an inverse function: each window is made from the one before.
 *
 * ```
 *                 |<------- window before ------->|
 *                 |        |<----------- this window ---------->|
 *   batches   ----+--------+----------------------+-------------+---▶ time
 *                 |<-left->|                      |<- entered ->|
 * ```
 *
 * The batches are reduced by key once (a stream of its own, remembered for a window and a slide), and everything is spread
 * by one partitioner, so that only the new batches are shuffled. Spark's `ReducedWindowedDStream`.
 */
export class ReducedWindowNode<K, V> extends DStreamNode<[K, V]> {
  readonly kind = "reduceByKeyAndWindow";
  readonly parents: readonly DStreamNode<unknown>[];
  /** Whether it asks for a checkpoint directory, as Spark does. */
  demandsDirectory = true;
  readonly #reduced: DStreamNode<[K, V]>;

  constructor(
    parent: DStreamNode<readonly [K, V]>,
    private readonly reduce: Reduce<V>,
    private readonly invReduce: Reduce<V>,
    private readonly filter: ((pair: [K, V]) => boolean) | undefined,
    readonly windowDuration: Duration,
    readonly slideDuration: Duration,
    private readonly partitioner: Partitioner,
  ) {
    checkWindow(parent as DStreamNode<unknown>, windowDuration, slideDuration);
    super(parent.graph);
    this.#reduced = new PerBatchNode<readonly [K, V], [K, V]>(
      parent,
      "reduceByKey",
      [reduce],
      rdd => rdd.reduceByKey(reduce, partitioner),
      rdd => emptyLike(rdd.sparkContext, partitioner.numPartitions, partitioner),
    );
    this.#reduced.keepInMemory();
    this.parents = [this.#reduced as DStreamNode<unknown>];
    this.register();
    this.keepInMemory();
  }

  override get recipe(): readonly unknown[] {
    return [this.reduce, this.invReduce, this.filter, this.windowDuration, this.slideDuration];
  }

  override get growsLineage(): boolean {
    return true;
  }

  override get keeper(): StateKeeper<[K, V]> {
    return keyedState(this.partitioner);
  }

  /** What is in the window leaves it later. */
  override get holds(): Held {
    return { parent: this.#reduced as DStreamNode<unknown>, span: this.windowDuration };
  }

  override get mustCheckpoint(): boolean {
    return this.demandsDirectory;
  }

  override get parentRememberDuration(): Duration {
    return this.rememberDuration!.plus(this.windowDuration);
  }

  compute(time: Time): MaybePromise<RDD<[K, V]>> {
    return after(this.before(time), known => this.#slide(time, known));
  }

  #slide(time: Time, known: RDD<[K, V]> | undefined): MaybePromise<RDD<[K, V]>> {
    const batch = this.#reduced.slideDuration;
    const begin = time.minus(this.windowDuration).plus(batch);
    const previousEnd = time.minus(this.slideDuration);
    const previousBegin = begin.minus(this.slideDuration);
    // Where the slide is longer than the window, batches between two windows belong to neither. Without a window before all
    // that there is enters: nothing leaves later that has not entered.
    const left = known === undefined ? [] : this.#reduced.slice(previousBegin, begin.minus(batch).min(previousEnd));
    const entered = this.#reduced.slice(known === undefined ? begin : previousEnd.plus(batch).max(begin), time);
    return after(all([left, entered]), ([left, entered]) => this.making(() => this.#derive(known, left!, entered!)));
  }

  #derive(known: RDD<[K, V]> | undefined, left: readonly RDD<[K, V]>[], entered: readonly RDD<[K, V]>[]): RDD<[K, V]> {
    const sc = this.graph.sparkContext;
    if (known !== undefined && left.every(isKnownEmpty) && entered.every(isKnownEmpty)) {
      // The window before is spread already, and nothing changes.
      const kept = new NamedFunctionNode<[K, V], [K, V]>(known.node, "keepWindow", [], true);
      return new RDD(sc, kept);
    }
    const before = known ?? sc.emptyRDD<[K, V]>();
    const sides = [before, sc.union(...left), sc.union(...entered)].map(rdd => rdd.node as PlanNode<unknown>);
    const grouped = new CoGroupNode<K>(sides, this.partitioner) as PlanNode<unknown>;
    const closures = [this.reduce, this.invReduce, ...(this.filter === undefined ? [] : [this.filter])];
    return new RDD(sc, new NamedFunctionNode<unknown, [K, V]>(grouped, "slideWindow", closures, true));
  }
}
