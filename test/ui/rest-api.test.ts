import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { SparkContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { route } from "../../src/ui/server/router.js";
import { LiveApplication } from "../../src/ui/status/live-application.js";
import { ask, askJson, startContext } from "./harness.js";
import { APPLICATION, ATTEMPT, differences, ENVIRONMENT, JOB, STAGE, STAGE_DETAILS } from "./recorded.js";
import {
  EXECUTOR,
  EXECUTOR_DISTRIBUTIONS,
  EXECUTOR_STAGE_SUMMARY,
  MEMORY_DISTRIBUTIONS,
  MEMORY_METRICS,
  RDD_DISTRIBUTION,
  RDD_PARTITION,
  RDD_STORAGE,
  TASK,
  TASK_SUMMARY,
  THREAD,
} from "./recorded-details.js";

let sc: SparkContext;
let undo = () => {};

before(async () => {
  undo = setLogSink(() => {});
  sc = await startContext({ "spark.db.password": "hunter2", "spark.x": "1" });
  await sc.parallelize([1, 2, 3, 4], 2).count();
  const counts = sc
    .parallelize(["a", "b", "a"], 2)
    .map(x => [x, 1] as [string, number])
    .reduceByKey((a, b) => a + b, 3);
  await counts.collect();
  await counts.collect();
  await assert.rejects(
    sc
      .parallelize([1, 2], 2)
      .map(x => {
        if (x === 2) throw new Error("boom");
        return x;
      })
      .collect(),
  );
});

after(async () => {
  await sc.stop();
  undo();
});

test("version and applications", async () => {
  const version = await ask(sc, "/api/v1/version");
  assert.equal(version.type, "application/json;charset=utf-8");
  assert.deepEqual(Object.keys(JSON.parse(version.body) as object), ["spark"]);
  const app = await askJson<{ id: string; name: string; attempts: Record<string, unknown>[] }>(sc);
  assert.deepEqual(differences(app, APPLICATION), []);
  assert.deepEqual(differences(app.attempts[0], ATTEMPT), []);
  assert.equal(app.name, "status <test>");
  assert.equal(app.attempts[0]!["endTime"], "1969-12-31T23:59:59.999GMT");
  const all = JSON.parse((await ask(sc, "/api/v1/applications")).body) as { id: string }[];
  assert.deepEqual(
    all.map(a => a.id),
    [sc.applicationId],
  );
  assert.equal((await ask(sc, "/api/v1/applications?status=completed")).body.trim(), "[]");
});

test("jobs: the latest first, as Spark has them", async () => {
  const jobs = await askJson<Record<string, unknown>[]>(sc, "/jobs");
  for (const job of jobs) assert.deepEqual(differences(job, JOB), []);
  const facts = jobs.map(j => [j["jobId"], j["status"], j["numTasks"], j["numCompletedTasks"], j["numSkippedTasks"]]);
  assert.deepEqual(facts.slice(1), [
    [2, "SUCCEEDED", 5, 3, 2],
    [1, "SUCCEEDED", 5, 5, 0],
    [0, "SUCCEEDED", 2, 2, 0],
  ]);
  assert.deepEqual([jobs[0]!["status"], jobs[0]!["numFailedTasks"], jobs[0]!["numFailedStages"]], ["FAILED", 1, 1]);
  assert.equal(jobs[2]!["numCompletedStages"], 2);
  assert.match(String(jobs[3]!["name"]), /^count at rest-api\.test\.[jt]s:\d+/);
  assert.deepEqual(await askJson(sc, "/jobs/1"), jobs[2]);
  assert.deepEqual(
    (await askJson<Record<string, unknown>[]>(sc, "/jobs?status=failed")).map(j => j["jobId"]),
    [3],
  );
});

test("stages: the latest first, as Spark has them", async () => {
  const stages = await askJson<Record<string, unknown>[]>(sc, "/stages");
  for (const stage of stages) assert.deepEqual(differences(stage, STAGE), []);
  const statuses = stages.map(s => s["status"]);
  assert.equal(statuses[0], "FAILED");
  assert.match(String(stages[0]!["failureReason"]), /boom/);
  assert.equal(statuses.filter(s => s === "SKIPPED").length, 1);
  assert.equal(statuses.filter(s => s === "COMPLETE").length, stages.length - 2);
  const id = stages[0]!["stageId"] as number;
  // Memory is that of now.
  const still = ({ peakExecutorMetrics: _, ...stage }: Record<string, unknown>) => stage;
  const [alone] = await askJson<Record<string, unknown>[]>(sc, `/stages/${id}?details=false`);
  assert.deepEqual(still(alone!), still(stages[0]!));
  assert.deepEqual(still(await askJson(sc, `/stages/${id}/0?details=false`)), still(stages[0]!));
  const [detailed] = await askJson<Record<string, Record<string, object>>[]>(sc, `/stages/${id}`);
  assert.deepEqual(differences(detailed, STAGE_DETAILS), []);
  assert.deepEqual(differences(detailed!["executorSummary"]!["driver"], EXECUTOR_STAGE_SUMMARY), []);
  assert.deepEqual(differences(detailed!["peakExecutorMetrics"], MEMORY_METRICS), []);
  for (const task of Object.values(detailed!["tasks"]!)) assert.deepEqual(differences(task, TASK), []);
});

/** The stage of the first job: two tasks that succeeded. */
async function firstStage(): Promise<number> {
  return (await askJson<{ stageIds: number[] }>(sc, "/jobs/0")).stageIds[0]!;
}

test("taskList: sorted, cut and by status", async () => {
  const stage = `/stages/${await firstStage()}/0/taskList`;
  const tasks = await askJson<Record<string, unknown>[]>(sc, stage);
  for (const task of tasks) assert.deepEqual(differences(task, TASK), []);
  assert.deepEqual(
    tasks.map(t => [t["taskId"], t["index"], t["status"]]),
    [
      [0, 0, "SUCCESS"],
      [1, 1, "SUCCESS"],
    ],
  );
  assert.deepEqual(await askJson(sc, `${stage}?offset=1&length=5`), [tasks[1]]);
  assert.deepEqual(await askJson(sc, `${stage}?status=failed`), []);
  assert.equal((await askJson<unknown[]>(sc, `${stage}?sortBy=-runtime`)).length, 2);
  const path = `/api/v1/applications/${sc.applicationId}${stage}`;
  const bad = await ask(sc, `${path}?sortBy=x`);
  assert.deepEqual(
    [bad.status, bad.body],
    [404, 'Bad value for parameter "sortBy".  Expected one of ID, runtime, -runtime, got "x"'],
  );
  assert.deepEqual(await askJson(sc, `${stage}?offset=-1&length=1`), [tasks[0]]);
  assert.deepEqual(await askJson(sc, `${stage}?length=2147483647`), tasks);
  const [failed] = await askJson<{ stageId: number }[]>(sc, "/stages?status=failed");
  const [task] = await askJson<Record<string, unknown>[]>(sc, `/stages/${failed!.stageId}/0/taskList?status=failed`);
  assert.equal(task!["status"], "FAILED");
  assert.match(String(task!["errorMessage"]), /boom/);
});

test("taskSummary: a value for each quantile asked for", async () => {
  const stage = `/stages/${await firstStage()}/0/taskSummary`;
  const summary = await askJson<{ quantiles: number[]; duration: number[] }>(sc, stage);
  assert.deepEqual(differences(summary, TASK_SUMMARY), []);
  assert.deepEqual(summary.quantiles, [0.05, 0.25, 0.5, 0.75, 0.95]);
  const sorted = await askJson<typeof summary>(sc, `${stage}?quantiles=1,0,0.5`);
  assert.deepEqual(sorted.quantiles, [0, 0.5, 1]);
  assert.deepEqual(
    sorted.duration,
    [...sorted.duration].sort((a, b) => a - b),
  );
  const past = await askJson<typeof summary>(sc, `${stage}?quantiles=1,2`);
  assert.deepEqual(past.quantiles, [1, 2]);
  assert.equal(past.duration[1], past.duration[0]);
  const path = `/api/v1/applications/${sc.applicationId}/stages`;
  for (const [quantiles, expected] of [
    ["a", 'double, got "a"'],
    ["0.5,,1", 'double, got ""'],
    ["0.5,-1", 'double from 0 to 1, got "-1"'],
  ] as const) {
    const bad = await ask(sc, `/api/v1/applications/${sc.applicationId}${stage}?quantiles=${quantiles}`);
    assert.deepEqual(
      [bad.status, bad.body],
      [400, `Bad value for parameter "quantiles".  Expected a ${expected}`],
      quantiles,
    );
  }
  const [skipped] = await askJson<{ stageId: number; attemptId: number }[]>(sc, "/stages?status=skipped");
  const none = await ask(sc, `${path}/${skipped!.stageId}/${skipped!.attemptId}/taskSummary`);
  assert.equal(none.body, `No tasks reported metrics for ${skipped!.stageId} / ${skipped!.attemptId} yet.`);
});

test("executors: the driver, with what it has done", async () => {
  const [executor, ...others] = await askJson<Record<string, number>[]>(sc, "/executors");
  assert.deepEqual(differences(executor, EXECUTOR), []);
  assert.deepEqual(others, []);
  assert.deepEqual([executor!["activeTasks"], executor!["failedTasks"]], [0, 1]);
  assert.equal(executor!["totalTasks"], executor!["completedTasks"]! + 1);
  assert.equal((await askJson<unknown[]>(sc, "/allexecutors")).length, 1);
});

test("storage: what is in the cache, until it is unpersisted", async () => {
  const nums = sc.parallelize([1, 2, 3, 4], 2).setName("nums").persist();
  await nums.count();
  const [rdd, ...others] = await askJson<Record<string, Record<string, unknown>[]>[]>(sc, "/storage/rdd");
  assert.deepEqual(others, []);
  assert.deepEqual(differences(rdd, RDD_STORAGE), []);
  assert.deepEqual(differences(rdd!["dataDistribution"]![0], RDD_DISTRIBUTION), []);
  for (const partition of rdd!["partitions"]!) assert.deepEqual(differences(partition, RDD_PARTITION), []);
  assert.deepEqual(
    [rdd!["name"], rdd!["numCachedPartitions"], rdd!["storageLevel"]],
    ["nums", 2, "Memory Deserialized 1x Replicated"],
  );
  assert.deepEqual(await askJson(sc, `/storage/rdd/${nums.id}`), rdd);
  const [executor] = await askJson<Record<string, unknown>[]>(sc, "/executors");
  assert.deepEqual([executor!["rddBlocks"], executor!["memoryUsed"]], [2, rdd!["memoryUsed"]]);
  await nums.unpersist();
  assert.deepEqual(await askJson(sc, "/storage/rdd"), []);
});

test("environment, with secrets redacted", async () => {
  const environment = await askJson<{ sparkProperties: [string, string][]; runtime: object }>(sc, "/environment");
  assert.deepEqual(differences(environment, ENVIRONMENT), []);
  assert.deepEqual(Object.keys(environment.runtime), ["javaVersion", "javaHome", "scalaVersion"]);
  const properties = new Map(environment.sparkProperties);
  assert.equal(properties.get("spark.db.password"), "*********(redacted)");
  assert.equal(properties.get("spark.x"), "1");
  assert.equal(properties.get("spark.app.id"), sc.applicationId);
});

test("what is not there is a 404 in plain text", async () => {
  const app = `/api/v1/applications/${sc.applicationId}`;
  const cases: [string, string][] = [
    ["/api/v1/applications/nope", "unknown app: nope"],
    ["/api/v1/applications/nope/jobs", "unknown app: nope"],
    [`${app}/zzz`, `unknown app ${sc.applicationId}, attempt zzz`],
    [`${app}/jobs/9999`, "unknown job: 9999"],
    [`${app}/stages/9999`, "unknown stage: 9999"],
    [`${app}/stages/0/7`, "unknown attempt for stage 0.  Found attempts: [0]"],
    [`${app}/stages/0/0/zzz`, `not found: ${app}/stages/0/0/zzz`],
    [`${app}/storage/rdd/9999`, "no rdd found w/ id 9999"],
    [`${app}/storage`, `not found: ${app}/storage`],
    [`${app}/streaming/statistics`, "no streaming listener attached to status <test>"],
    [`${app}/streaming/toString`, `not found: ${app}/streaming/toString`],
    [`${app}/jobs/x`, `not found: ${app}/jobs/x`],
    ["/nope", "not found: /nope"],
    ["//nope/x", "not found: /nope/x"],
    ["/__proto__", "not found: /__proto__"],
    ["/static/../../etc/passwd", "not found: /etc/passwd"],
  ];
  for (const [path, body] of cases) {
    const reply = await ask(sc, path);
    assert.deepEqual([reply.status, reply.type, reply.body], [404, "text/plain;charset=utf-8", body]);
  }
});

test("any target has an answer", () => {
  const app = new LiveApplication(sc);
  const part = fc.oneof(
    fc.constantFrom(
      "api",
      "v1",
      "applications",
      sc.applicationId,
      "jobs",
      "stages",
      "streaming",
      "..",
      "%2e",
      "%",
      "%00",
    ),
    fc.constantFrom("constructor", "__proto__", "batches", "1", "-1", "9".repeat(30), "?status=", "?", "#", ";"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), parts => {
      const answer = route(app, `/${parts.join("/")}`);
      assert.ok([200, 400, 404].includes(answer.status), String(answer.status));
    }),
    { numRuns: 1000 },
  );
  for (const target of ["", "*", "//", "http://other/api/v1/version", "\\", "/%E0%A4%A"]) {
    assert.ok([200, 400, 404].includes(route(app, target).status), target);
  }
});

test("applications by date, and how many", async () => {
  const ids = async (query: string) => {
    const reply = await ask(sc, `/api/v1/applications?${query}`);
    assert.equal(reply.status, 200, query);
    return (JSON.parse(reply.body) as { id: string }[]).map(app => app.id);
  };
  const day = (days: number) => new Date(sc.startTime + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const [yesterday, today, tomorrow] = [day(-1), day(0), day(1)];
  const exact = new Date(sc.startTime).toISOString().replace("Z", "GMT");
  for (const query of [
    `minDate=${today}`,
    `maxDate=${tomorrow}`,
    `minDate=${exact}&maxDate=${exact}`,
    "minEndDate=2020-01-01",
    "minEndDate=2100-01-01",
    "maxEndDate=2100-01-01",
    "limit=1",
  ]) {
    assert.deepEqual(await ids(query), [sc.applicationId], query);
  }
  for (const query of [
    "minDate=2100-01-01",
    "maxDate=2000-01-01",
    // A date is the beginning of its day.
    `minDate=${tomorrow}`,
    `maxDate=${yesterday}`,
    "maxEndDate=2020-01-01",
    "limit=0",
    "limit=-1",
    "status=completed",
    "status=",
  ]) {
    assert.deepEqual(await ids(query), [], query);
  }
  for (const query of ["minDate=yesterday", "maxDate=2026-13-45"]) {
    assert.equal((await ask(sc, `/api/v1/applications?${query}`)).status, 400, query);
  }
});

test("a list asked for with a status that there is not is not there, as in Spark; several may be named, in any case", async () => {
  const id = await firstStage();
  for (const [list, expected] of [
    ["/jobs?status=foo", "RUNNING, SUCCEEDED, FAILED, UNKNOWN"],
    ["/jobs?status=RUNNING&status=foo", "RUNNING, SUCCEEDED, FAILED, UNKNOWN"],
    ["/stages?status=foo", "ACTIVE, COMPLETE, FAILED, PENDING, SKIPPED"],
    ["/stages?details=true&taskStatus=foo", "RUNNING, KILLED, FAILED, SUCCESS, UNKNOWN"],
    [`/stages/${id}?taskStatus=foo`, "RUNNING, KILLED, FAILED, SUCCESS, UNKNOWN"],
    [`/stages/${id}/0/taskList?status=foo`, "RUNNING, KILLED, FAILED, SUCCESS, UNKNOWN"],
  ] as const) {
    const { status, body } = await ask(sc, `/api/v1/applications/${sc.applicationId}${list}`);
    const name = list.includes("taskStatus") ? "taskStatus" : "status";
    assert.deepEqual(
      [status, body],
      [404, `Bad value for parameter "${name}".  Expected one of ${expected}, got "foo"`],
      list,
    );
  }
  for (const query of ["status=foo", "limit=x"]) {
    assert.equal((await ask(sc, `/api/v1/applications?${query}`)).status, 404, query);
  }
  for (const list of ["offset=x", "length=x", "length=2147483648"]) {
    const { status } = await ask(sc, `/api/v1/applications/${sc.applicationId}/stages/${id}/0/taskList?${list}`);
    assert.equal(status, 404, list);
  }
  const all = await askJson<object[]>(sc, "/jobs");
  assert.deepEqual(await askJson(sc, "/jobs?status=Succeeded&status=FAILED"), all);
  assert.deepEqual(await askJson(sc, "/jobs?status="), []);
});

test("stages with summaries, at the quantiles asked for", async () => {
  const id = await firstStage();
  const [stage] = await askJson<Record<string, Record<string, unknown>>[]>(
    sc,
    `/stages/${id}?withSummaries=true&quantiles=0,1`,
  );
  assert.deepEqual(differences(stage!["taskMetricsDistributions"], TASK_SUMMARY), []);
  assert.deepEqual(stage!["taskMetricsDistributions"]!["quantiles"], [0, 1]);
  const [byDefault] = await askJson<{ taskMetricsDistributions: { quantiles: number[] } }[]>(
    sc,
    `/stages/${id}?withSummaries=true`,
  );
  assert.deepEqual(byDefault!.taskMetricsDistributions.quantiles, [0, 0.25, 0.5, 0.75, 1]);
  const executors = stage!["executorMetricsDistributions"]!;
  assert.deepEqual(differences(executors, EXECUTOR_DISTRIBUTIONS), []);
  assert.deepEqual(executors["succeededTasks"], [2, 2]);
  assert.deepEqual(differences(executors["peakMemoryMetrics"], { quantiles: "array", ...MEMORY_DISTRIBUTIONS }), []);
  const [plain] = await askJson<object[]>(sc, `/stages/${id}`);
  assert.equal("taskMetricsDistributions" in plain!, false);
  const all = await askJson<object[]>(sc, "/stages?withSummaries=true&details=true&status=complete");
  assert.ok(all.every(s => "taskMetricsDistributions" in s && "tasks" in s));
});

test("stages with tasks of some statuses only", async () => {
  interface Stage {
    readonly stageId: number;
    readonly tasks: Readonly<Record<string, { readonly status: string }>>;
  }
  const statuses = ({ tasks }: Stage) => Object.values(tasks).map(task => task.status);
  const [failed, ...others] = await askJson<Stage[]>(sc, "/stages?details=true&taskStatus=failed");
  assert.deepEqual(others, []);
  assert.deepEqual(statuses(failed!), ["FAILED"]);
  const path = `/stages/${failed!.stageId}`;
  assert.deepEqual(statuses((await askJson<Stage[]>(sc, `${path}?taskStatus=success`))[0]!), ["SUCCESS"]);
  assert.deepEqual(statuses(await askJson(sc, `${path}/0?taskStatus=SUCCESS&taskStatus=FAILED`)), [
    "SUCCESS",
    "FAILED",
  ]);
  assert.deepEqual(statuses(await askJson(sc, `${path}/0?taskStatus=killed`)), []);
  const all = await askJson<Stage[]>(sc, "/stages?details=true");
  const some = await askJson<Stage[]>(sc, "/stages?details=true&taskStatus=success&taskStatus=unknown");
  assert.deepEqual(
    some.map(s => s.stageId),
    all.map(s => s.stageId),
  );
  // Without details there are no tasks to choose from.
  assert.equal((await askJson<Stage[]>(sc, "/stages?taskStatus=killed")).length, all.length);
});

test("threads: the main one, and one for each task that runs", async () => {
  const job = sc
    .parallelize([1])
    .mapAsync(() => new Promise<number>(() => {}))
    .collect();
  let threads: Record<string, unknown>[] = [];
  while (threads.length < 2) threads = await askJson(sc, "/executors/driver/threads");
  for (const thread of threads) assert.deepEqual(differences(thread, THREAD), []);
  assert.match(
    String(threads[1]!["threadName"]),
    /^Executor task launch worker for task 0\.0 in stage \d+\.0 \(TID \d+\)$/,
  );
  assert.match((await ask(sc, "/executors/")).body, /Executor task launch worker for task 0\.0/);
  sc.cancelAllJobs();
  await assert.rejects(job);
  const app = `/api/v1/applications/${sc.applicationId}/executors`;
  assert.equal((await ask(sc, `${app}/7/threads`)).status, 404);
  assert.equal((await ask(sc, `${app}/x/threads`)).status, 400);
  assert.deepEqual(await askJson(sc, "/allmiscellaneousprocess"), []);
  // As of an application of Spark's that has asked nothing in SQL.
  assert.deepEqual(await askJson(sc, "/sql"), []);
  const { status, body } = await ask(sc, `/api/v1/applications/${sc.applicationId}/sql/3`);
  assert.deepEqual([status, body], [404, "unknown query execution id: 3"]);
});
