import type { PlanNode } from "../plan/plan-node.js";
import type { Action } from "../scheduler/action.js";
import { Partitioner, partitionerData } from "./partitioner.js";

/** Puts pairs that are keys themselves (`subtract`, on an RDD that is partitioned by key) where another puts their keys. */
export class PairPartitioner extends Partitioner {
  readonly numPartitions: number;

  constructor(private readonly byKey: Partitioner) {
    super();
    this.numPartitions = byKey.numPartitions;
  }

  getPartition(pair: unknown): number {
    return this.byKey.getPartition((pair as readonly [unknown, unknown])[0]);
  }

  override quick(): ((pair: unknown) => number) | undefined {
    const quick = this.byKey.quick?.();
    return quick && (pair => quick((pair as readonly [unknown, unknown])[0]));
  }

  override prepare(run: (node: PlanNode<unknown>, action: Action) => Promise<unknown[]>): Promise<void> | undefined {
    return this.byKey.prepare?.(run);
  }

  override travel() {
    return { kind: "pair" as const, byKey: partitionerData(this.byKey) };
  }

  override equals(other: unknown): boolean {
    return other instanceof PairPartitioner && this.byKey.equals(other.byKey);
  }
}
