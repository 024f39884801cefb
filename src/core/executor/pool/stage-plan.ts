import { shipAccumulator } from "../../accumulator/accumulator-form.js";
import { AccumulatorV2 } from "../../accumulator/accumulator-v2.js";
import { StaysHere, withArticle } from "../../closure/refusal.js";
import { shipOrRefuse } from "../../closure/ship.js";
import type { PlanNode } from "../../plan/plan-node.js";
import { type PartitionerData, partitionerData } from "../../shuffle/partitioner.js";
import type { BlockStore } from "../../storage/block-store.js";
import { StorageLevel } from "../../storage/storage-level.js";
import type { Work } from "../backend.js";
import { type TravellingClosure, travellingClosure } from "./closure-shipper.js";
import { type NodeRow, type PlanForm, type UpstreamForm, withoutFunctions } from "./plan-form.js";

/** A stage that can run in workers. */
export interface StagePlan {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly closures: readonly TravellingClosure[];
  /** Broadcasts, accumulators and shared memory that closures use. */
  readonly refs: ReadonlySet<object>;
  /** Accumulators of the user's own classes, by id: such as hold nothing. */
  readonly accumulators: ReadonlyMap<number, Uint8Array>;
  readonly rowOf: ReadonlyMap<PlanNode<unknown>, number>;
}

let lastId = 0;

/**
 * The plan of a stage as data, with the closures as they are now.
 *
 * @throws Refusal when a node or a closure cannot travel
 */
export function shipStage(work: Work, blocks: BlockStore): StagePlan {
  const writer = new PlanWriter(blocks);
  const form = writer.plan(work);
  const { bytes, refs } = shipOrRefuse(form, "the stage", { inspect: true });
  const all = new Set([...refs, ...writer.closures.flatMap(c => c.refs)]);
  const own = new Map<number, Uint8Array>();
  for (const ref of all) {
    if (ref instanceof AccumulatorV2 && ref.state === undefined) own.set(ref.id, shipAccumulator(ref.copyAndReset()));
  }
  return { id: ++lastId, bytes, closures: writer.closures, refs: all, accumulators: own, rowOf: writer.rowOf };
}

/**
 * Refuses a partitioner of the user's own class that cannot travel: here rather than with the plan, for the name that a message
 * gives it.
 */
function checkPartitioner(data: PartitionerData): void {
  if (data.kind === "pair") checkPartitioner(data.byKey);
  if (data.kind === "own") shipOrRefuse(data.partitioner, "the partitioner");
}

class PlanWriter {
  readonly closures: TravellingClosure[] = [];
  readonly rowOf = new Map<PlanNode<unknown>, number>();
  readonly #rows: NodeRow[] = [];
  readonly #functions = new Map<Function, number>();

  constructor(private readonly blocks: BlockStore) {}

  plan(work: Work): PlanForm {
    if (work.kind === "result") {
      this.#nodes(work.node);
      return { rows: this.#rows, work: { kind: "result", action: this.#data(work.action) } };
    }
    const { node, partitioner, options, shuffleId } = work.dependency;
    const data = partitionerData(partitioner);
    checkPartitioner(data);
    this.#nodes(node);
    const { aggregator, spread } = options;
    return {
      rows: this.#rows,
      work: this.#data({ kind: "shuffleMap", shuffleId, partitioner: data, aggregator, spread }),
    };
  }

  #data<T>(value: T): T {
    return withoutFunctions(value, f => this.#closure(f)) as T;
  }

  #closure(f: Function): number {
    let index = this.#functions.get(f);
    if (index === undefined) {
      index = this.closures.push(travellingClosure(f)) - 1;
      this.#functions.set(f, index);
    }
    return index;
  }

  /** Rows for a node and what it depends on; a loop and not recursion, since lineages get long. */
  #nodes(last: PlanNode<unknown>): void {
    const stack = [last];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = this.#rowOf(node) ? [] : this.#parents(node).filter(p => !this.rowOf.has(p));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      stack.pop();
      if (!this.rowOf.has(node)) this.rowOf.set(node, this.#rows.push(this.#row(node)) - 1);
    }
  }

  #rowOf(node: PlanNode<unknown>): boolean {
    return this.rowOf.has(node);
  }

  #isKept(node: PlanNode<unknown>): boolean {
    return node.storageLevel !== StorageLevel.NONE && this.blocks.hasAll(node.id, node.numPartitions);
  }

  /** The nodes whose rows must come before: none behind what the cache has. */
  #parents(node: PlanNode<unknown>): PlanNode<unknown>[] {
    const safe = node.checkpoint?.node;
    if (safe !== undefined) return [safe];
    if (this.#isKept(node)) return [];
    return node.dependencies.flatMap(d => (d.wide ? [] : [d.node]));
  }

  #row(node: PlanNode<unknown>): NodeRow {
    const safe = node.checkpoint?.node;
    const level = node.storageLevel === StorageLevel.NONE ? undefined : StorageLevel.nameOf(node.storageLevel);
    const common = { id: node.id, level, safe: safe && this.rowOf.get(safe) };
    if (safe !== undefined || this.#isKept(node)) {
      const data = node.numPartitions;
      return { ...common, kind: "StandIn", module: undefined, data, upstream: [], partitions: undefined };
    }
    const travel = node.travel?.();
    if (travel === undefined)
      throw new StaysHere(`the RDD ${node.name ?? node.kind}`, `${withArticle(node.kind)}, made here`);
    return {
      ...common,
      kind: travel.kind,
      module: travel.module,
      data: this.#data(travel.data),
      upstream: node.dependencies.map(
        (d): UpstreamForm => (d.wide ? { shuffleId: d.shuffleId } : this.rowOf.get(d.node)!),
      ),
      partitions: travel.tellPartitions ? node.partitions : undefined,
    };
  }
}
