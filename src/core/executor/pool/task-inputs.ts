import { StaysHere } from "../../closure/refusal.js";
import { KeptBlocksNode } from "../../plan/nodes/kept-blocks-node.js";
import type { PlanNode } from "../../plan/plan-node.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { FileBlock, PackedBlock, PackedColumn } from "../../shuffle/columns/column.js";
import { packColumn } from "../../shuffle/columns/pack.js";
import type { FilePartition } from "../../storage/block-store.js";
import { StorageLevel } from "../../storage/storage-level.js";
import type { TaskInputs } from "./protocol.js";

/** What a task needs of what the driver's thread has, told one by one. */
export interface NeedVisitor {
  elements?(node: PlanNode<unknown>, index: number): void;
  /** Whether it is in the cache; if not, what is behind is needed. */
  block?(rddId: number, index: number): boolean;
  shuffle?(shuffleId: number, reduceId: number): void;
  /** Every node on the way, with its partition. */
  node?(node: PlanNode<unknown>, index: number): void;
}

/** Walks through all that partition `index` of `node` is computed from within its stage. */
export function visitNeeds(node: PlanNode<unknown>, index: number, visit: NeedVisitor): void {
  const stack: [PlanNode<unknown>, number][] = [[node, index]];
  const seen = new Map<PlanNode<unknown>, Set<number>>();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [n, i] = next;
    let at = seen.get(n);
    if (at === undefined) seen.set(n, (at = new Set()));
    if (at.has(i)) continue;
    at.add(i);
    visit.node?.(n, i);
    if (n.storageLevel !== StorageLevel.NONE && visit.block?.(n.id, i)) continue;
    if (n instanceof KeptBlocksNode) {
      visit.block?.(n.rddId, i);
      continue;
    }
    if (n.elementsOf !== undefined && n.checkpoint?.node === undefined) visit.elements?.(n, i);
    for (const d of n.dependencies) {
      if (d.wide) visit.shuffle?.(d.shuffleId, i);
      else for (const p of d.getParents(i)) stack.push([d.node, p]);
    }
  }
}

/**
 * The data a task takes along, in shared memory.
 *
 * @throws Refusal when something in it cannot leave this thread
 */
export function taskInputs(
  node: PlanNode<unknown>,
  index: number,
  rowOf: ReadonlyMap<PlanNode<unknown>, number>,
  context: TaskContext,
): TaskInputs {
  const { shuffles, blocks } = context.environment;
  const elements: [number, number, PackedColumn][] = [];
  const kept: [number, number, PackedColumn | FilePartition][] = [];
  const read: { shuffleId: number; reduceId: number; merged: boolean; blocks: readonly (PackedBlock | FileBlock)[] }[] =
    [];
  visitNeeds(node, index, {
    node(n) {
      // The plan was made when the cache had all of it; since then a block was evicted.
      if (!rowOf.has(n)) throw new StaysHere("the cache", "short of a partition that it had");
    },
    elements: (n, i) => elements.push([rowOf.get(n)!, i, packColumn(n.elementsOf!(i))]),
    shuffle: (shuffleId, reduceId) => read.push({ shuffleId, reduceId, ...shuffles.readPacked(shuffleId, reduceId) }),
    block(rddId, i) {
      const packed = blocks.getPacked(rddId, i, context);
      if (packed !== undefined) kept.push([rddId, i, packed]);
      return packed !== undefined;
    },
  });
  return { elements, blocks: kept, shuffles: read };
}
