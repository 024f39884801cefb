import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { type RDD, Receiver, Seconds, StreamingContext } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { EventLogDirectory } from "../../src/ui/history/event-log-directory.js";
import { historySite } from "../../src/ui/history/history-site.js";
import { StatusServer } from "../../src/ui/server/status-server.js";
import { ask, askJson, startContext } from "./harness.js";

const RESOURCES = [
  "streaming/statistics",
  "streaming/receivers",
  "streaming/receivers/1",
  "streaming/batches",
  "streaming/batches/3000",
  "streaming/batches/2000/operations",
  "streaming/batches/3000/operations/0",
];

class Flaky extends Receiver<string> {
  onStart() {
    this.reportError("the line is bad", new Error("noise"));
  }
  onStop() {}
}

let dir: string;
let undo = () => {};
let id: string;
let url: string;
let server: StatusServer;
const live: Record<string, unknown> = {};

before(async () => {
  undo = setLogSink(() => {});
  dir = mkdtempSync(path.join(tmpdir(), "tspark-events-"));
  const sc = await startContext({ "spark.eventLog.enabled": true, "spark.eventLog.dir": dir });
  id = sc.applicationId;
  const clock = new ManualClock(0);
  const ssc = new StreamingContext(sc, Seconds(1), { clock });
  const queue: RDD<number>[] = [sc.parallelize([1, 2, 3]), sc.parallelize([4])];
  ssc.queueStream(queue).foreachRDD(async rdd => {
    if ((await rdd.count()) === 1) throw new RangeError("one is too few");
  });
  ssc.receiverStream(new Flaky()).foreachRDD(() => {});
  await ssc.start();
  await clock.advance(4000);
  for (const resource of RESOURCES) live[resource] = await askJson(sc, `/${resource}`);
  await ssc.stop(true);
  const options = { host: "127.0.0.1", port: 0, maxRetries: 0, allowedHosts: "" };
  server = await StatusServer.start(historySite(new EventLogDirectory(dir)), options);
  url = server.url;
});

after(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
  undo();
});

test("the history knows of streams what REST said while they ran", async () => {
  // The receiver has stopped since.
  const expected = JSON.parse(
    JSON.stringify(live)
      .replaceAll('"isActive":true', '"isActive":false')
      .replaceAll('"numActiveReceivers":1,"numInactiveReceivers":0', '"numActiveReceivers":0,"numInactiveReceivers":1'),
  ) as typeof live;
  for (const resource of RESOURCES) {
    const { status, body } = await ask(url, `/api/v1/applications/${id}/${resource}`);
    assert.equal(status, 200, resource);
    assert.deepEqual(JSON.parse(body), expected[resource], resource);
  }
});

test("its pages: the streaming tab, the batches, the receiver's error; no button", async () => {
  const page = await ask(url, `/history/${id}/streaming/`);
  assert.equal(page.status, 200);
  assert.match(page.body, /Batches of <strong>1\.0 s<\/strong> from <strong>.*<\/strong> to <strong>/);
  assert.match(page.body, /Completed Batches \(last 4 out of 4\)/);
  assert.match(page.body, /the line is bad/);
  assert.doesNotMatch(page.body, /<form/);
  assert.match((await ask(url, `/history/${id}/jobs/`)).body, new RegExp(`href="/history/${id}/streaming/"`));
  const batch = (await ask(url, `/history/${id}/streaming/batch/?id=2000`)).body;
  assert.match(batch, /<pre class="bad">one is too few<\/pre>/);
  assert.match(batch, new RegExp(`href="/history/${id}/jobs/job/\\?id=\\d+"`));
});

test("an application without streams has no streaming tab", async () => {
  const sc = await startContext({ "spark.eventLog.enabled": true, "spark.eventLog.dir": dir });
  await sc.parallelize([1]).count();
  await sc.stop();
  assert.doesNotMatch((await ask(url, `/history/${sc.applicationId}/jobs/`)).body, /streaming\//);
  assert.equal((await ask(url, `/history/${sc.applicationId}/streaming/`)).status, 404);
  assert.equal((await ask(url, `/api/v1/applications/${sc.applicationId}/streaming/statistics`)).status, 404);
});
