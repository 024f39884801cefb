import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Browser } from "playwright-core";
import { Milliseconds, type RDD, type SparkContext, StreamingContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { checkPage, describeInBrowser, LOOKS, openWindow } from "./browser.js";
import { makeBusy } from "./busy-application.js";
import { askJson, startContext } from "./harness.js";
import { ORDERS_CONF, type Orders, startOrders } from "./orders.js";

describeInBrowser("pages in a browser, under a running stream", fixture => {
  let sc: SparkContext;
  let ssc: StreamingContext;
  let orders: Orders;
  let browser: Browser;
  let undo = () => {};
  // An RDD that nobody can reach leaves the cache.
  let kept: unknown;
  const seen: number[] = [];

  before(async () => {
    browser = fixture.browser;
    undo = setLogSink(() => {});
    orders = await startOrders();
    sc = await startContext({
      ...ORDERS_CONF,
      "spark.app.name": "orders",
      "spark.ui.retainedStages": 5000,
      "spark.tspark.ui.sampleRecords": 5,
    });
    kept = await makeBusy(sc);
    ssc = new StreamingContext(sc, Milliseconds(1000));
    const rows = orders.stream(ssc);
    const queue: RDD<string>[] = [sc.parallelize(["de", "fr", "de"])];
    ssc
      .queueStream(queue, true, sc.parallelize(["it"]))
      .countByValue()
      .toDashboard("Countries", { kind: "bar" });
    rows.foreachRDD(async rdd => seen.push(await rdd.count()));
    rows
      .map((n): [string, number] => [["de", "fr", "it", "it"][n % 4]!, 1])
      .reduceByKey((a, b) => a + b)
      .toDashboard("Orders by country", { kind: "line", unit: "orders" });
    rows.count().toDashboard("Orders", { kind: "number", unit: "orders" });
    rows
      .map(n => ({ order: n, price: (n % 50) + 0.99, token: "only the shop knows" }))
      .toDashboard("Latest orders", { kind: "table", limit: 5 });
    await ssc.start();
    await ssc.awaitBatches(4);
  });

  after(async () => {
    assert.ok(kept);
    await sc?.stop();
    await orders?.stop();
    undo();
  });

  const url = (path: string) => `${sc.uiWebUrl}${path}`;

  for (const look of LOOKS) {
    it(`every page: nothing is refused or thrown, axe finds nothing, nothing is too wide (${look.name})`, async () => {
      const [failed] = await askJson<{ jobId: number; stageIds: number[] }[]>(sc, "/jobs?status=failed");
      const [shuffled] = (
        await askJson<{ jobId: number; numCompletedStages: number; description?: string }[]>(sc, "/jobs")
      ).filter(job => job.numCompletedStages > 1 && job.description === "Numbers of the quarter");
      const [rdd] = await askJson<{ id: number }[]>(sc, "/storage/rdd");
      const [batch] = await askJson<{ batchId: number }[]>(sc, "/streaming/batches?status=completed");
      const operations = `/streaming/batches/${batch!.batchId}/operations`;
      const [, , byCountry] = await askJson<{ jobIds: number[] }[]>(sc, operations);
      const jobOfBatch = await askJson<{ stageIds: number[] }>(sc, `/jobs/${byCountry!.jobIds[0]}`);
      const stage = Math.min(...jobOfBatch.stageIds);
      const operators = await askJson<{ rddId: number }[]>(sc, `/stages/${stage}/0/records`);
      const mapped = Math.max(...operators.map(o => o.rddId));
      const pages = {
        jobs: "/jobs/",
        job: `/jobs/job/?id=${shuffled!.jobId}`,
        "job-failed": `/jobs/job/?id=${failed!.jobId}`,
        stages: "/stages/",
        "stage-failed": `/stages/stage/?id=${failed!.stageIds[0]}&attempt=0`,
        "stage-records": `/stages/stage/?id=${stage}&attempt=0&rdd=${mapped}`,
        storage: "/storage/",
        rdd: `/storage/rdd/?id=${rdd!.id}`,
        environment: "/environment/",
        executors: "/executors/",
        streaming: "/streaming/",
        batch: `/streaming/batch/?id=${batch!.batchId}`,
        dashboard: "/dashboard/",
      };
      const page = await openWindow(browser, look);
      for (const [name, path] of Object.entries(pages)) await checkPage(page, url(path), look, name);
      await page.context().close();
    });
  }
});
