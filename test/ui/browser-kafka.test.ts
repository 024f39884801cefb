import assert from "node:assert/strict";
import { it } from "node:test";
import { Seconds, StreamingContext } from "tspark";
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { describeWithBroker, kafka } from "../kafka/real-broker.js";
import { axe, complaintsOf, describeInBrowser, LOOKS, openWindow, saveScreenshot } from "./browser.js";
import { askJson, startContext } from "./harness.js";

interface Batch {
  readonly batchId: number;
  readonly inputSize: number;
  readonly numCompletedOutputOps: number;
  readonly numTotalOutputOps: number;
}

describeInBrowser("the streaming page in a browser", chromium => {
  describeWithBroker("under a Kafka stream", fixture => {
    it("moves without being loaded again; its numbers are those of REST and of the stream", async () => {
      const undo = setLogSink(() => {});
      const { bootstrap } = fixture.broker;
      await kafka.createTopic(bootstrap, "orders", { partitions: 2 });
      const send = (n: number) =>
        kafka.send(
          bootstrap,
          "orders",
          Array.from({ length: n }, (_, i) => ({ value: `order ${i}`, partition: i % 2 })),
        );
      const sc = await startContext({
        "spark.streaming.kafka.maxRatePerPartition": 50,
        "spark.tspark.ui.sampleRecords": 3,
      });
      try {
        const clock = new ManualClock(Date.UTC(2026, 0, 1));
        const ssc = new StreamingContext(sc, Seconds(1), { clock });
        const params = { "bootstrap.servers": bootstrap, "auto.offset.reset": "earliest" };
        const orders = KafkaUtils.createDirectStream(
          ssc,
          LocationStrategies.PreferConsistent,
          ConsumerStrategies.Subscribe<string, string>(["orders"], params),
        );
        const counts: number[] = [];
        const seen: string[][] = [];
        orders
          .map(record => record.value!)
          .foreachRDD(async rdd => {
            const values = await rdd.collect();
            counts.push(values.length);
            seen.push(values);
          });
        await send(300);
        await ssc.start();
        await clock.advance(2000);

        const page = await openWindow(chromium.browser, LOOKS[0]);
        const complaints = complaintsOf(page);
        await page.goto(`${sc.uiWebUrl}/streaming/`);
        await page.locator("#live-state[data-state=live]").waitFor();
        await page.evaluate("globalThis.loadedOnce = true");
        const summary = page.locator("#summary p").first();
        const cells = (section: string) =>
          page
            .locator(`#${section} tbody tr`)
            .evaluateAll(rows =>
              rows.map(row =>
                [...(row as unknown as { cells: Iterable<{ textContent: string }> }).cells].map(c => c.textContent),
              ),
            );
        const agrees = async (batches: number, records: number, lag: number) => {
          assert.equal(
            counts.reduce((a, b) => a + b, 0),
            records,
          );
          const statistics = await askJson(sc, "/streaming/statistics");
          assert.deepEqual(
            [statistics["numTotalCompletedBatches"], statistics["numProcessedRecords"]],
            [batches, records],
          );
          await page.locator("#summary", { hasText: `${batches} completed batches, ${records} records` }).waitFor();
          const rest = await askJson<Batch[]>(sc, "/streaming/batches");
          assert.deepEqual(rest.map(b => b.inputSize).reverse(), counts);
          assert.deepEqual(
            (await cells("completed")).map(row => [row[1], row[5]]),
            rest.map(b => [`${b.inputSize} records`, `${b.numCompletedOutputOps}/${b.numTotalOutputOps}`]),
          );
          assert.deepEqual(
            (await cells("lag")).map(row => [row[0], row[1], row[3]]),
            [0, 1].map(partition => ["orders", String(partition), String(lag / 2)]),
          );
          const drawn = (await page.locator("#charts .plot").first().getAttribute("data-plot"))!;
          assert.deepEqual((JSON.parse(drawn) as { y: number[][] }).y[0], counts);
        };
        await agrees(2, 200, 100);
        await clock.advance(2000);
        await agrees(4, 300, 0);
        await send(500);
        await clock.advance(2000);
        await agrees(6, 500, 300);
        assert.equal(await page.evaluate("globalThis.loadedOnce"), true);
        assert.match(await summary.innerText(), /^Running batches of 1\.0 s since /);
        await saveScreenshot(page, "streaming-kafka-light");

        await page.locator("#completed a").first().click();
        await page.locator("#input").waitFor();
        const metadata = await page.locator("#input pre").innerText();
        assert.match(metadata, /topic: orders\tpartition: 0\toffsets: 200 to 250\n.*partition: 1\toffsets: 200 to 250/);
        assert.deepEqual(await axe(page), []);
        await saveScreenshot(page, "batch-kafka-light");

        // From the batch to its job, to the stage, to the records of an operator: by links alone.
        await page.locator("#operations td a").first().click();
        await page.locator("#completed td a").first().click();
        await page
          .locator("#dag")
          .getByRole("link", { name: /^KafkaRDD/ })
          .waitFor();
        await page
          .locator("#dag")
          .getByRole("link", { name: /^MapPartitionsRDD/ })
          .press("Enter");
        const shown = await page.locator("#records code").allInnerTexts();
        assert.equal(shown.length, 3);
        for (const record of shown)
          assert.ok(
            seen.at(-1)!.some(value => record === `'${value}'`),
            record,
          );
        assert.match(
          (await page.locator("#dag a[aria-current] title").textContent()) ?? "",
          /map at browser-kafka\.test/,
        );
        assert.deepEqual(await axe(page), []);
        await saveScreenshot(page, "stage-kafka-light");
        assert.deepEqual(complaints, []);
        await page.context().close();
      } finally {
        await sc.stop();
        undo();
      }
    });
  });
});
