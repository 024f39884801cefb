import type { StageRecord } from "../status/stage-record.js";
import type { memoryMetricsJson } from "./metrics-json.js";

/** Spark's `ExecutorMetricsDistributions` of a stage: with one executor all quantiles are its value. */
export function executorDistributionsJson(
  stage: StageRecord,
  taskTime: number,
  quantiles: readonly number[],
  memoryMetrics: ReturnType<typeof memoryMetricsJson>,
) {
  const m = stage.metrics;
  const all = (value: number) => quantiles.map(() => value);
  const memory = Object.entries(memoryMetrics).map(([name, value]) => [name, all(value)]);
  return {
    quantiles,
    taskTime: all(taskTime),
    failedTasks: all(stage.numFailedTasks),
    succeededTasks: all(stage.numCompleteTasks),
    killedTasks: all(stage.numKilledTasks),
    inputBytes: all(m.inputBytes),
    inputRecords: all(m.inputRecords),
    outputBytes: all(m.outputBytes),
    outputRecords: all(m.outputRecords),
    shuffleRead: all(m.shuffleReadBytes),
    shuffleReadRecords: all(m.shuffleReadRecords),
    shuffleWrite: all(m.shuffleWriteBytes),
    shuffleWriteRecords: all(m.shuffleWriteRecords),
    memoryBytesSpilled: all(m.memoryBytesSpilled),
    diskBytesSpilled: all(m.diskBytesSpilled),
    peakMemoryMetrics: { quantiles, ...(Object.fromEntries(memory) as Readonly<Record<string, number[]>>) },
  };
}
