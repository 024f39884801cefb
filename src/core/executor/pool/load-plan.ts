import { load } from "../../closure/load.js";
import { ShuffleDependency } from "../../plan/dependency.js";
import { StandInNode } from "../../plan/nodes/stand-in-node.js";
import type { PlanNode } from "../../plan/plan-node.js";
import { nodeMaker, type Upstream } from "../../plan/travel.js";
import { HashPartitioner } from "../../shuffle/hash-partitioner.js";
import { partitionerFrom } from "../../shuffle/partitioner-from.js";
import { StorageLevel } from "../../storage/storage-level.js";
import type { Work } from "../backend.js";
import { type NodeRow, type PlanForm, withPlanFunctions } from "./plan-form.js";

/** A stage as it was sent, made again in this thread. */
export interface LoadedPlan {
  readonly work: Work;
  readonly rows: readonly PlanNode<unknown>[];
}

/** Makes the nodes and the work of a stage; `functions` are the closures of the plan, in their order. */
export async function loadPlan(bytes: Uint8Array, functions: readonly Function[]): Promise<LoadedPlan> {
  const form = withPlanFunctions(functions, () => load<never>(bytes)) as PlanForm;
  const rows: PlanNode<unknown>[] = [];
  for (const row of form.rows) {
    // A connector's nodes are known once its module is there.
    if (row.module !== undefined && nodeMaker(row.kind) === undefined) await import(row.module);
    rows.push(nodeFrom(row, rows));
  }
  return { rows, work: workFrom(form.work, rows.at(-1)!) };
}

function nodeFrom(row: NodeRow, rows: readonly PlanNode<unknown>[]): PlanNode<unknown> {
  const upstream = row.upstream.map((u): Upstream => (typeof u === "number" ? rows[u]! : behind(u.shuffleId)));
  const make = nodeMaker(row.kind);
  const node =
    row.kind === "StandIn" || make === undefined
      ? new StandInNode(row.data as number)
      : make(row.data as never, upstream);
  node.id = row.id;
  if (row.partitions !== undefined) node.adopt({ partitions: row.partitions });
  if (row.level !== undefined) node.storageLevel = StorageLevel.named(row.level);
  if (row.safe !== undefined) node.checkpoint = { reliable: true, node: rows[row.safe] };
  return node;
}

/** A shuffle seen from behind: its blocks come with the tasks. */
function behind(shuffleId: number): ShuffleDependency {
  return new ShuffleDependency(new StandInNode(0), new HashPartitioner(1), {}, shuffleId);
}

function workFrom(work: PlanForm["work"], node: PlanNode<unknown>): Work {
  if (work.kind === "result") return { kind: "result", node, action: work.action };
  const { shuffleId, partitioner, aggregator, spread } = work;
  const options = { ...(aggregator !== undefined && { aggregator }), ...(spread !== undefined && { spread }) };
  return {
    kind: "shuffleMap",
    dependency: new ShuffleDependency(node, partitionerFrom(partitioner), options, shuffleId),
  };
}
