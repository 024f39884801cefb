import { registerLoader } from "../closure/protocol.js";
import type { Ordering } from "../util/ordering.js";
import { HashPartitioner } from "./hash-partitioner.js";
import { PairPartitioner } from "./pair-partitioner.js";
import { Partitioner, type PartitionerData } from "./partitioner.js";
import { rangeFunction, rangeOf } from "./range-bounds.js";

/** The ranges that a `RangePartitioner` of another thread found. */
class Ranges extends Partitioner {
  readonly numPartitions: number;

  constructor(private readonly data: Extract<PartitionerData, { kind: "range" }>) {
    super();
    this.numPartitions = data.numPartitions;
  }

  getPartition(key: unknown): number {
    const { bounds, ordering, ascending } = this.data;
    return rangeOf(key, bounds, ordering as Ordering<unknown>, ascending);
  }

  override quick(): (key: unknown) => number {
    const { bounds, ordering, ascending } = this.data;
    return rangeFunction(bounds, ordering as Ordering<unknown>, ascending);
  }
}

/** A partitioner that puts keys where the one does that `data` was made from. */
export function partitionerFrom(data: PartitionerData): Partitioner {
  switch (data.kind) {
    case "hash":
      return new HashPartitioner(data.numPartitions);
    case "range":
      return new Ranges(data);
    case "pair":
      return new PairPartitioner(partitionerFrom(data.byKey));
    case "own":
      return data.partitioner;
  }
}

registerLoader("Partitioner", partitionerFrom);
