import { CoGroupNode } from "../../core/plan/nodes/cogroup-node.js";
import type { PlanNode } from "../../core/plan/plan-node.js";
import { RDD } from "../../core/rdd/rdd.js";
import { type Partitioner, samePartitioner } from "../../core/shuffle/partitioner.js";
import { DStreamNode, type StateKeeper } from "../dstream/dstream-node.js";
import { keyedState } from "../dstream/keyed-state.js";
import type { Duration } from "../duration.js";
import { after, all, type MaybePromise } from "../maybe-promise.js";
import { isKnownEmpty } from "../plan/known-empty.js";
import { NamedFunctionNode } from "../plan/named-function-node.js";
import type { Time } from "../time.js";

/** The new state of a key from its values of the batch (maybe none) and its state (none for a new key); `undefined` removes it. */
export type UpdateFunction<V, S> = (values: V[], state: S | undefined) => S | undefined;

/**
 * `updateStateByKey`: the RDD of a batch holds the state of every key. It is made from the RDD of the batch before, which is
 * spread by the same partitioner, so that states never move, and from the new values. Spark's `StateDStream`.
 */
export class UpdateStateNode<K, V, S> extends DStreamNode<[K, S]> {
  readonly kind = "updateStateByKey";
  readonly parents: readonly DStreamNode<unknown>[];

  constructor(
    readonly parent: DStreamNode<readonly [K, V]>,
    private readonly update: UpdateFunction<V, S>,
    private readonly partitioner: Partitioner,
    private readonly initialRDD: RDD<[K, S]> | undefined,
  ) {
    super(parent.graph);
    this.parents = [parent as DStreamNode<unknown>];
    this.register();
    this.keepInMemory();
  }

  override get recipe(): readonly unknown[] {
    return [this.update];
  }

  override get growsLineage(): boolean {
    return true;
  }

  override get keeper(): StateKeeper<[K, S]> {
    return keyedState(this.partitioner);
  }

  override get mustCheckpoint(): boolean {
    return true;
  }

  get slideDuration(): Duration {
    return this.parent.slideDuration;
  }

  compute(time: Time): MaybePromise<RDD<[K, S]> | undefined> {
    return after(all([this.parent.getOrCompute(time), this.before(time)]), sides => {
      const values = sides[0] as RDD<readonly [K, V]> | undefined;
      const before = (sides[1] as RDD<[K, S]> | undefined) ?? this.initialRDD;
      if (values === undefined && before === undefined) return undefined;
      return this.making(() => this.#derive(values, before));
    });
  }

  #derive(values: RDD<readonly [K, V]> | undefined, before: RDD<[K, S]> | undefined): RDD<[K, S]> {
    const sc = this.graph.sparkContext;
    if (
      before !== undefined &&
      this.#isSpread(before) &&
      (values === undefined || isKnownEmpty(values) || values.getNumPartitions() === 0)
    ) {
      // Nothing came: no state moves, and no shuffle is needed to know that.
      const alone = before.node as PlanNode<[K, S]>;
      return new RDD(sc, new NamedFunctionNode<[K, S], [K, S]>(alone, "updateAlone", [this.update], true));
    }
    const sides = [(before ?? sc.emptyRDD<[K, S]>()).node, (values ?? sc.emptyRDD<[K, V]>()).node];
    const grouped = new CoGroupNode<K>(sides as PlanNode<unknown>[], this.partitioner);
    const node = new NamedFunctionNode<unknown, [K, S]>(
      grouped as PlanNode<unknown>,
      "updateStates",
      [this.update],
      true,
    );
    return new RDD(sc, node);
  }

  #isSpread(states: RDD<[K, S]>): boolean {
    return samePartitioner(states.partitioner, this.partitioner);
  }
}
