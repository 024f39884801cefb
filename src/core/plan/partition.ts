/** One part of an RDD's data: what one task computes. Spark's name: `org.apache.spark.Partition`. */
export interface Partition {
  /** Its place within its RDD, from 0. */
  readonly index: number;
}

/** `n` partitions that hold nothing but their index. */
export function plainPartitions(n: number): readonly Partition[] {
  return Array.from({ length: n }, (_, index) => ({ index }));
}
