import type { PlanNode } from "../plan/plan-node.js";
import type { Action } from "../scheduler/action.js";

/** A partitioner as data; functions in it are closures of the user. */
export type PartitionerData =
  | { readonly kind: "hash"; readonly numPartitions: number }
  | {
      readonly kind: "range";
      readonly numPartitions: number;
      readonly ascending: boolean;
      readonly bounds: readonly unknown[];
      readonly ordering: Function;
    }
  /** Pairs as keys, placed by their own keys. */
  | { readonly kind: "pair"; readonly byKey: PartitionerData }
  /** One of the user's own class. */
  | { readonly kind: "own"; readonly numPartitions: number; readonly partitioner: Partitioner };

/**
 * Says which partition a key belongs to. Extend it for a partitioning of your own; `equals` tells whether two partition
 * alike, which saves a shuffle.
 *
 * Spark's name: `org.apache.spark.Partitioner`.
 *
 * @example
 * class ByFirstLetter extends Partitioner {
 *   readonly numPartitions = 26;
 *   getPartition(key: unknown) {
 *     return Math.max(0, String(key).toLowerCase().charCodeAt(0) - 97) % 26;
 *   }
 *   override equals(other: unknown) {
 *     return other instanceof ByFirstLetter;
 *   }
 * }
 */
export abstract class Partitioner {
  abstract readonly numPartitions: number;
  /** The partition of `key`: 0 … `numPartitions - 1`. */
  abstract getPartition(key: unknown): number;
  /** @internal what must be known before the first key is placed; asked for inside each job */
  prepare?(run: (node: PlanNode<unknown>, action: Action) => Promise<unknown[]>): Promise<void> | undefined;
  /** @internal a function that does what `getPartition` does, and whose result need not be checked */
  quick?(): ((key: unknown) => number) | undefined;
  /** @internal how another thread puts keys where this one does; without it the partitioner itself travels */
  travel?(): PartitionerData;
  /** Whether `other` puts every key where this one does; default: only itself. */
  equals(other: unknown): boolean {
    return this === other;
  }
}

/** What a partitioner is as data. */
export function partitionerData(partitioner: Partitioner): PartitionerData {
  return partitioner.travel?.() ?? { kind: "own", numPartitions: partitioner.numPartitions, partitioner };
}

/** Whether both are there and partition alike. */
export function samePartitioner(a: Partitioner | undefined, b: Partitioner | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || a.equals(b));
}
