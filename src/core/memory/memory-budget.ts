import { getHeapStatistics } from "node:v8";
import type { SparkConf } from "../conf/spark-conf.js";

/** What Spark leaves of the heap for everything else before it divides the rest, bytes. */
const RESERVED = 300 * 1024 * 1024;

/**
 * What shuffles, aggregations, sorts and the cache of this process may fill together, bytes: `spark.tspark.memory.budget`,
 * else `spark.memory.fraction` of V8's heap limit (`--max-old-space-size`, `--driver-memory`) without what is reserved.
 */
export function memoryBudget(conf: SparkConf): number {
  if (conf.contains("spark.tspark.memory.budget")) return conf.getSizeAsBytes("spark.tspark.memory.budget");
  return heapShare(conf.getDouble("spark.memory.fraction"));
}

/** The `fraction` of this thread's heap without what is reserved. */
export function heapShare(fraction: number): number {
  const heap = getHeapStatistics().heap_size_limit;
  // Of a small heap, as a test's or a worker's, something must be left to work with.
  return Math.floor(Math.max(heap / 4, heap - RESERVED) * fraction);
}

/** From which part of the heap's limit on a task puts away what it can, whatever its estimates say. */
const TIGHT = 0.8;

/** Whether this thread's heap is so full that estimates are not to be trusted any more. */
export function heapIsTight(): boolean {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size > TIGHT * heap_size_limit;
}
