import { RDD } from "../../core/rdd/rdd.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";
import { DStreamNode, type StateKeeper } from "../dstream/dstream-node.js";
import { PerBatchNode } from "../dstream/per-batch-node.js";
import type { Duration } from "../duration.js";
import { after, all, type MaybePromise } from "../maybe-promise.js";
import { ChunkFunctionNode } from "../plan/chunk-function-node.js";
import { emptyLike, isKnownEmpty } from "../plan/known-empty.js";
import type { Time } from "../time.js";
import { StateMap } from "./state-map.js";
import { type StateRecord, StateRecordsNode } from "./state-records-node.js";
import type { StateSpec } from "./state-spec.js";

/** The states of every batch, one record a partition: what the stream of results and the snapshots are made of. */
class StateRecordsStream<K, V, S, M> extends DStreamNode<StateRecord<K, S, M>> {
  readonly kind = "mapWithState state";
  readonly parents: readonly DStreamNode<unknown>[];
  /** The operator that the user holds. */
  results: DStreamNode<M> | undefined;

  constructor(
    readonly parent: DStreamNode<readonly [K, V]>,
    private readonly spec: StateSpec<K, V, S, M>,
    private readonly partitioner: Partitioner,
  ) {
    super(parent.graph);
    this.parents = [parent as DStreamNode<unknown>];
    this.register();
    this.keepInMemory();
  }

  override get recipe(): readonly unknown[] {
    return [this.spec.mapping, this.spec.idle];
  }

  override get growsLineage(): boolean {
    return true;
  }

  override get keeper(): StateKeeper<StateRecord<K, S, M>> {
    const { partitioner } = this;
    return {
      partitioner,
      save: rdd => flatten(rdd, record => new StateMap(record.states).entries(), true),
      restore: pairs => gather((pairs as RDD<[K, [S, number]]>).partitionBy(partitioner)),
    };
  }

  override get mustCheckpoint(): boolean {
    return true;
  }

  /** After the uid that the user gave to the stream of results. */
  override get uid(): string {
    return this.results?.givenUid === undefined ? super.uid : `${this.results.givenUid}/state`;
  }

  override toString(): string {
    return "mapWithState";
  }

  get slideDuration(): Duration {
    return this.parent.slideDuration;
  }

  compute(time: Time): MaybePromise<RDD<StateRecord<K, S, M>>> {
    return after(all([this.parent.getOrCompute(time), this.before(time)]), ([pairs, before]) =>
      this.#derive(time, pairs as RDD<readonly [K, V]> | undefined, before as RDD<StateRecord<K, S, M>> | undefined),
    );
  }

  #derive(
    time: Time,
    pairs: RDD<readonly [K, V]> | undefined,
    before: RDD<StateRecord<K, S, M>> | undefined,
  ): RDD<StateRecord<K, S, M>> {
    const { spec, partitioner } = this;
    const sc = this.graph.sparkContext;
    const initial = before === undefined ? spec.initial?.node : undefined;
    return this.making(() => {
      // Nothing that is spread as the states are: no shuffle is needed to know that nothing came.
      const data =
        pairs === undefined || isKnownEmpty(pairs)
          ? emptyLike<readonly [K, V]>(sc, partitioner.numPartitions, partitioner)
          : pairs;
      return new RDD(sc, new StateRecordsNode(before?.node, initial, data.node, spec, partitioner, time));
    });
  }
}

/** `mapWithState`: what the function returned, batch by batch. Spark's `MapWithStateDStreamImpl`. */
export class MapWithStateNode<K, V, S, M> extends PerBatchNode<StateRecord<K, S, M>, M> {
  constructor(parent: DStreamNode<readonly [K, V]>, spec: StateSpec<K, V, S, M>, partitioner: Partitioner) {
    const records = new StateRecordsStream<K, V, S, M>(parent, spec, partitioner);
    super(records, "mapWithState", [], rdd => flatten(rdd, record => record.mapped));
    records.results = this;
  }

  /** The operator that gives all states of each batch. */
  snapshots(): DStreamNode<[K, S]> {
    return new PerBatchNode(this.parent, "stateSnapshots", [], rdd =>
      flatten(rdd, record => new StateMap(record.states).pairs(), true),
    );
  }
}

/** What `list` takes out of each partition's record. */
function flatten<K, S, M, U>(
  rdd: RDD<StateRecord<K, S, M>>,
  list: (record: StateRecord<K, S, M>) => readonly U[],
  keyed = false,
): RDD<U> {
  const make = () => ({
    next: (records: readonly StateRecord<K, S, M>[]): readonly U[] =>
      records.length === 1 ? list(records[0]!) : records.flatMap(list),
  });
  return new RDD(rdd.sparkContext, new ChunkFunctionNode<StateRecord<K, S, M>, U>(rdd.node, [], make, keyed));
}

/** The record of each partition from its keys with their states: nothing was returned yet. */
function gather<K, S, M>(pairs: RDD<[K, [S, number]]>): RDD<StateRecord<K, S, M>> {
  const make = () => {
    const states = new StateMap<K, S>();
    return {
      next(entries: readonly [K, [S, number]][]): readonly StateRecord<K, S, M>[] {
        for (const [key, [state, updated]] of entries) states.set(key, state, updated);
        return [];
      },
      end: () => [{ states: states.layer, mapped: [] }],
    };
  };
  return new RDD(
    pairs.sparkContext,
    new ChunkFunctionNode<[K, [S, number]], StateRecord<K, S, M>>(pairs.node, [], make, true),
  );
}
