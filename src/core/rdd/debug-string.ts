import type { PlanNode } from "../plan/plan-node.js";
import type { StoredRDD } from "../storage/block-store.js";
import { StorageLevel } from "../storage/storage-level.js";

/** How a node calls itself: `name MapPartitionsRDD[3] at map at words.ts:2:7`. */
export function describeNode(node: PlanNode<unknown>): string {
  return `${node.name === undefined ? "" : `${node.name} `}${node.kind}[${node.id}] at ${node.callSite?.short ?? ""}`;
}

/** A node that is to be drawn: what stands before its first line, before further ones, and before those of its parents. */
interface Branch {
  readonly node: PlanNode<unknown>;
  readonly first: string;
  readonly rest: string;
  readonly parents: string;
}

/**
 * The lineage as Spark draws it: the number of partitions in parentheses where a stage begins, `+-` where a shuffle is,
 * the storage level in brackets.
 */
export function debugString(node: PlanNode<unknown>, stored: (rddId: number) => StoredRDD): string {
  const count = `(${node.numPartitions})`;
  const lines: string[] = [];
  // What is drawn next stands last: a loop and not recursion, since lineages get long.
  const todo: Branch[] = [{ node, first: `${count} `, rest: `${bar(count)} `, parents: bar(count) }];
  for (let branch = todo.pop(); branch !== undefined; branch = todo.pop()) {
    const [line, ...more] = describe(branch.node, stored);
    lines.push(branch.first + line, ...more.map(l => branch.rest + l));
    todo.push(...parentsOf(branch).reverse());
  }
  return lines.join("\n");
}

function parentsOf({ node: { dependencies }, parents }: Branch): Branch[] {
  return dependencies.map(({ wide, node }, i) => {
    if (!wide) return { node, first: parents, rest: parents, parents };
    const count = `(${node.numPartitions})`;
    const before = parents.replace(/\|\s+$/, "");
    const next = before + (i === dependencies.length - 1 ? "  " : "| ") + bar(count);
    return { node, first: `${before}+-${count} `, rest: next, parents: next };
  });
}

function describe(node: PlanNode<unknown>, stored: (rddId: number) => StoredRDD): string[] {
  const level = node.storageLevel === StorageLevel.NONE ? "" : node.storageLevel.description;
  const { cachedPartitions, memory, disk } = stored(node.id);
  const line = `${describeNode(node)} [${level}]`;
  if (cachedPartitions === 0) return [line];
  return [line, `    CachedPartitions: ${cachedPartitions}; MemorySize: ${bytes(memory)}; DiskSize: ${bytes(disk)}`];
}

/** A bar under the middle of the count of partitions. */
function bar(count: string): string {
  const left = Math.floor((count.length - 1) / 2);
  return `${" ".repeat(left)}|${" ".repeat(count.length - left)}`;
}

/** `32.0 B`, `1.5 KiB`: the first unit that leaves less than 2048 of them, as Spark writes it. */
function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 2048 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${n.toFixed(1)} ${units[unit]}`;
}
