import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { Seconds, type SparkContext, StreamingContext } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { ask, askJson, type Reply, startContext } from "./harness.js";

let sc: SparkContext;
let undo = () => {};

before(async () => {
  undo = setLogSink(() => {});
  sc = await startContext();
});
after(async () => {
  await sc.stop();
  undo();
});

/** A job that never ends by itself, as soon as it runs. */
async function startJob(): Promise<{
  readonly jobId: number;
  readonly stageId: number;
  readonly ended: Promise<string>;
}> {
  const ended = sc
    .parallelize([1])
    .mapAsync(() => new Promise<number>(() => {}))
    .collect()
    .then(() => "done", String);
  for (;;) {
    const [job] = await askJson<{ jobId: number; stageIds: number[] }[]>(sc, "/jobs?status=running");
    if (job !== undefined) return { jobId: job.jobId, stageId: job.stageIds[0]!, ended };
  }
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  const { port, host } = new URL(sc.uiWebUrl!);
  return new Promise((resolve, reject) => {
    const type = { "Content-Type": "application/x-www-form-urlencoded", Host: host, ...headers };
    const r = request({ host: "127.0.0.1", port, path, method: "POST", agent: false, headers: type }, response => {
      let text = "";
      response.on("data", piece => (text += piece));
      response.on("end", () =>
        resolve({ status: response.statusCode!, type: "", headers: response.headers, body: text }),
      );
    });
    r.on("error", reject);
    r.end(body);
  });
}

/** What the form on a page brings along. */
async function tokenOn(path: string): Promise<string> {
  const m = /name="token" value="([^"]+)"/.exec((await ask(sc, path)).body);
  assert.ok(m, `no form on ${path}`);
  return m[1]!;
}

test("the forms of the pages cancel a job, or the jobs that wait for a stage", async () => {
  const first = await startJob();
  const done = await post(`/jobs/job/kill/?id=${first.jobId}`, `token=${await tokenOn("/jobs/")}`);
  assert.deepEqual([done.status, done.headers["location"]], [303, "/jobs/"]);
  assert.match(await first.ended, new RegExp(`Job ${first.jobId} cancelled by the button of the status page`));

  const second = await startJob();
  const origin = { Origin: new URL(sc.uiWebUrl!).origin, "Sec-Fetch-Site": "same-origin" };
  const token = await tokenOn(`/stages/stage/?id=${second.stageId}&attempt=0`);
  const stage = await post(`/stages/stage/kill/?id=${second.stageId}`, `token=${token}`, origin);
  assert.deepEqual([stage.status, stage.headers["location"]], [303, "/stages/"]);
  assert.match(await second.ended, /because stage \d+ was cancelled/);

  assert.equal((await post("/jobs/job/kill/?id=99", `token=${token}`)).status, 404);
  assert.equal((await post(`/jobs/job/kill/?id=${first.jobId}`, `token=${token}`)).status, 404);
  assert.equal((await post("/jobs/job/kill/", `token=${token}`)).status, 400);
});

test("nobody else cancels anything", async () => {
  const { jobId, ended } = await startJob();
  const path = `/jobs/job/kill/?id=${jobId}`;
  const token = `token=${await tokenOn("/jobs/")}`;
  const refused: [string, Record<string, string>][] = [
    ["", {}],
    ["token=", {}],
    ["token=x", {}],
    [`${token}x`, {}],
    ["token=".padEnd(5000, "x"), {}],
    [token, { Origin: "http://evil.example" }],
    [token, { Origin: "null" }],
    [token, { "Sec-Fetch-Site": "cross-site" }],
    [token, { "Sec-Fetch-Site": "same-site" }],
  ];
  for (const [body, headers] of refused) {
    assert.equal((await post(path, body, headers)).status, 403, `${body.slice(0, 20)} ${JSON.stringify(headers)}`);
  }
  assert.equal((await post(path, token, { Host: "evil.example" })).status, 403);
  const get = await ask(sc, path);
  assert.deepEqual([get.status, get.headers["allow"]], [405, "POST"]);
  assert.equal((await post("/jobs/", token)).status, 405);
  const [running] = await askJson<{ jobId: number }[]>(sc, "/jobs?status=running");
  assert.equal(running!.jobId, jobId);
  sc.cancelAllJobs();
  await ended;
});

test("the button of the streaming page pauses the streams and lets them go on; REST, metrics and the page say so", async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const ssc = new StreamingContext(sc, Seconds(1), { clock });
  let batches = 0;
  ssc.rateStream(5).foreachRDD(() => {
    batches++;
  });
  assert.equal((await post("/streaming/pause/", "token=x")).status, 403);
  await ssc.start();
  await clock.advance(2000);
  assert.match(
    (await ask(sc, "/streaming/")).body,
    /<form method="post" action="\/streaming\/pause\/" data-ask="Pause the/,
  );
  const token = `token=${await tokenOn("/streaming/")}`;
  assert.equal((await post("/streaming/pause/", token, { Origin: "http://evil.example" })).status, 403);
  assert.equal((await post("/streaming/resume/", token)).status, 404);
  const paused = await post("/streaming/pause/", token);
  assert.deepEqual([paused.status, paused.headers["location"]], [303, "/streaming/"]);
  await clock.advance(3000);
  assert.equal(batches, 2);
  assert.equal((await askJson(sc, "/streaming/statistics"))["pausedSince"], "2026-01-01T00:00:02.000GMT");
  assert.match((await ask(sc, "/metrics/prometheus")).body, /^tspark_streaming_paused\{.*\} 1$/m);
  const { body } = await ask(sc, "/streaming/");
  assert.match(body, /Paused<\/span> No batch begins since \d{4}\/.*action="\/streaming\/resume\/"/s);
  assert.doesNotMatch(body, /action="\/streaming\/pause\/"/);
  assert.equal((await post("/streaming/pause/", token)).status, 404);
  assert.equal((await post("/streaming/resume/", token)).status, 303);
  await clock.advance(1000);
  assert.equal(batches, 6);
  assert.equal("pausedSince" in (await askJson(sc, "/streaming/statistics")), false);
  assert.match((await ask(sc, "/metrics/prometheus")).body, /^tspark_streaming_paused\{.*\} 0$/m);
  await ssc.stop(false);
  assert.equal((await post("/streaming/pause/", token)).status, 404);
});

test("spark.ui.killEnabled=false shows no button and cancels nothing", async () => {
  await sc.stop();
  sc = await startContext({ "spark.ui.killEnabled": false });
  const { jobId, ended } = await startJob();
  assert.doesNotMatch((await ask(sc, "/jobs/")).body, /<form/);
  assert.equal((await post(`/jobs/job/kill/?id=${jobId}`, "token=x")).status, 403);
  assert.equal((await post("/streaming/pause/", "token=x")).status, 403);
  sc.cancelAllJobs();
  await ended;
});
