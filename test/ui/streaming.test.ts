import assert from "node:assert/strict";
import { test } from "node:test";
import type { RDD } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { Seconds } from "../../src/streaming/duration.js";
import { StreamingContext } from "../../src/streaming/streaming-context.js";
import { ask, askJson, startContext } from "./harness.js";
import { plotsOf } from "./plots-of.js";
import { BATCH, differences, RECEIVER, STATISTICS } from "./recorded.js";
import { OUTPUT_OPERATION } from "./recorded-details.js";

test("statistics, batches and receivers of a stream, as Spark has them", async () => {
  const undo = setLogSink(() => {});
  const sc = await startContext({ "spark.streaming.ui.retainedBatches": 3 });
  try {
    const clock = new ManualClock(10_000);
    const ssc = new StreamingContext(sc, Seconds(2), { clock });
    const queue: RDD<number>[] = [sc.parallelize([1, 2, 3]), sc.parallelize([4])];
    ssc.queueStream(queue).foreachRDD(async (rdd, time) => {
      if ((await rdd.count()) === 1) throw new Error("boom");
      clock.track(Promise.resolve(time));
    });
    assert.equal((await ask(sc, `/api/v1/applications/${sc.applicationId}/streaming/statistics`)).status, 404);
    await ssc.start();
    const empty = await askJson(sc, "/streaming/statistics");
    assert.deepEqual(differences(empty, STATISTICS), []);
    assert.equal("avgInputRate" in empty, false);
    assert.equal(empty["batchDuration"], 2000);

    await clock.advance(8000);
    const statistics = await askJson(sc, "/streaming/statistics");
    assert.deepEqual(differences(statistics, STATISTICS), []);
    assert.equal(statistics["startTime"], "1970-01-01T00:00:10.000GMT");
    assert.equal(statistics["numTotalCompletedBatches"], 4);
    assert.equal(statistics["numRetainedCompletedBatches"], 3);
    assert.equal(statistics["numActiveBatches"], 0);
    assert.equal(statistics["numProcessedRecords"], statistics["numReceivedRecords"]);

    const batches = await askJson<Record<string, unknown>[]>(sc, "/streaming/batches");
    for (const batch of batches) assert.deepEqual(differences(batch, BATCH), []);
    assert.deepEqual(
      batches.map(b => [b["batchId"], b["status"], b["numCompletedOutputOps"], b["numFailedOutputOps"]]),
      [
        [18_000, "COMPLETED", 1, 0],
        [16_000, "COMPLETED", 1, 0],
        [14_000, "COMPLETED", 0, 1],
      ],
    );
    assert.equal(batches[2]!["batchTime"], "1970-01-01T00:00:14.000GMT");
    assert.match(String(batches[2]!["firstFailureReason"]), /boom/);
    assert.deepEqual(await askJson(sc, "/streaming/batches/16000"), batches[1]);
    assert.deepEqual(await askJson(sc, "/streaming/batches?status=queued"), []);
    const none = await ask(sc, `/api/v1/applications/${sc.applicationId}/streaming/batches?status=foo`);
    assert.equal(none.status, 404);

    const operations = await askJson<Record<string, unknown>[]>(sc, "/streaming/batches/16000/operations");
    assert.equal(operations.length, 1);
    assert.deepEqual(differences(operations[0], OUTPUT_OPERATION), []);
    assert.equal((operations[0]!["jobIds"] as number[]).length, 1);
    assert.deepEqual(await askJson(sc, "/streaming/batches/16000/operations/0"), operations[0]);
    const [failed] = await askJson<Record<string, unknown>[]>(sc, "/streaming/batches/14000/operations");
    assert.deepEqual(differences(failed, OUTPUT_OPERATION), []);
    assert.match(String(failed!["failureReason"]), /boom/);

    const receivers = await askJson<Record<string, unknown>[]>(sc, "/streaming/receivers");
    assert.equal(receivers.length, 1);
    assert.deepEqual(differences(receivers[0], RECEIVER), []);
    assert.deepEqual(
      (receivers[0]!["eventRates"] as [number, number][]).map(([time]) => time),
      [14_000, 16_000, 18_000],
    );
    const metrics = (await ask(sc, "/metrics/prometheus")).body;
    assert.match(metrics, /\ntspark_streaming_batches_completed_total\{application_id="[^"]+"\} 4\n/);
    assert.match(metrics, /\ntspark_streaming_last_batch_total_delay_seconds\{/);
    const page = (await ask(sc, "/streaming/")).body;
    assert.match(page, /\(<strong>4<\/strong> completed batches, /);
    assert.match(page, /Completed Batches \(last 3 out of 4\)/);
    assert.match(page, /Output Ops: Succeeded\/Total/);
    assert.deepEqual(plotsOf(page)[0]!.y, [[0, 0, 0]]);
    assert.match(page, /<dt>p50<\/dt> <dd>0.00 records\/s<\/dd>/);
    assert.match(page, /<a href="\/streaming\/batch\/\?id=16000">/);
    const batchPage = (await ask(sc, "/streaming/batch/?id=14000")).body;
    assert.match(batchPage, /Details of batch at/);
    assert.match(batchPage, />Failed<\/span>/);
    assert.match(batchPage, new RegExp(`/jobs/job/\\?id=${(operations[0]!["jobIds"] as number[])[0]! - 1}"`));
    assert.equal((await ask(sc, "/streaming/batch/?id=1")).status, 404);
    assert.match((await ask(sc, "/jobs/")).body, /href="\/streaming\/"/);
    const app = `/api/v1/applications/${sc.applicationId}`;
    assert.equal((await ask(sc, `${app}/streaming/batches/1`)).body, "unknown batch: 1");
    assert.equal((await ask(sc, `${app}/streaming/batches/16000/operations/7`)).body, "unknown output operation: 7");
    assert.equal((await ask(sc, `${app}/streaming/receivers/7`)).body, "unknown receiver: 7");

    await ssc.stop(false);
    assert.equal((await ask(sc, "/streaming/")).status, 404);
    assert.doesNotMatch((await ask(sc, "/jobs/")).body, /href="\/streaming\/"/);
    assert.equal((await ask(sc, `${app}/streaming/statistics`)).status, 404);
  } finally {
    await sc.stop();
    undo();
  }
});
