import type { RDD } from "../core/rdd/rdd.js";
import type { SparkContext } from "../core/spark-context.js";
import type { StorageLevel } from "../core/storage/storage-level.js";

/** The engine's operations that streams use and that are on their way. */
export type Complete<T> = RDD<T> & {
  persist(level: StorageLevel): unknown;
  unpersist(): unknown;
};
export type CompleteContext = SparkContext & {
  setJobGroup(group: string, description: string, interrupt?: boolean): void;
  setLocalProperty(key: string, value: string): void;
  cancelJobGroup(group: string): void;
};
