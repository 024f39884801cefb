// The numbers on every page against those of the REST API, which are compared with what the streams saw elsewhere. The clock
// is moved by hand, so that nothing changes between the two answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Seconds, type SparkContext, StreamingContext } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { bytes, duration, recordRate } from "../../src/ui/pages/format.js";
import { makeBusy } from "./busy-application.js";
import { ask, askJson, startContext } from "./harness.js";

type Json = Readonly<Record<string, never>>;
type Rows = readonly (readonly string[])[];

let sc: SparkContext;
let kept: unknown;
let undo = () => {};
/** What each batch of the stream had, as the program saw it, the latest first. */
const seen: number[] = [];

before(async () => {
  undo = setLogSink(() => {});
  sc = await startContext({ "spark.tspark.ui.sampleRecords": 2 });
  kept = await makeBusy(sc);
  const clock = new ManualClock(0);
  const ssc = new StreamingContext(sc, Seconds(2), { clock });
  const rows = ssc.rateStream(7);
  rows.foreachRDD(async rdd => seen.unshift(await rdd.count()));
  rows.foreachRDD(async (rdd, time) => {
    await rdd.map(row => row.value).sum();
    if (time.milliseconds === 4000) throw new Error("the till is closed");
  });
  rows.count().toDashboard("Orders", { kind: "number", unit: "orders" });
  rows.map((row): [string, number] => [row.value % 2 === 0 ? "even" : "odd", 1]).toDashboard("Parity", { kind: "bar" });
  rows.map(row => ({ order: row.value })).toDashboard("Latest", { kind: "table", limit: 3 });
  await ssc.start();
  await clock.advance(8000);
});

after(async () => {
  assert.ok(kept);
  await sc.stop();
  undo();
});

/** The text of a piece of a page. */
function textOf(html: string): string {
  return html
    .replace(/<(?:br|summary)>/g, " ")
    .replace(/<details>.*?<\/details>/gs, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, " ")
    .trim();
}

/** What stands on a page: its tables by their captions, the texts of its cells; and its facts. */
async function read(path: string): Promise<{ body: string; tables: Map<string, Rows>; facts: Map<string, string> }> {
  const { status, body } = await ask(sc, path);
  assert.equal(status, 200, path);
  const tables = new Map<string, Rows>();
  for (const [, caption, rows] of body.matchAll(/<caption>(.*?)<\/caption>.*?<tbody>(.*?)<\/tbody>/gs)) {
    tables.set(
      textOf(caption!),
      [...rows!.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
        [...row!.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => textOf(cell!)),
      ),
    );
  }
  const facts = [...body.matchAll(/<div[^>]*><dt>(.*?)<\/dt><dd>(.*?)<\/dd><\/div>/gs)];
  return { body, tables, facts: new Map(facts.map(([, name, value]) => [textOf(name!), textOf(value!)])) };
}

/** The rows of a table, of the columns whose numbers are given. */
function columns(rows: Rows | undefined, ...wanted: readonly number[]): Rows {
  return (rows ?? []).map(row => wanted.map(i => row[i]!));
}

const tasks = (done: number, total: number, failed: number) =>
  `${done}/${total}${failed > 0 ? ` (${failed} failed)` : ""}`;

/** A time of the REST API, ms since the epoch. */
const ms = (date: string) => Date.parse(date.replace("GMT", "Z"));

function jobRow(job: Json) {
  const failed = job["numFailedStages"] > 0 ? ` (${job["numFailedStages"]} failed)` : "";
  const skipped = job["numSkippedStages"] > 0 ? ` (${job["numSkippedStages"]} skipped)` : "";
  const stages = (job["stageIds"] as unknown[]).length - job["numSkippedStages"];
  return [
    duration(ms(job["completionTime"]) - ms(job["submissionTime"])),
    `${job["numCompletedStages"]}/${stages}${failed}${skipped}`,
    tasks(job["numCompletedTasks"], job["numTasks"] - job["numSkippedTasks"], job["numFailedTasks"]),
  ];
}

test("jobs", async () => {
  const { tables, facts } = await read("/jobs/");
  for (const [caption, status] of [
    ["Completed Jobs", "succeeded"],
    ["Failed Jobs", "failed"],
  ] as const) {
    const jobs = await askJson<Json[]>(sc, `/jobs?status=${status}`);
    assert.ok(jobs.length > 0);
    assert.equal(facts.get(caption), String(jobs.length));
    assert.deepEqual(
      columns(tables.get(caption), 0, 3, 4, 5),
      jobs.map(job => [`${job["jobId"]}${job["jobGroup"] ? ` (${job["jobGroup"]})` : ""}`, ...jobRow(job)]),
    );
  }
});

/** The row of a stage in the list of stages, without its description and time. */
function stageRow(stage: Json): string[] {
  const amount = (size: number, records: number) =>
    size > 0 ? `${bytes(size)} / ${records}` : records > 0 ? `${records} records` : "";
  const took = ms(stage["completionTime"]) - ms(stage["submissionTime"]);
  return [
    String(stage["stageId"]),
    duration(took),
    tasks(stage["numCompleteTasks"], stage["numTasks"], stage["numFailedTasks"]),
    amount(stage["inputBytes"], stage["inputRecords"]),
    amount(stage["outputBytes"], stage["outputRecords"]),
    amount(stage["shuffleReadBytes"], stage["shuffleReadRecords"]),
    amount(stage["shuffleWriteBytes"], stage["shuffleWriteRecords"]),
  ];
}

test("stages, and those of a job", async () => {
  const { tables } = await read("/stages/");
  for (const [caption, status] of [
    ["Completed Stages", "complete"],
    ["Failed Stages", "failed"],
  ] as const) {
    const stages = await askJson<Json[]>(sc, `/stages?status=${status}`);
    assert.ok(stages.length > 0);
    assert.deepEqual(columns(tables.get(caption), 0, 3, 4, 5, 6, 7, 8), stages.map(stageRow));
  }
  const job = (await askJson<Json[]>(sc, "/jobs")).find(j => j["numCompletedStages"] > 1)!;
  const page = await read(`/jobs/job/?id=${job["jobId"]}`);
  assert.equal(page.facts.get("Status"), "SUCCEEDED");
  assert.equal(page.facts.get("Duration"), jobRow(job)[0]);
  const own = await askJson<Json[]>(sc, "/stages?status=complete");
  assert.deepEqual(
    columns(page.tables.get("Completed Stages"), 0, 3, 4, 5, 6, 7, 8),
    own.filter(s => (job["stageIds"] as number[]).includes(s["stageId"])).map(stageRow),
  );
});

test("a stage: its tasks and how they are distributed", async () => {
  const stage = (await askJson<Json[]>(sc, "/stages?status=complete")).find(s => s["shuffleReadRecords"] > 0)!;
  const path = `/stages/${stage["stageId"]}/${stage["attemptId"]}`;
  const { tables, facts } = await read(`/stages/stage/?id=${stage["stageId"]}&attempt=${stage["attemptId"]}`);
  const list = await askJson<Json[]>(sc, `${path}/taskList`);
  assert.deepEqual(
    columns(tables.get("Tasks"), 0, 1, 2, 3, 6),
    list.map(t => [t["index"], t["taskId"], t["attempt"], t["status"], duration(t["duration"])].map(String)).reverse(),
  );
  assert.equal(facts.get("Total Time Across All Tasks"), duration(stage["executorRunTime"]));
  assert.equal(
    facts.get("Shuffle Read Size / Records"),
    `${bytes(stage["shuffleReadBytes"])} / ${stage["shuffleReadRecords"]}`,
  );
  const summary = await askJson<Record<string, number[] & Record<string, number[]>>>(
    sc,
    `${path}/taskSummary?quantiles=0,0.25,0.5,0.75,1`,
  );
  const rows = new Map((tables.get("Distribution over the tasks") ?? []).map(([name, ...values]) => [name!, values]));
  assert.deepEqual(rows.get("Duration"), summary["duration"]!.map(duration));
  assert.deepEqual(rows.get("Run Time"), summary["executorRunTime"]!.map(duration));
  assert.deepEqual(rows.get("Shuffle Read Records"), summary["shuffleReadMetrics"]!["readRecords"]!.map(String));
});

test("storage, and an RDD in it", async () => {
  const [rdd, ...others] = await askJson<Json[]>(sc, "/storage/rdd");
  assert.deepEqual(others, []);
  const { tables } = await read("/storage/");
  assert.deepEqual(tables.get("RDDs in the cache"), [
    [
      String(rdd!["id"]),
      rdd!["name"],
      rdd!["storageLevel"],
      String(rdd!["numCachedPartitions"]),
      "100%",
      bytes(rdd!["memoryUsed"]),
      bytes(rdd!["diskUsed"]),
    ],
  ]);
  const page = await read(`/storage/rdd/?id=${rdd!["id"]}`);
  assert.equal(page.facts.get("Memory Size"), bytes(rdd!["memoryUsed"]));
  assert.deepEqual(
    columns(page.tables.get("Partitions in the cache"), 0, 2, 3),
    (rdd!["partitions"] as Json[]).map(p => [p["blockName"], bytes(p["memoryUsed"]), bytes(p["diskUsed"])]),
  );
});

test("environment and executors", async () => {
  const { sparkProperties } = await askJson<{ sparkProperties: [string, string][] }>(sc, "/environment");
  const shown = new Map((await read("/environment/")).tables.get("Spark Properties")!.map(([k, v]) => [k, v]));
  for (const [key, value] of sparkProperties) assert.equal(shown.get(key), value, key);
  const [e] = await askJson<Json[]>(sc, "/executors");
  const { tables } = await read("/executors/");
  assert.deepEqual(columns(tables.get("Executors"), 0, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14), [
    [
      e!["id"],
      String(e!["rddBlocks"]),
      `${bytes(e!["memoryUsed"])} / ${bytes(e!["maxMemory"])}`,
      bytes(e!["diskUsed"]),
      String(e!["activeTasks"]),
      String(e!["failedTasks"]),
      String(e!["completedTasks"]),
      String(e!["totalTasks"]),
      duration(e!["totalDuration"]),
      bytes(e!["totalShuffleRead"]),
      bytes(e!["totalShuffleWrite"]),
    ],
  ]);
});

test("streaming, and a batch", async () => {
  const statistics = await askJson<Json>(sc, "/streaming/statistics");
  const batches = await askJson<Json[]>(sc, "/streaming/batches?status=completed");
  assert.deepEqual(
    batches.map(b => b["inputSize"]),
    seen,
  );
  const { body, tables, facts } = await read("/streaming/");
  assert.ok(body.includes(`Completed Batches (last ${batches.length} out of ${batches.length})`));
  assert.ok(textOf(body).includes(`(${seen.length} completed batches, ${seen.reduce((a, b) => a + b, 0)} records)`));
  assert.equal(facts.get("Input Rate (avg)"), recordRate(statistics["avgInputRate"]));
  assert.equal(facts.get("Scheduling Delay (avg)"), duration(statistics["avgSchedulingDelay"]));
  assert.equal(facts.get("Processing Time (avg)"), duration(statistics["avgProcessingTime"]));
  assert.equal(facts.get("Total Delay (avg)"), duration(statistics["avgTotalDelay"]));
  assert.deepEqual(
    columns(tables.get("Completed Batches"), 1, 2, 3, 4, 5),
    batches.map(b => [
      `${b["inputSize"]} records`,
      duration(b["schedulingDelay"]),
      duration(b["processingTime"]),
      duration(b["totalDelay"]),
      tasks(b["numCompletedOutputOps"], b["numTotalOutputOps"], b["numFailedOutputOps"]),
    ]),
  );
  const failed = batches.find(b => b["numFailedOutputOps"] > 0)!;
  const operations = await askJson<Json[]>(sc, `/streaming/batches/${failed["batchId"]}/operations`);
  const page = await read(`/streaming/batch/?id=${failed["batchId"]}`);
  assert.deepEqual(
    [page.facts.get("Input data size"), page.facts.get("Total delay"), page.facts.get("Status")],
    [`${failed["inputSize"]} records`, duration(failed["totalDelay"]), "FAILED"],
  );
  const rows: string[][] = [];
  for (const op of operations) {
    const status = op["failureReason"] === undefined ? "Succeeded" : "Failed";
    const own = await Promise.all((op["jobIds"] as number[]).map(id => askJson<Json>(sc, `/jobs/${id}`)));
    const cells = own.map(job => [String(job["jobId"]), ...jobRow(job)]);
    rows.push([String(op["outputOpId"]), duration(op["duration"]), status, ...(cells[0] ?? ["-", "-", "-", "-"])]);
    rows.push(...cells.slice(1).map(cell => ["", "", "", ...cell]));
  }
  assert.deepEqual(columns(page.tables.get("Output operations and their jobs"), 0, 2, 3, 4, 5, 6, 7), rows);
});

test("dashboard", async () => {
  interface Chart {
    readonly name: string;
    readonly points: readonly { readonly values: Readonly<Record<string, number>> }[];
    readonly rows?: Rows;
  }
  const charts = new Map((await askJson<Chart[]>(sc, "/dashboard")).map(chart => [chart.name, chart]));
  const { body, tables } = await read("/dashboard/");
  const last = charts.get("Orders")!.points.at(-1)!.values["Orders"]!;
  assert.equal(last, seen[0]);
  assert.ok(body.includes(`<p class="number">${last}<small>orders</small></p>`));
  assert.deepEqual(
    columns(tables.get("Parity"), 0, 2),
    Object.entries(charts.get("Parity")!.points.at(-1)!.values).map(([label, n]) => [label, String(n)]),
  );
  assert.deepEqual(tables.get("Latest"), charts.get("Latest")!.rows);
});
