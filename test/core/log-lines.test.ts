import assert from "node:assert/strict";
import { test } from "node:test";
import { setLogSink } from "../../src/core/log/logger.js";
import { withContext } from "./with-context.js";

/** The lines of one job at INFO, times and places left out. */
async function linesOf(placement: string): Promise<string[]> {
  const lines: string[] = [];
  const undo = setLogSink(line => lines.push(line));
  try {
    await withContext(
      "local[1]",
      async sc => {
        const counts = sc
          .parallelize(["a", "b", "a"], 2)
          .keyBy(x => x)
          .mapValues(() => 1)
          .reduceByKey((a, b) => a + b, 1);
        sc.setLogLevel("INFO");
        await counts.count();
        sc.setLogLevel("WARN");
        await counts.count();
      },
      { "spark.tspark.placement": placement },
    );
  } finally {
    undo();
  }
  return lines.map(line =>
    line
      .replace(/^\S+ \S+ /, "")
      .replace(/at [\w.-]+:\d+:\d+/g, "at <here>")
      .replace(/\d+\.\d{3} s/g, "T s")
      .replace(/in \d+ ms/, "in T ms")
      .replace(/shuffle \d+/, "shuffle N"),
  );
}

test("at INFO a job is told in Spark's words, and at WARN not at all", async () => {
  assert.deepEqual(await linesOf("driver"), [
    "INFO SparkContext: Starting job: count at <here>",
    "INFO DAGScheduler: Registering RDD 2 (mapValues at <here>) as input to shuffle N",
    "INFO DAGScheduler: Got job 0 (count at <here>) with 1 output partitions",
    "INFO DAGScheduler: Final stage: ResultStage 1 (count at <here>)",
    "INFO DAGScheduler: Parents of final stage: List(ShuffleMapStage 0)",
    "INFO DAGScheduler: Missing parents: List(ShuffleMapStage 0)",
    "INFO DAGScheduler: Submitting ShuffleMapStage 0 (MapPartitionsRDD[2] at mapValues at <here>), which has no missing parents",
    "INFO DAGScheduler: Submitting 2 missing tasks from ShuffleMapStage 0 (MapPartitionsRDD[2] at mapValues at <here>) (first 15 tasks are for partitions Vector(0, 1))",
    "INFO TaskSchedulerImpl: Adding task set 0.0 with 2 tasks",
    "INFO TaskSetManager: Starting task 0.0 in stage 0.0 (TID 0) (localhost, executor driver, partition 0, PROCESS_LOCAL)",
    "INFO TaskSetManager: Finished task 0.0 in stage 0.0 (TID 0) in T ms on localhost (executor driver) (1/2)",
    "INFO TaskSetManager: Starting task 1.0 in stage 0.0 (TID 1) (localhost, executor driver, partition 1, PROCESS_LOCAL)",
    "INFO TaskSetManager: Finished task 1.0 in stage 0.0 (TID 1) in T ms on localhost (executor driver) (2/2)",
    "INFO TaskSchedulerImpl: Removed TaskSet 0.0, whose tasks have all completed, from pool",
    "INFO DAGScheduler: ShuffleMapStage 0 (mapValues at <here>) finished in T s",
    "INFO DAGScheduler: Submitting ResultStage 1 (ShuffledRDD[3] at reduceByKey at <here>), which has no missing parents",
    "INFO DAGScheduler: Submitting 1 missing tasks from ResultStage 1 (ShuffledRDD[3] at reduceByKey at <here>) (first 15 tasks are for partitions Vector(0))",
    "INFO TaskSchedulerImpl: Adding task set 1.0 with 1 tasks",
    "INFO TaskSetManager: Starting task 0.0 in stage 1.0 (TID 2) (localhost, executor driver, partition 0, PROCESS_LOCAL)",
    "INFO TaskSetManager: Finished task 0.0 in stage 1.0 (TID 2) in T ms on localhost (executor driver) (1/1)",
    "INFO TaskSchedulerImpl: Removed TaskSet 1.0, whose tasks have all completed, from pool",
    "INFO DAGScheduler: ResultStage 1 (count at <here>) finished in T s",
    "INFO DAGScheduler: Job 0 finished: count at <here>, took T s",
  ]);
});
