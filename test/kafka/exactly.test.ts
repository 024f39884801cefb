// Must-show: records of a producer that is not ours, in all compressions, counted by key and by window while the broker is
// killed with -9 and started again, exactly. TSPARK_KAFKA_RECORDS sets how many (default 100,000; the showcase: 2,000,000).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { before, it } from "node:test";
import { Milliseconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka";
import { setLogSink } from "../../src/core/log/logger.js";
import { describeWithBroker, kafka } from "./real-broker.js";

const RECORDS = Number(process.env.TSPARK_KAFKA_RECORDS ?? 100_000);
const KEYS = 100;
/** Of one partition, a second: many small batches, so that the broker dies between some and within others. */
const MAX_RATE = Math.ceil(RECORDS / 4);

describeWithBroker("Kafka, exactly once into the counts", fixture => {
  before(async () => {
    const { bootstrap } = fixture.broker;
    await kafka.createTopic(bootstrap, "events", { partitions: 4 });
    for (const [i, compression] of ["gzip", "snappy", "lz4", "zstd"].entries()) {
      const records = RECORDS / 4;
      await kafka.produce({ bootstrap, topic: "events", records, from: i * records, keys: KEYS, compression });
    }
  });

  const restartBroker = async () => {
    await fixture.broker.kill9();
    fixture.broker = await fixture.broker.restart();
  };
  const sumOfNumbers = (RECORDS * (RECORDS - 1)) / 2;

  it(`${RECORDS} records, the broker killed with -9 in the middle`, async () => {
    const log: string[] = [];
    const restoreLog = setLogSink(line => log.push(line));
    const conf = new SparkConf().setMaster("local[2]").setAppName("exactly");
    conf.set("spark.streaming.kafka.maxRatePerPartition", String(MAX_RATE));
    const sc = new SparkContext(conf);
    const ssc = new StreamingContext(sc, Milliseconds(200));
    const { bootstrap } = fixture.broker;
    const stream = KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent,
      ConsumerStrategies.Subscribe(["events"], { "bootstrap.servers": bootstrap, "auto.offset.reset": "earliest" }),
    );
    const byKey = new Map<string, number>();
    const byWindow: number[] = [];
    let sum = 0;
    let total = 0;
    stream
      .map(r => [r.key, Number.parseInt(r.value, 10)])
      .mapValues((n): [number, number] => [1, n])
      .reduceByKey(([a, b], [c, d]): [number, number] => [a + c, b + d])
      .foreachRDD(async rdd => {
        for (const [key, [n, s]] of await rdd.collect()) {
          byKey.set(key, (byKey.get(key) ?? 0) + n);
          sum += s;
          total += n;
        }
      });
    // Each record is in exactly two windows of two batches that slide by one.
    stream
      .window(Milliseconds(400), Milliseconds(200))
      .count()
      .foreachRDD(async rdd => {
        byWindow.push(...(await rdd.collect()));
      });

    await ssc.start();
    while (total === 0) await ssc.awaitBatches(1);
    await restartBroker();
    while (total < RECORDS) await ssc.awaitBatches(1);
    // Two more, in which the last records leave the window.
    await ssc.awaitBatches(2);
    await ssc.stop(true, true);
    restoreLog();

    assert.equal(ssc.failure, undefined);
    assert.equal(total, RECORDS);
    assert.equal(byKey.size, KEYS);
    assert.deepEqual(new Set(byKey.values()), new Set([RECORDS / KEYS]));
    assert.equal(sum, sumOfNumbers);
    assert.equal(
      byWindow.reduce((a, b) => a + b, 0),
      2 * RECORDS,
    );
    const told = log.filter(line => /WARN Kafka: /.test(line));
    assert.equal(told.length, 2, log.join("\n"));
    assert.match(
      told[0]!,
      /Kafka partitions? events-\d.* at 127\.0\.0\.1:\d+ does not answer .* trying again for up to 60 s/,
    );
    assert.match(told[1]!, /Kafka partitions? events-\d.* at 127\.0\.0\.1:\d+ is back after/);
  });

  it(`the same as a script piped into the shell`, async () => {
    const home = mkdtempSync(path.join(tmpdir(), "tspark-kafka-home-"));
    try {
      const { code, out, err } = await pipe(script(fixture.broker.bootstrap), home, async firstBatch => {
        await firstBatch;
        await restartBroker();
      });
      assert.equal(code, 0, err);
      const result = JSON.parse(/^RESULT (.*)$/m.exec(out)?.[1] ?? "null");
      assert.deepEqual(result, {
        total: RECORDS,
        keys: KEYS,
        perKey: [RECORDS / KEYS],
        sum: sumOfNumbers,
        windows: 2 * RECORDS,
      });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

const script = (bootstrap: string) => `
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka"
const kafkaParams = { "bootstrap.servers": "${bootstrap}", "auto.offset.reset": "earliest" }
const stream = KafkaUtils.createDirectStream(
  ssc,
  LocationStrategies.PreferConsistent,
  ConsumerStrategies.Subscribe(["events"], kafkaParams),
)
const byKey = new Map<string, number>()
let windows = 0, total = 0, sum = 0
stream.map(r => [r.key, Number.parseInt(r.value, 10)]).groupByKey().foreachRDD(async rdd => {
  for (const [key, numbers] of await rdd.mapValues(ns => [ns.length, ns.reduce((a, b) => a + b, 0)]).collect()) {
    byKey.set(key, (byKey.get(key) ?? 0) + numbers[0])
    total += numbers[0]
    sum += numbers[1]
  }
  if (total > 0) console.log("COUNTED", total)
})
stream.window(Milliseconds(400), Milliseconds(200)).count().foreachRDD(async rdd => {
  for (const n of await rdd.collect()) windows += n
})
ssc.start()
while (total < ${RECORDS}) await ssc.awaitBatches(1)
await ssc.awaitBatches(2)
console.log("RESULT", JSON.stringify({ total, keys: byKey.size, perKey: [...new Set(byKey.values())], sum, windows }))
`;

/** Runs a script through the shell's standard input; `during` gets a promise of the first counted batch. */
function pipe(
  text: string,
  home: string,
  during: (firstBatch: Promise<void>) => Promise<void>,
): Promise<{ code: number | null; out: string; err: string }> {
  const flags = ["--quiet", "--batch-duration", "200ms", "-c", `spark.streaming.kafka.maxRatePerPartition=${MAX_RATE}`];
  const child = spawn(process.execPath, [path.resolve("bin/tspark-shell"), ...flags], {
    env: { ...process.env, HOME: home, NO_COLOR: "1" },
  });
  let out = "";
  let err = "";
  let counted = () => {};
  const firstBatch = new Promise<void>(resolve => {
    counted = resolve;
  });
  child.stdout.on("data", chunk => {
    out += chunk;
    if (out.includes("COUNTED")) counted();
  });
  child.stderr.on("data", chunk => {
    err += chunk;
  });
  child.stdin.end(text);
  return new Promise((resolve, reject) => {
    during(firstBatch).catch(reject);
    child.once("error", reject);
    child.once("close", code => resolve({ code, out, err }));
  });
}
