import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { SparkContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { route } from "../../src/ui/server/router.js";
import { AppStatusStore } from "../../src/ui/status/app-status-store.js";
import { ask, askJson, startContext } from "./harness.js";
import { APPLICATION, ATTEMPT, differences, ENVIRONMENT, JOB, STAGE } from "./recorded.js";

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
  const one = await askJson<Record<string, unknown>[]>(sc, `/stages/${stages[0]!["stageId"]}`);
  assert.deepEqual(one, [stages[0]]);
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
    [`${app}/streaming/statistics`, "no streaming listener attached to status <test>"],
    [`${app}/streaming/toString`, `not found: ${app}/streaming/toString`],
    [`${app}/jobs/x`, `not found: ${app}/jobs/x`],
    ["/nope", "not found: /nope"],
    ["/__proto__", "not found: /__proto__"],
    ["/static/../../etc/passwd", "not found: /etc/passwd"],
  ];
  for (const [path, body] of cases) {
    const reply = await ask(sc, path);
    assert.deepEqual([reply.status, reply.type, reply.body], [404, "text/plain;charset=utf-8", body]);
  }
});

test("any target has an answer", () => {
  const app = { sc, jobs: new AppStatusStore({ retainedJobs: 1, retainedStages: 1 }), streaming: undefined };
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
