import { chunksOf } from "../../core/pipeline/evaluate.js";
import type { Chunks } from "../../core/plan/chunks.js";
import { type Dependency, type NarrowDependency, OneToOneDependency } from "../../core/plan/dependency.js";
import { ShuffledNode } from "../../core/plan/nodes/shuffled-node.js";
import { type Partition, plainPartitions } from "../../core/plan/partition.js";
import { PlanNode } from "../../core/plan/plan-node.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import { type Partitioner, samePartitioner } from "../../core/shuffle/partitioner.js";
import type { Time } from "../time.js";
import { State } from "./state.js";
import { type StateLayer, StateMap } from "./state-map.js";
import type { MappingFunction, StateSpec, TimedMappingFunction } from "./state-spec.js";

/** One partition of `mapWithState` after one batch: its states, and what the function returned in that batch. */
export interface StateRecord<K, S, M> {
  readonly states: StateLayer<K, S>;
  readonly mapped: readonly M[];
}

/** What the records of a batch are made of. */
interface Sources<K, V, S, M> {
  readonly before: PlanNode<StateRecord<K, S, M>> | undefined;
  readonly initial: PlanNode<readonly [K, S]> | undefined;
  readonly data: PlanNode<readonly [K, V]>;
}

/** The records of one batch, from those of the batch before (or the initial states) and the batch's pairs. */
export class StateRecordsNode<K, V, S, M> extends PlanNode<StateRecord<K, S, M>> {
  readonly kind = "MapWithStateRDD";
  #sources: Sources<K, V, S, M> | undefined;

  constructor(
    before: PlanNode<StateRecord<K, S, M>> | undefined,
    initial: PlanNode<[K, S]> | undefined,
    data: PlanNode<readonly [K, V]>,
    private readonly spec: StateSpec<K, V, S, M>,
    private readonly keyPartitioner: Partitioner,
    private readonly time: Time,
  ) {
    super();
    this.#sources = {
      before,
      initial: initial && spread(initial, keyPartitioner),
      data: spread(data, keyPartitioner),
    };
  }

  override get partitioner(): Partitioner {
    return this.keyPartitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.keyPartitioner.numPartitions);
  }

  protected listDependencies(): readonly Dependency[] {
    const { before, initial, data } = this.#sources!;
    const parents = [before, initial, data].filter(node => node !== undefined);
    return parents.map((node): NarrowDependency => new OneToOneDependency(node as PlanNode<unknown>));
  }

  /** A state is made of the state before: one that held its sources would hold every batch there was. */
  override forgetLineage(): void {
    super.forgetLineage();
    this.#sources = undefined;
  }

  compute(split: Partition, context: TaskContext): AsyncGenerator<readonly StateRecord<K, S, M>[]> {
    return this.#records(this.#sources!, split, context);
  }

  async *#records(
    sources: Sources<K, V, S, M>,
    split: Partition,
    context: TaskContext,
  ): AsyncGenerator<readonly StateRecord<K, S, M>[]> {
    const states = await this.#statesBefore(sources, split, context);
    const mapped: M[] = [];
    const call = this.#caller(context);
    const emit = (result: M | undefined) => {
      if (result !== undefined) mapped.push(result);
    };
    const now = this.time.milliseconds;
    const state = new State<S>();
    for await (const chunk of each(sources.data, split, context)) {
      for (const [key, value] of chunk) {
        const entry = states.get(key);
        emit(call(key, value, state.wrap(entry !== undefined, entry?.state)));
        if (state.change === "removed") states.remove(key);
        else if (state.change === "updated" || (state.exists() && this.spec.idle !== undefined)) {
          states.set(key, state.get(), now);
        }
      }
      // Lets other work run between chunks.
      yield [];
    }
    if (this.spec.idle !== undefined) {
      for (const [key, last] of states.idleSince(now - this.spec.idle.milliseconds)) {
        emit(call(key, undefined, state.wrap(true, last, true)));
        states.remove(key);
      }
    }
    yield [{ states: states.layer, mapped }];
  }

  async #statesBefore(
    { before, initial }: Sources<K, V, S, M>,
    split: Partition,
    context: TaskContext,
  ): Promise<StateMap<K, S>> {
    if (before !== undefined) {
      for await (const chunk of each(before, split, context)) {
        if (chunk.length > 0) return new StateMap(chunk[0]!.states).next();
      }
    }
    const states = new StateMap<K, S>();
    if (initial !== undefined) {
      const since = this.time.milliseconds;
      for await (const chunk of each(initial, split, context)) {
        for (const [key, state] of chunk) states.set(key, state, since);
      }
    }
    return states;
  }

  #caller(context: TaskContext): MappingFunction<K, V, S, M> {
    const mapping = context.closure(this.spec.mapping);
    if (!this.spec.timed) return mapping as MappingFunction<K, V, S, M>;
    return (key, value, state) => (mapping as TimedMappingFunction<K, V, S, M>)(this.time, key, value, state);
  }
}

/** The pairs spread by the partitioner: as they are where they are spread so already. */
function spread<K, V>(node: PlanNode<readonly [K, V]>, partitioner: Partitioner): PlanNode<readonly [K, V]> {
  if (samePartitioner(node.partitioner, partitioner)) return node;
  return new ShuffledNode<K, V, V>(node as PlanNode<unknown>, partitioner);
}

function each<T>(node: PlanNode<T>, split: Partition, context: TaskContext): Chunks<T> {
  return chunksOf(node, node.partitions[split.index]!, context);
}
