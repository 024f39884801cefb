import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SparkContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { chart } from "../../src/ui/pages/chart.js";
import { bytes, duration } from "../../src/ui/pages/format.js";
import { plot } from "../../src/ui/pages/plot.js";
import { ask, askJson, startContext } from "./harness.js";
import { plotsOf } from "./plots-of.js";

let sc: SparkContext;
let undo = () => {};

before(async () => {
  undo = setLogSink(() => {});
  sc = await startContext({ "spark.db.password": "hunter2" });
  sc.setJobGroup("g<1>", "first & only");
  await sc.parallelize([1, 2, 3, 4], 2).count();
  sc.clearJobGroup();
  const pairs = sc.parallelize(["a", "b", "a"], 2).map(x => [x, 1] as [string, number]);
  const counts = pairs.reduceByKey((a, b) => a + b, 3);
  await counts.collect();
  await sc.parallelize([1, 2], 2).setName("kept").persist().count();
  const boom = sc.parallelize([1, 2], 2).map(x => {
    if (x === 2) throw new Error("<boom>");
    return x;
  });
  await assert.rejects(boom.collect());
  await counts.count();
});

after(async () => {
  await sc.stop();
  undo();
});

/** The text of a page, without its tags. */
async function textOf(path: string): Promise<string> {
  const page = await ask(sc, path);
  assert.deepEqual([page.status, page.type], [200, "text/html;charset=utf-8"], path);
  return page.body
    .replace(/<[^>]*>/g, "|")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/[|\s]*\|[|\s]*/g, "|");
}

test("jobs, with Spark's words", async () => {
  const text = await textOf("/jobs/");
  assert.match(text, /\|Spark Jobs\|/);
  assert.match(text, /\|Completed Jobs\|4\|Failed Jobs\|1\|/);
  assert.match(text, /\|Completed Jobs \(4\)\|.*\|Failed Jobs \(1\)\|/s);
  assert.match(text, /\|Stages: Succeeded\/Total\|Tasks \(for all stages\): Succeeded\/Total\|/);
  assert.match(text, /\|0\| ?\(g<1>\)\|first & only\|count at pages\.test\.[jt]s:\d+:\d+\|/);
  assert.match(await textOf("/jobs"), /\|Spark Jobs\|/);
});

test("a job that found a shuffle of another: the stage it skipped, once in its graph", async () => {
  const skipping = (await askJson<{ jobId: number; numSkippedStages: number }[]>(sc, "/jobs")).find(
    job => job.numSkippedStages === 1,
  )!;
  const { body } = await ask(sc, `/jobs/job/?id=${skipping.jobId}`);
  assert.match(body, /Completed Stages \(1\)[\s\S]*Skipped Stages \(1\)/);
  assert.equal(body.split('<text class="name"').length - 1, 2);
  assert.match(body, /Stage \d+ \(skipped\)/);
});

test("a job and its stages", async () => {
  const text = await textOf("/jobs/job/?id=1");
  assert.match(text, /\|Details for Job 1\|/);
  assert.match(text, /\|Status\|SUCCEEDED\|/);
  assert.match(text, /\|Completed Stages \(2\)\|/);
});

test("stages, and a stage with the distribution over its tasks, its operators and its errors", async () => {
  assert.match(await textOf("/stages/"), /\|Stages for All Jobs\|.*\|Failed Stages \(1\)\|.*Error: <boom>/s);
  const [failed] = await askJson<{ stageId: number }[]>(sc, "/stages?status=failed");
  const text = await textOf(`/stages/stage/?id=${failed!.stageId}&attempt=0`);
  assert.match(text, /\|Details for Stage \d+ \(Attempt 0\)\|/);
  assert.match(text, /\|Summary Metrics for \d+ Completed Tasks\|/);
  assert.match(text, /\|Min\|25th percentile\|Median\|75th percentile\|Max\|/);
  assert.match(text, /\|FAILED\|.*Error: <boom>/s);
  assert.match(text, /\|MapPartitionsRDD \[\d+\]\|map at pages\.test/);
});

test("storage, and what of an RDD is cached", async () => {
  assert.match(await textOf("/storage/"), /\|kept\|Memory Deserialized 1x Replicated\|2\|100%\|/);
  const [rdd] = await askJson<{ id: number }[]>(sc, "/storage/rdd");
  assert.match(await textOf(`/storage/rdd/?id=${rdd!.id}`), /\|RDD Storage Info for kept\|.*\|rdd_\d+_1\|/s);
});

test("environment: every key with value and origin, secrets redacted", async () => {
  const text = await textOf("/environment/");
  assert.match(text, /\|spark\.db\.password\|\*+\(redacted\)\|code\|/);
  assert.match(text, /\|spark\.ui\.retainedJobs\|1000\|default\|/);
  assert.doesNotMatch(text, /hunter2/);
});

test("executors: the numbers of the REST API", async () => {
  const [executor] = await askJson<Record<string, number>[]>(sc, "/executors");
  const { totalCores, activeTasks, failedTasks, completedTasks, totalTasks } = executor!;
  const text = await textOf("/executors/");
  assert.ok(text.includes(`|${[totalCores, activeTasks, failedTasks, completedTasks, totalTasks].join("|")}|`));
});

test("what is not there is a 404", async () => {
  for (const path of [
    "/jobs/job/?id=99",
    "/jobs/job/",
    "/jobs/job/?id=x",
    "/stages/stage/?id=99",
    "/stages/stage/?id=0&attempt=x",
    "/storage/rdd/?id=99",
    "/streaming/",
    "/streaming/batch/?id=0",
    "/jobs/zzz",
  ]) {
    const reply = await ask(sc, path);
    assert.deepEqual([reply.status, reply.type], [404, "text/plain;charset=utf-8"], path);
  }
});

test("no page has script or style of its own, every table a caption, every page one h1 and a language", async () => {
  for (const path of [
    "/",
    "/jobs/job/?id=0",
    "/stages/",
    "/stages/stage/?id=0",
    "/storage/",
    "/environment/",
    "/executors/",
  ]) {
    const { body, headers } = await ask(sc, path);
    assert.doesNotMatch(
      body,
      /<script(?! src="\/static\/(?:live|uplot)\.js" defer><\/script>)|<style|\sstyle=|\son[a-z]+=/,
      path,
    );
    assert.equal(body.split("<h1>").length, 2, path);
    assert.equal(body.split("<table>").length, body.split("<caption>").length, path);
    assert.match(body, /<html lang="en">/);
    assert.match(
      String(headers["content-security-policy"]),
      /script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'/,
    );
    const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(m => m[1]);
    assert.equal(new Set(ids).size, ids.length, path);
  }
});

test("a chart: a line, bins, and percentiles as text", () => {
  const points = Array.from({ length: 100 }, (_, i) => [i * 1000, i] as const);
  const { text } = chart("Delay", points, duration, "ms", 50);
  assert.match(text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "), /p50 50 ms p95 95 ms p99 99 ms last 99 ms/);
  assert.equal(text.split("<rect").length - 1, 16);
  const drawn = plotsOf(text)[0]!;
  assert.deepEqual([drawn.unit, drawn.x.length, drawn.y[0]![7], drawn.limit?.[0]], ["ms", 100, 7, 50]);
  assert.match(chart("Delay", [], duration, "ms").text, /nothing yet/);
});

test("a plot of many points keeps its peaks", () => {
  const points = Array.from({ length: 5000 }, (_, i) => [i * 1000, i === 1234 ? 99 : 1] as const);
  const drawn = plotsOf(plot("p", "P", [{ label: "p", points }], { unit: "" }).text)[0]!;
  assert.equal(drawn.x.length, 240);
  assert.equal(drawn.x[drawn.y[0]!.indexOf(99)], 1234);
});

test("numbers for people", () => {
  assert.deepEqual(
    [duration(undefined), duration(12), duration(3400), duration(336_000)],
    ["-", "12 ms", "3.4 s", "5.6 min"],
  );
  assert.deepEqual(
    [duration(999.4), duration(999.6), duration(59_949), duration(59_960), duration(3_599_000)],
    ["999 ms", "1.0 s", "59.9 s", "1.0 min", "1.0 h"],
  );
  assert.deepEqual([bytes(1023), bytes(1024 * 1024 - 1)], ["1023.0 B", "1.0 MiB"]);
  assert.deepEqual([bytes(0), bytes(1536), bytes(2 ** 31)], ["0.0 B", "1.5 KiB", "2.0 GiB"]);
});
