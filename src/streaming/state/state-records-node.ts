import { chunksOf } from "../../core/pipeline/evaluate.js";
import { type Chunks, isAsync } from "../../core/plan/chunks.js";
import { type Dependency, type NarrowDependency, OneToOneDependency } from "../../core/plan/dependency.js";
import { ShuffledNode } from "../../core/plan/nodes/shuffled-node.js";
import { type Partition, plainPartitions } from "../../core/plan/partition.js";
import { PlanNode } from "../../core/plan/plan-node.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import { type Partitioner, samePartitioner } from "../../core/shuffle/partitioner.js";
import type { Duration } from "../duration.js";
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

  compute(split: Partition, context: TaskContext): Chunks<StateRecord<K, S, M>> {
    const { before, initial, data } = this.#sources!;
    const update = new StateUpdate<K, V, S, M>(this.#caller(context), this.time.milliseconds, this.spec.idle);
    const known =
      before === undefined
        ? { chunks: initial && each(initial, split, context), take: (chunk: readonly never[]) => update.begin(chunk) }
        : { chunks: each(before, split, context), take: (chunk: readonly never[]) => update.goOn(chunk) };
    const chunks = (known.chunks ?? []) as Chunks<never>;
    const pairs = each(data, split, context);
    return isAsync(chunks) || isAsync(pairs)
      ? recordLater(update, chunks, known.take, pairs)
      : record(update, chunks, known.take, pairs);
  }

  #caller(context: TaskContext): MappingFunction<K, V, S, M> {
    const mapping = context.closure(this.spec.mapping);
    if (!this.spec.timed) return mapping as MappingFunction<K, V, S, M>;
    return (key, value, state) => (mapping as TimedMappingFunction<K, V, S, M>)(this.time, key, value, state);
  }
}

/** What a batch makes of the states of one partition. */
class StateUpdate<K, V, S, M> {
  #states = new StateMap<K, S>();
  readonly #state = new State<S>();
  readonly #mapped: M[] = [];

  constructor(
    private readonly call: MappingFunction<K, V, S, M>,
    /** The time of the batch, ms. */
    private readonly now: number,
    private readonly idle: Duration | undefined,
  ) {}

  /** The record of the batch before, alone in its chunk. */
  goOn(records: readonly StateRecord<K, S, M>[]): void {
    for (const { states } of records) this.#states = new StateMap(states).next();
  }

  begin(states: readonly (readonly [K, S])[]): void {
    for (const [key, state] of states) this.#states.set(key, state, this.now);
  }

  take(pairs: readonly (readonly [K, V])[]): void {
    const states = this.#states;
    const state = this.#state;
    for (const [key, value] of pairs) {
      const entry = states.get(key);
      this.#emit(this.call(key, value, state.wrap(entry !== undefined, entry?.state)));
      if (state.change === "removed") states.remove(key);
      else if (state.change === "updated" || (state.exists() && this.idle !== undefined)) {
        states.set(key, state.get(), this.now);
      }
    }
  }

  /** Ends the states that timed out. */
  end(): StateRecord<K, S, M> {
    if (this.idle !== undefined) {
      for (const [key, last] of this.#states.idleSince(this.now - this.idle.milliseconds)) {
        this.#emit(this.call(key, undefined, this.#state.wrap(true, last, true)));
        this.#states.remove(key);
      }
    }
    return { states: this.#states.layer, mapped: this.#mapped };
  }

  #emit(result: M | undefined): void {
    if (result !== undefined) this.#mapped.push(result);
  }
}

type Take = (chunk: readonly never[]) => void;
type Records<K, S, M> = readonly StateRecord<K, S, M>[];

/** The record of a partition from what is known before, which `take` takes in, and the batch's pairs. */
function* record<K, V, S, M>(
  update: StateUpdate<K, V, S, M>,
  known: Iterable<readonly never[]>,
  take: Take,
  pairs: Iterable<readonly (readonly [K, V])[]>,
): Generator<Records<K, S, M>> {
  for (const chunk of known) take(chunk);
  for (const chunk of pairs) {
    update.take(chunk);
    // Lets other work run between chunks.
    yield [];
  }
  yield [update.end()];
}

/** The same where something has to be waited for. */
async function* recordLater<K, V, S, M>(
  update: StateUpdate<K, V, S, M>,
  known: Chunks<never>,
  take: Take,
  pairs: Chunks<readonly [K, V]>,
): AsyncGenerator<Records<K, S, M>> {
  for await (const chunk of known) take(chunk);
  for await (const chunk of pairs) {
    update.take(chunk);
    yield [];
  }
  yield [update.end()];
}

/** The pairs spread by the partitioner: as they are where they are spread so already. */
function spread<K, V>(node: PlanNode<readonly [K, V]>, partitioner: Partitioner): PlanNode<readonly [K, V]> {
  if (samePartitioner(node.partitioner, partitioner)) return node;
  return new ShuffledNode<K, V, V>(node as PlanNode<unknown>, partitioner);
}

function each<T>(node: PlanNode<T>, split: Partition, context: TaskContext): Chunks<T> {
  return chunksOf(node, node.partitions[split.index]!, context);
}
