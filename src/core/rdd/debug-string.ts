import type { PlanNode } from "../plan/plan-node.js";
import type { StoredRDD } from "../storage/block-store.js";
import { StorageLevel } from "../storage/storage-level.js";

/** How a node calls itself: `name MapPartitionsRDD[3] at map at words.ts:2:7`. */
export function describeNode(node: PlanNode<unknown>): string {
  return `${node.name === undefined ? "" : `${node.name} `}${node.kind}[${node.id}] at ${node.callSite?.short ?? ""}`;
}

/**
 * The lineage as Spark draws it: the number of partitions in parentheses where a stage begins, `+-` where a shuffle is,
 * the storage level in brackets.
 */
export function debugString(node: PlanNode<unknown>, stored: (rddId: number) => StoredRDD): string {
  const self = (n: PlanNode<unknown>): string[] => {
    const level = n.storageLevel === StorageLevel.NONE ? "" : n.storageLevel.description;
    const { cachedPartitions, memory, disk } = stored(n.id);
    const lines = [`${describeNode(n)} [${level}]`];
    if (cachedPartitions > 0) {
      lines.push(`    CachedPartitions: ${cachedPartitions}; MemorySize: ${bytes(memory)}; DiskSize: ${bytes(disk)}`);
    }
    return lines;
  };
  const children = (n: PlanNode<unknown>, prefix: string): string[] => {
    const last = n.dependencies.length - 1;
    return n.dependencies.flatMap((d, i) =>
      d.wide ? stage(d.node, prefix, i === last) : [...self(d.node).map(l => prefix + l), ...children(d.node, prefix)],
    );
  };
  const stage = (n: PlanNode<unknown>, prefix: string, isLast: boolean): string[] => {
    const count = `(${n.numPartitions})`;
    const before = prefix.replace(/\|\s+$/, "");
    const next = before + (isLast ? "  " : "| ") + bar(count);
    return [...self(n).map((l, i) => (i === 0 ? `${before}+-${count} ${l}` : next + l)), ...children(n, next)];
  };
  const count = `(${node.numPartitions})`;
  const next = bar(count);
  return [...self(node).map((l, i) => `${i === 0 ? count : next} ${l}`), ...children(node, next)].join("\n");
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
