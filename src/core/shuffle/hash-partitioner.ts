import { E } from "../errors/engine-errors.js";
import { hashCode } from "../table/hash-code.js";
import { engineFunctions } from "../util/engine-functions.js";
import { Partitioner } from "./partitioner.js";

/**
 * Spreads keys by `hashCode(key)` modulo the number of partitions, as Spark does: the number 7 of 3 partitions is in 1, and
 * so is the string "a" (Java's `String.hashCode`). `null` and `undefined` are in partition 0.
 *
 * Spark's name: `org.apache.spark.HashPartitioner`.
 *
 * @example
 * new HashPartitioner(3).getPartition(7); // 1
 */
export class HashPartitioner extends Partitioner {
  readonly numPartitions: number;

  /** @param partitions how many there are, at least 1 */
  constructor(partitions: number);
  /** @internal `least` is 0 where it may be for an RDD without partitions, which has no keys */
  constructor(partitions: number, least: 0 | 1);
  constructor(partitions: number, least: 0 | 1 = 1) {
    super();
    if (!Number.isInteger(partitions) || partitions < least) throw E.NUM_PARTITIONS("HashPartitioner", partitions);
    this.numPartitions = partitions;
  }

  getPartition(key: unknown): number {
    const m = hashCode(key) % this.numPartitions;
    return m < 0 ? m + this.numPartitions : m;
  }

  override travel() {
    return { kind: "hash" as const, numPartitions: this.numPartitions };
  }

  override equals(other: unknown): boolean {
    return other instanceof HashPartitioner && other.numPartitions === this.numPartitions;
  }
}

engineFunctions("class", { Partitioner, HashPartitioner });
