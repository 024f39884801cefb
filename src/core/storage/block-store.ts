import type { PlanNode } from "../plan/plan-node.js";

/** Where the partitions of persisted RDDs are kept. Spark's name: `BlockManager`. */
export interface BlockStore {
  get(rddId: number, partition: number): readonly unknown[] | undefined;
  put(node: PlanNode<unknown>, partition: number, elements: readonly unknown[]): void;
  /** Forgets all partitions of an RDD. */
  remove(rddId: number): void;
  /** Whether all `n` partitions are here, so that nothing before them is needed. */
  hasAll(rddId: number, n: number): boolean;
  clear(): void;
}

/** Partitions as objects in the memory of this process. */
export class MemoryBlockStore implements BlockStore {
  readonly #blocks = new Map<number, Map<number, readonly unknown[]>>();

  get(rddId: number, partition: number): readonly unknown[] | undefined {
    return this.#blocks.get(rddId)?.get(partition);
  }

  put(node: PlanNode<unknown>, partition: number, elements: readonly unknown[]): void {
    let blocks = this.#blocks.get(node.id);
    if (blocks === undefined) this.#blocks.set(node.id, (blocks = new Map()));
    blocks.set(partition, elements);
  }

  remove(rddId: number): void {
    this.#blocks.delete(rddId);
  }

  hasAll(rddId: number, n: number): boolean {
    return this.#blocks.get(rddId)?.size === n;
  }

  clear(): void {
    this.#blocks.clear();
  }
}
