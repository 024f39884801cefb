import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { setLogSink } from "../../src/core/log/logger.js";
import { EventLogDirectory } from "../../src/ui/history/event-log-directory.js";
import { historySite } from "../../src/ui/history/history-site.js";
import { StatusServer } from "../../src/ui/server/status-server.js";
import { makeBusy } from "./busy-application.js";
import { ask, askJson, startContext } from "./harness.js";

let dir: string;
let undo = () => {};
/** What REST said of the application while it lived. */
const live: Record<string, unknown> = {};
let id: string;
const RESOURCES = ["jobs", "stages", "stages/0/0/taskList"];

before(async () => {
  undo = setLogSink(() => {});
  dir = mkdtempSync(path.join(tmpdir(), "tspark-events-"));
  const sc = await startContext({
    "spark.eventLog.enabled": true,
    "spark.eventLog.dir": dir,
    "spark.eventLog.logBlockUpdates.enabled": true,
    "spark.db.password": "hunter2",
  });
  id = sc.applicationId;
  sc.setLocalProperty("my.secret.token", "hunter2");
  const kept = await makeBusy(sc);
  assert.deepEqual(readdirSync(dir), [`${id}.inprogress`]);
  for (const resource of RESOURCES) live[resource] = await askJson(sc, `/${resource}`);
  live["storage"] = await askJson(sc, "/storage/rdd");
  assert.ok(kept);
  await sc.stop();
});

after(() => {
  rmSync(dir, { recursive: true, force: true });
  undo();
});

/** Spark's log has whole ms for each task, so their sum may be another one; what the process takes is known while it lives. */
function withoutRunTime(answer: unknown): unknown {
  const other = new Set(["executorRunTime", "peakExecutorMetrics"]);
  return JSON.parse(JSON.stringify(answer, (key, value: unknown) => (other.has(key) ? undefined : value)));
}

/** Asks `tspark-history` for it. */
async function withHistory<R>(use: (url: string) => Promise<R>): Promise<R> {
  const options = { host: "127.0.0.1", port: 0, maxRetries: 0, allowedHosts: "" };
  const server = await StatusServer.start(historySite(new EventLogDirectory(dir)), options);
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
}

test("one event a line with Spark's names, in order; the file has its name when the application has ended", () => {
  assert.deepEqual(readdirSync(dir), [id]);
  const events = readFileSync(path.join(dir, id), "utf8")
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as Record<string, unknown>);
  const names = events.map(e => e["Event"]);
  assert.deepEqual(names.slice(0, 5), [
    "SparkListenerLogStart",
    "SparkListenerBlockManagerAdded",
    "SparkListenerEnvironmentUpdate",
    "SparkListenerExecutorAdded",
    "SparkListenerApplicationStart",
  ]);
  assert.equal(names.at(-1), "SparkListenerApplicationEnd");
  const first = events.find(e => e["Event"] === "SparkListenerJobStart")!;
  assert.deepEqual(Object.keys(first), [
    "Event",
    "Job ID",
    "Submission Time",
    "Stage Infos",
    "Stage IDs",
    "Properties",
  ]);
  const end = events.find(e => e["Event"] === "SparkListenerTaskEnd")!;
  assert.deepEqual(end["Task End Reason"], { Reason: "Success" });
  assert.ok(events.some(e => (e["Task End Reason"] as { Reason?: string } | undefined)?.Reason === "ExceptionFailure"));
});

test("secrets are not in it", () => {
  const text = readFileSync(path.join(dir, id), "utf8");
  assert.match(text, /"spark\.db\.password":"\*+\(redacted\)"/);
  assert.match(text, /"my\.secret\.token":"\*+\(redacted\)"/);
  assert.doesNotMatch(text, /hunter2/);
});

test("the history says what REST said while it ran", async () => {
  await withHistory(async url => {
    const get = async (resource: string) => {
      const reply = await ask(url, `/api/v1/applications/${id}/${resource}`);
      assert.equal(reply.status, 200, resource);
      return JSON.parse(reply.body) as unknown;
    };
    for (const resource of RESOURCES) {
      assert.deepEqual(withoutRunTime(await get(resource)), withoutRunTime(live[resource]), resource);
    }
    const facts = (rdds: unknown) =>
      (rdds as Record<string, unknown>[]).map(r => [r["name"], r["numCachedPartitions"], r["memoryUsed"]]);
    assert.deepEqual(facts(await get("storage/rdd")), facts(live["storage"]));
    const [app] = JSON.parse((await ask(url, "/api/v1/applications")).body) as {
      id: string;
      name: string;
      attempts: { completed: boolean; duration: number }[];
    }[];
    assert.deepEqual([app!.id, app!.name, app!.attempts[0]!.completed], [id, "status <test>", true]);
    assert.ok(app!.attempts[0]!.duration > 0);
    assert.equal((await ask(url, "/api/v1/applications?status=running")).body.trim(), "[]");
  });
});

test("its pages are those of the status port, with links that stay below the application", async () => {
  await withHistory(async url => {
    const list = (await ask(url, "/")).body;
    assert.match(list, new RegExp(`href="/history/${id}/jobs/"`));
    for (const page of [
      "jobs/",
      "jobs/job/?id=2",
      "stages/",
      "stages/stage/?id=0&attempt=0",
      "storage/",
      "environment/",
      "executors/",
    ]) {
      const { status, body } = await ask(url, `/history/${id}/${page}`);
      assert.equal(status, 200, page);
      const links = [...body.matchAll(/ (?:href|action)="(\/[^"]*)"/g)].map(m => m[1]!);
      for (const link of links)
        assert.match(link, new RegExp(`^/(?:history/(?:${id}/|$)|static/|api/)`), `${page}: ${link}`);
      assert.doesNotMatch(body, /<form|hunter2/);
    }
    for (const path of [
      "/history/nope/jobs/",
      "/api/v1/applications/nope/jobs",
      "/history/..%2f..%2fetc/jobs/",
      "/nope",
    ]) {
      assert.equal((await ask(url, path)).status, 404, path);
    }
  });
});

test("a log that was cut off, one that is none, one that still grows", async () => {
  const text = readFileSync(path.join(dir, id), "utf8");
  const half = text.slice(0, text.indexOf("SparkListenerJobEnd") + 30);
  writeFileSync(path.join(dir, "local-7.inprogress"), half.replaceAll(id, "local-7"));
  writeFileSync(path.join(dir, "notes.txt"), "not a log\n{}\n[1]\nnull\n");
  await withHistory(async url => {
    const apps = JSON.parse((await ask(url, "/api/v1/applications?status=running")).body) as { id: string }[];
    assert.deepEqual(
      apps.map(a => a.id),
      ["local-7"],
    );
    const jobs = async () =>
      JSON.parse((await ask(url, "/api/v1/applications/local-7/jobs")).body) as { status: string }[];
    assert.deepEqual(
      (await jobs()).map(j => j.status),
      ["RUNNING"],
    );
    const end = text.split("\n").find(line => line.includes("SparkListenerJobEnd"))!;
    appendFileSync(path.join(dir, "local-7.inprogress"), `\n${end}\n`);
    assert.deepEqual(
      (await jobs()).map(j => j.status),
      ["SUCCEEDED"],
    );
    assert.match((await ask(url, "/")).body, /Incomplete Applications \(1\)/);
  });
});

test("one whose times are none is listed with the others", async () => {
  const text = readFileSync(path.join(dir, id), "utf8");
  const file = path.join(dir, "local-8");
  const times = /"(Timestamp|Submission Time|Completion Time|Launch Time|Finish Time)":\d+/g;
  writeFileSync(file, text.replaceAll(id, "local-8").replace(times, '"$1":1e308'));
  try {
    await withHistory(async url => {
      const apps = JSON.parse((await ask(url, "/api/v1/applications")).body) as { id: string }[];
      assert.ok([id, "local-8"].every(each => apps.some(app => app.id === each)));
      for (const resource of ["jobs", "stages?details=true", "stages/0/0/taskList"]) {
        assert.equal((await ask(url, `/api/v1/applications/local-8/${resource}`)).status, 200);
      }
      assert.doesNotMatch((await ask(url, "/history/local-8/jobs/")).body, /NaN/);
    });
  } finally {
    rmSync(file);
  }
});

test("a directory of another file system: an ERROR line says so, and none of its name is made here", async () => {
  const lines: string[] = [];
  const restore = setLogSink(line => lines.push(line));
  try {
    const sc = await startContext({ "spark.eventLog.enabled": true, "spark.eventLog.dir": "hdfs://nn:8020/logs" });
    await sc.stop();
  } finally {
    restore();
  }
  assert.match(
    lines.join("\n"),
    /The event log hdfs:\/\/nn:8020\/logs cannot be made: it is written to this machine, not by hdfs:/,
  );
  assert.equal(existsSync("hdfs:"), false);
});

test("a directory that cannot be written to: an ERROR line, and the application goes on", async () => {
  const lines: string[] = [];
  const restore = setLogSink(line => lines.push(line));
  try {
    const file = path.join(dir, "notes.txt");
    const sc = await startContext({ "spark.eventLog.enabled": true, "spark.eventLog.dir": file });
    assert.equal(await sc.parallelize([1]).count(), 1);
    await sc.stop();
    assert.match(
      lines.join("\n"),
      /ERROR EventLoggingListener: The event log was not opened: The event log .*notes\.txt.* cannot be made/,
    );
  } finally {
    restore();
  }
});
