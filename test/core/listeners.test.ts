import assert from "node:assert/strict";
import { test } from "node:test";
import type { SparkEvent, SparkListener, SparkStageInfo } from "tspark";
import { withContext } from "./with-context.js";

test("listeners hear of jobs, stages and tasks in order, before the action resolves", () =>
  withContext("local[2]", async sc => {
    const heard: string[] = [];
    const listener: SparkListener = {
      onJobStart: e => heard.push(`job ${e.jobId}: ${e.stageInfos.map(s => s.name).join()}`),
      onStageSubmitted: e => heard.push(`stage ${e.stageInfo.stageId}, ${e.stageInfo.numTasks} tasks`),
      onTaskStart: e => heard.push(`task ${e.taskInfo.taskId}`),
      onTaskEnd: e => heard.push(`task ${e.taskInfo.taskId} ${e.reason}`),
      onStageCompleted: e => heard.push(`stage ${e.stageInfo.stageId} ${e.stageInfo.failureReason ?? "ok"}`),
      onJobEnd: e => heard.push(`job ${e.jobId} ${e.error === undefined ? "ok" : "failed"}`),
    };
    sc.addSparkListener(listener);
    await sc.parallelize([1, 2], 2).count();
    assert.match(heard[0]!, /^job 0: count at listeners\.test\.[jt]s:\d+:\d+$/);
    assert.deepEqual(heard.slice(1), [
      "stage 0, 2 tasks",
      "task 0",
      "task 0 Success",
      "task 1",
      "task 1 Success",
      "stage 0 ok",
      "job 0 ok",
    ]);
    sc.removeSparkListener(listener);
    await sc.parallelize([1]).count();
    assert.equal(heard.length, 8);
  }));

test("a job's events name its stages and say how it ended", () =>
  withContext("local[2]", async sc => {
    const heard: unknown[] = [];
    sc.addSparkListener({
      onJobStart: e => heard.push(e.stageIds),
      onJobEnd: e => heard.push([e.jobResult, e.error?.message.includes("boom")]),
    });
    const pairs = sc.parallelize([1, 2], 2).map(x => [x, x] as [number, number]);
    await pairs.reduceByKey((a, b) => a + b).count();
    const failing = pairs.map((): number => {
      throw new Error("boom");
    });
    await assert.rejects(failing.count());
    await sc.emptyRDD<number>().collect();
    assert.deepEqual(heard, [
      [0, 1],
      ["JobSucceeded", undefined],
      [2],
      ["JobFailed", true],
      [],
      ["JobSucceeded", undefined],
    ]);
  }));

test("sc.events() is an async iterator over the same facts; it ends with the application", async () => {
  const seen: SparkEvent["type"][] = [];
  let reading: Promise<void> | undefined;
  await withContext("local", async sc => {
    reading = (async () => {
      for await (const event of sc.events()) seen.push(event.type);
    })();
    await sc.parallelize([1], 1).count();
  });
  await reading;
  assert.deepEqual(seen, [
    "SparkListenerJobStart",
    "SparkListenerStageSubmitted",
    "SparkListenerTaskStart",
    "SparkListenerTaskEnd",
    "SparkListenerStageCompleted",
    "SparkListenerJobEnd",
    "SparkListenerApplicationEnd",
  ]);
});

test("a listener that throws harms nobody", () =>
  withContext("local", async sc => {
    const heard: number[] = [];
    sc.setLogLevel("OFF");
    sc.addSparkListener({
      onJobEnd() {
        throw new Error("listener");
      },
    });
    sc.addSparkListener({ onJobEnd: e => heard.push(e.jobId) });
    await sc.parallelize([1]).count();
    sc.setLogLevel("WARN");
    assert.deepEqual(heard, [0]);
  }));

test("the status tracker knows jobs and stages", () =>
  withContext("local[2]", async sc => {
    sc.setJobGroup("g", "");
    let during: number[] = [];
    let early: SparkStageInfo | undefined;
    await sc.parallelize([1, 2], 2).foreachPartition(() => {
      during = sc.statusTracker.getActiveJobIds();
      early ??= sc.statusTracker.getStageInfo(0);
    });
    assert.deepEqual(during, [0]);
    assert.deepEqual([early?.numActiveTasks, early?.numCompletedTasks], [1, 0]);
    assert.deepEqual(sc.statusTracker.getJobIdsForGroup("g"), [0]);
    assert.deepEqual(sc.statusTracker.getActiveJobIds(), []);
    assert.deepEqual(sc.statusTracker.getJobInfo(0), { jobId: 0, stageIds: [0], status: "SUCCEEDED", group: "g" });
    const stage = sc.statusTracker.getStageInfo(0)!;
    assert.deepEqual([stage.numTasks, stage.numCompletedTasks, stage.numFailedTasks], [2, 2, 0]);
    assert.match(stage.name, /^foreachPartition at listeners\.test/);
    sc.clearJobGroup();
  }));
