import type { Time } from "../time.js";

/** What one output operation does for one batch. Spark's `org.apache.spark.streaming.scheduler.Job`. */
export interface Job {
  readonly time: Time;
  /** Place of the operation among the outputs of the graph, from 0. */
  readonly outputOpId: number;
  /** `print at <console>:3:7`. */
  readonly name: string;
  /** The user's stack when the operation was defined. */
  readonly description: string;
  /** Does it; may be called again with the same RDDs when it failed. What it gives is of no interest. */
  run(): unknown;
}
