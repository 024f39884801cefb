import assert from "node:assert/strict";
import { test } from "node:test";
import type { StageInfo, TaskInfo, TaskMetrics } from "../../src/core/scheduler/events.js";
import { html } from "../../src/ui/pages/html.js";
import { AppStatusStore } from "../../src/ui/status/app-status-store.js";
import { BoundedHistory } from "../../src/ui/status/bounded-history.js";
import { StageRecord } from "../../src/ui/status/stage-record.js";

const stage = (stageId: number, over: Partial<StageInfo> = {}): StageInfo => ({
  stageId,
  attemptNumber: 0,
  name: `stage ${stageId}`,
  details: "",
  numTasks: 2,
  rddInfos: [],
  parentIds: [],
  ...over,
});
const noMetrics: TaskMetrics = { ...new StageRecord(stage(0), undefined, "default").metrics };

/** Runs a job of one stage with one task that succeeds and one that ends as `second` says. */
function runJob(store: AppStatusStore, id: number, second: Partial<TaskInfo> = {}): void {
  const info = stage(id);
  store.onJobStart({
    jobId: id,
    time: 1,
    stageIds: [info.stageId],
    stageInfos: [info],
    properties: { "spark.job.description": "d" },
  });
  store.onStageSubmitted({ stageInfo: { ...info, submissionTime: 2 } });
  for (const index of [0, 1]) {
    const taskInfo: TaskInfo = {
      taskId: index,
      index,
      attempt: 0,
      partitionId: index,
      launchTime: 3,
      executorId: "driver",
      host: "localhost",
      ...(index === 1 ? second : {}),
    };
    const which = { stageId: id, stageAttemptId: 0, taskInfo };
    store.onTaskStart(which);
    store.onTaskEnd({ ...which, taskMetrics: { ...noMetrics, shuffleReadBytes: 10 }, reason: "why" });
  }
  store.onStageCompleted({ stageInfo: { ...info, completionTime: 5 } });
  store.onJobEnd({ jobId: id, time: 6, jobResult: "JobSucceeded" });
}

test("counts of a job and its stage", () => {
  const store = new AppStatusStore({ retainedJobs: 10, retainedStages: 10, retainedTasks: 100 });
  runJob(store, 0, { killed: true });
  const job = store.job(0)!;
  assert.deepEqual(
    [
      job.status,
      job.name,
      job.description,
      job.numTasks,
      job.numCompletedTasks,
      job.numKilledTasks,
      job.numActiveTasks,
    ],
    ["SUCCEEDED", "stage 0", "d", 2, 1, 1, 0],
  );
  assert.deepEqual({ ...job.killedTasksSummary }, { why: 1 });
  const [only] = store.stages();
  assert.deepEqual(
    [
      only!.status,
      only!.submissionTime,
      only!.firstTaskLaunchedTime,
      only!.completionTime,
      only!.metrics.shuffleReadBytes,
    ],
    ["COMPLETE", 2, 3, 5, 20],
  );
});

test("only the latest are remembered", () => {
  const store = new AppStatusStore({ retainedJobs: 3, retainedStages: 2, retainedTasks: 100 });
  for (let id = 0; id < 100; id++) runJob(store, id);
  assert.deepEqual(
    store.jobs().map(j => j.jobId),
    [99, 98, 97],
  );
  assert.deepEqual(
    store.stages().map(s => s.stageId),
    [99, 98],
  );
  assert.deepEqual(store.jobs()[0]!.stages, []);
  assert.deepEqual(
    [store.endedJobs, store.endedStages],
    [
      { SUCCEEDED: 100, FAILED: 0 },
      { COMPLETE: 100, SKIPPED: 0, FAILED: 0 },
    ],
  );
});

test("a job has the attempts of its stages that ran, or were skipped, for itself", () => {
  const store = new AppStatusStore({ retainedJobs: 10, retainedStages: 10, retainedTasks: 100 });
  const attempts = (jobId: number) =>
    store.stagesOf(store.job(jobId)!).map(s => [s.stageId, s.attemptId, s.status] as const);
  const run = (info: StageInfo, failureReason?: string) => {
    store.onStageSubmitted({ stageInfo: info });
    store.onStageCompleted({ stageInfo: { ...info, ...(failureReason && { failureReason }) } });
  };
  store.onJobStart({ jobId: 0, time: 1, stageIds: [0, 1], stageInfos: [stage(0), stage(1)], properties: {} });
  run(stage(0));
  // Another job finds the shuffle of stage 0 while the first one goes on.
  store.onJobStart({
    jobId: 1,
    time: 2,
    stageIds: [0, 2],
    stageInfos: [stage(0, { attemptNumber: 1 }), stage(2)],
    properties: {},
  });
  run(stage(2));
  store.onJobEnd({ jobId: 1, time: 3, jobResult: "JobSucceeded" });
  run(stage(1), "lost");
  run(stage(1, { attemptNumber: 1 }));
  store.onJobEnd({ jobId: 0, time: 4, jobResult: "JobSucceeded" });
  assert.deepEqual(attempts(1), [
    [2, 0, "COMPLETE"],
    [0, 1, "SKIPPED"],
  ]);
  assert.deepEqual(attempts(0), [
    [1, 1, "COMPLETE"],
    [1, 0, "FAILED"],
    [0, 0, "COMPLETE"],
  ]);
});

test("what is live is never forgotten", () => {
  const history = new BoundedHistory<number, string>(1);
  for (const key of [1, 2, 3]) history.set(key, `r${key}`);
  for (const key of [3, 2, 9]) history.end(key);
  assert.deepEqual(history.values(), ["r1", "r2"]);
});

test("events of stages nobody announced are no harm", () => {
  const store = new AppStatusStore({ retainedJobs: 1, retainedStages: 1, retainedTasks: 100 });
  store.onStageSubmitted({ stageInfo: stage(5) });
  store.onStageCompleted({ stageInfo: stage(5, { failureReason: "x" }) });
  store.onStageCompleted({ stageInfo: stage(6) });
  store.onJobEnd({ jobId: 7, time: 1, jobResult: "JobSucceeded" });
  assert.deepEqual(
    store.stages().map(s => [s.stageId, s.status]),
    [[5, "FAILED"]],
  );
});

test("templates escape what is put in", () => {
  assert.equal(
    html`<p title="${`"'`}">${"<b>"}${[html`<i>${"&"}</i>`, 1]}${undefined}</p>`.text,
    `<p title="&#34;&#39;">&#60;b&#62;<i>&#38;</i>1</p>`,
  );
});

test("records of operators: the first ones of each stage, of as many stages as there is room for", () => {
  const store = new AppStatusStore({ retainedJobs: 10, retainedStages: 1000, retainedTasks: 10, sampleRecords: 3 });
  const end = (stageId: number, records: readonly string[]) => {
    const taskInfo = { taskId: stageId, index: 0, attempt: 0, partitionId: 0, launchTime: 3, executorId: "", host: "" };
    const which = { stageId, stageAttemptId: 0, taskInfo, taskMetrics: noMetrics, reason: "" };
    store.onTaskEnd({ ...which, samples: new Map([[7, records]]) });
  };
  const kept = (stageId: number) =>
    store
      .stages()
      .find(s => s.stageId === stageId)!
      .samples.get(7);
  store.onJobStart({ jobId: 0, time: 1, stageIds: [0], stageInfos: [stage(0)], properties: {} });
  end(0, ["a", "b"]);
  end(0, ["c", "d"]);
  assert.deepEqual(kept(0), ["a", "b", "c"]);
  store.onJobStart({ jobId: 1, time: 1, stageIds: [1, 2], stageInfos: [stage(1), stage(2)], properties: {} });
  end(1, ["x".repeat(1_999_000)]);
  assert.deepEqual(kept(0), ["a", "b", "c"]);
  end(2, ["y".repeat(900)]);
  assert.deepEqual([kept(0), kept(1)?.length, kept(2)?.length], [undefined, 1, 1]);
  end(2, ["z".repeat(1000)]);
  assert.deepEqual([kept(1), kept(2)?.length], [undefined, 2]);
});
