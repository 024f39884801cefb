import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { type RDD, Seconds, type SparkContext, StreamingContext } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { EventLogDirectory } from "../../src/ui/history/event-log-directory.js";
import { historySite } from "../../src/ui/history/history-site.js";
import { StatusServer } from "../../src/ui/server/status-server.js";
import { makeBusy } from "./busy-application.js";
import { ask, startContext } from "./harness.js";

let dir: string;
let sc: SparkContext;
let kept: unknown;
let undo = () => {};

/** Jobs outlive their stages and their batches, which are named by them. */
before(async () => {
  undo = setLogSink(() => {});
  dir = mkdtempSync(path.join(tmpdir(), "tspark-events-"));
  sc = await startContext({
    "spark.eventLog.enabled": true,
    "spark.eventLog.dir": dir,
    "spark.ui.retainedJobs": 20,
    "spark.ui.retainedStages": 25,
    "spark.streaming.ui.retainedBatches": 2,
    "spark.tspark.ui.sampleRecords": 2,
  });
  kept = await makeBusy(sc);
  const clock = new ManualClock(0);
  const ssc = new StreamingContext(sc, Seconds(1), { clock });
  const queue: RDD<string>[] = Array.from({ length: 9 }, () => sc.parallelize(["a", "b", "a"], 2));
  const words = ssc.queueStream(queue);
  words.countByValue().toDashboard("Words", { kind: "bar" });
  words.foreachRDD(async rdd => {
    await rdd.count();
    await rdd.collect();
  });
  await ssc.start();
  await clock.advance(5000);
});

after(async () => {
  await sc?.stop();
  rmSync(dir, { recursive: true, force: true });
  undo();
});

/** Every page and file that links lead to from `start`, each with its status. */
async function crawl(url: string, start: string): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  const waiting: (readonly [to: string, from: string])[] = [[start, "the start"]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [to, from] = next;
    if (seen.has(to)) continue;
    const { status, type, body, headers } = await ask(url, to);
    seen.set(to, status);
    if (status === 302) waiting.push([String(headers["location"]), to]);
    else assert.equal(status, 200, `${to}, on ${from}`);
    if (!type.startsWith("text/html")) continue;
    for (const [, link] of body.matchAll(/ (?:href|src)="([^"]*)"/g)) {
      const target = link!.replace(/&#38;|&amp;/g, "&");
      if (target.startsWith("#")) assert.ok(body.includes(` id="${target.slice(1)}"`), `${target}, on ${to}`);
      else waiting.push([target, to]);
    }
  }
  return seen;
}

/** The paths that were found, without their queries. */
const pathsOf = (seen: ReadonlyMap<string, number>) => new Set([...seen.keys()].map(to => to.split("?")[0]));

test("the status port: every link of every page leads somewhere, also where much has been forgotten", async () => {
  const paths = pathsOf(await crawl(sc.uiWebUrl!, "/"));
  for (const page of [
    "/jobs/",
    "/jobs/job/",
    "/stages/",
    "/stages/stage/",
    "/storage/",
    "/storage/rdd/",
    "/environment/",
    "/executors/",
    "/streaming/",
    "/streaming/batch/",
    "/dashboard/",
    "/static/page.css",
    "/metrics/prometheus",
    `/api/v1/applications/${sc.applicationId}`,
  ]) {
    assert.ok(paths.has(page), page);
  }
  assert.ok(kept);
});

test("tspark-history: from the list to every page of each application, and back", async () => {
  await sc.stop();
  const other = await startContext({ "spark.eventLog.enabled": true, "spark.eventLog.dir": dir });
  await other.range(0, 10).count();
  await other.stop();
  const options = { host: "127.0.0.1", port: 0, maxRetries: 0, allowedHosts: "" };
  const server = await StatusServer.start(historySite(new EventLogDirectory(dir)), options);
  try {
    const paths = pathsOf(await crawl(server.url, "/"));
    const pages = ["jobs/", "jobs/job/", "stages/", "stages/stage/", "storage/", "environment/", "executors/"];
    for (const page of [...pages, "streaming/", "streaming/batch/"]) {
      assert.ok(paths.has(`/history/${sc.applicationId}/${page}`), page);
    }
    for (const page of pages) assert.ok(paths.has(`/history/${other.applicationId}/${page}`), page);
    assert.ok(!paths.has(`/history/${other.applicationId}/streaming/`));
    assert.ok(paths.has("/history/"));
    // An address without a page, as somebody types it, leads to the first one.
    for (const typed of [`/history/${sc.applicationId}`, `/history/${sc.applicationId}/`]) {
      const seen = await crawl(server.url, typed);
      assert.equal(seen.get(typed), 302);
      assert.equal(seen.get(`/history/${sc.applicationId}/jobs/`), 200);
    }
  } finally {
    await server.stop();
  }
});
