// Records a second out of a real broker: the direct stream against kafkajs's `eachBatch`, in turn in one process, medians.
//   npm run bench -- kafka [--records 1000000] [--partitions 4] [--size 100] [--runs 5] [--compression none|gzip] [--placement driver|workers]
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import kafkajs from "kafkajs";
import { createTopic, produce, startKafka } from "../scripts/kafka/index.mjs";

/** What is computed of each record: by the stream, and by hand in the loop over kafkajs's messages. */
const WORK = [
  {
    what: "count",
    ours: stream => stream.count(),
    byHand: () => {
      let n = 0;
      return { message: () => n++, result: () => n };
    },
    total: counts => counts.reduce((a, b) => a + b, 0),
  },
  {
    what: "sum of the values' lengths",
    ours: stream => stream.map(r => r.value.length).reduce((a, b) => a + b),
    byHand: () => {
      let sum = 0;
      return { message: m => (sum += m.value.toString().length), result: () => sum };
    },
    total: sums => sums.reduce((a, b) => a + b, 0),
  },
  {
    what: "count by the values' lengths",
    target: "3,000,000 records/s",
    ours: stream => stream.map(r => [r.value.length, 1]).reduceByKey((a, b) => a + b),
    byHand: () => {
      const counts = new Map();
      return {
        message: m => {
          const { length } = m.value.toString();
          counts.set(length, (counts.get(length) ?? 0) + 1);
        },
        result: () => [...counts.values()].reduce((a, b) => a + b, 0),
      };
    },
    total: pairs => pairs.reduce((sum, [, n]) => sum + n, 0),
  },
  {
    what: "count by key",
    ours: stream => stream.map(r => [r.key, 1]).reduceByKey((a, b) => a + b),
    byHand: () => {
      const counts = new Map();
      return {
        message: m => {
          const key = m.key.toString();
          counts.set(key, (counts.get(key) ?? 0) + 1);
        },
        result: () => [...counts.values()].reduce((a, b) => a + b, 0),
      };
    },
    total: pairs => pairs.reduce((sum, [, n]) => sum + n, 0),
  },
];

const OPTIONS = { records: "1000000", partitions: "4", size: "100", runs: "5", compression: "none", placement: "" };

export async function run(args) {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, value]) => [name, { type: "string", default: value }]),
  );
  const { values } = parseArgs({ args, options });
  const [records, partitions, size, runs] = ["records", "partitions", "size", "runs"].map(name => Number(values[name]));
  const dir = mkdtempSync(path.join(os.tmpdir(), "tspark-bench-kafka-"));
  const broker = await startKafka({ dir, heap: "512m" });
  try {
    const { bootstrap } = broker;
    const topic = "bench";
    await createTopic(bootstrap, topic, { partitions });
    await produce({ bootstrap, topic, records, size, keys: 1000, compression: values.compression });
    const rows = [];
    for (const work of WORK) {
      const ours = [];
      const theirs = [];
      // The first of each warms the compiler up and counts for nothing.
      for (let i = -1; i < runs; i++) {
        const a = await directStream({ bootstrap, topic, records, work, placement: values.placement });
        const b = await eachBatch({ bootstrap, topic, records, work });
        if (a.result !== b.result) throw new Error(`${work.what}: the stream found ${a.result}, kafkajs ${b.result}`);
        if (i < 0) continue;
        ours.push(records / a.seconds);
        theirs.push(records / b.seconds);
      }
      rows.push({
        what: work.what,
        ours: median(ours),
        "ours, from-to": fromTo(ours),
        "kafkajs eachBatch": median(theirs),
        "kafkajs, from-to": fromTo(theirs),
        unit: "records/s",
        ratio: median(ours) / median(theirs),
        target: work.target ?? "3 times kafkajs",
      });
    }
    return {
      title: "Kafka: records per second",
      notes: `${records} records of ${size} bytes (${values.compression}), ${partitions} partitions, written by Java's producer; medians of ${runs} runs of each in turn, from the first record to the last, in one process. kafkajs fetches as much at once as the stream does.`,
      rows,
    };
  } finally {
    await context?.stop();
    await broker.kill9();
    rmSync(dir, { recursive: true, force: true });
  }
}

let context;

/** One batch over the whole topic. The clock runs from the batch's first task to the end of its last. */
async function directStream({ bootstrap, topic, records, work, placement }) {
  const { Milliseconds, SparkConf, SparkContext, StreamingContext } = await import("../dist/index.js");
  const { ConsumerStrategies, KafkaUtils, LocationStrategies } = await import("../dist/kafka.js");
  // One for all runs, as one streaming job has: its threads and connections stay.
  if (context === undefined) {
    const conf = new SparkConf(false).setMaster("local[2]").setAppName("bench").set("spark.ui.enabled", "false");
    if (placement) conf.set("spark.tspark.placement", placement);
    context = new SparkContext(conf);
    context.setLogLevel("ERROR");
  }
  const sc = context;
  const ssc = new StreamingContext(sc, Milliseconds(100));
  const strategy = ConsumerStrategies.Subscribe([topic], {
    "bootstrap.servers": bootstrap,
    "auto.offset.reset": "earliest",
  });
  const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy);
  const results = [];
  work.ours(stream).foreachRDD(async rdd => results.push(...(await rdd.collect())));
  let seen = 0;
  let begin;
  let end;
  const finished = new Promise((resolve, reject) => {
    ssc.addStreamingListener({
      onBatchCompleted({ batchInfo }) {
        if (batchInfo.failure) reject(batchInfo.failure);
        if (batchInfo.numRecords === 0) return;
        begin ??= batchInfo.processingStartTime;
        end = batchInfo.processingEndTime;
        seen += batchInfo.numRecords;
        if (seen >= records) resolve();
      },
    });
  });
  await ssc.start();
  await finished;
  await ssc.stop(false, true);
  return { seconds: (end - begin) / 1000, result: work.total(results) };
}

/** A consumer group of one; the clock runs from the first batch that is handed over to the end of the last. */
async function eachBatch({ bootstrap, topic, records, work }) {
  const kafka = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `bench-${process.hrtime.bigint()}`, maxBytesPerPartition: 4 << 20 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const { message, result } = work.byHand();
  let seen = 0;
  let begin;
  let end;
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, e => reject(e.payload.error));
    consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      partitionsConsumedConcurrently: 4,
      async eachBatch({ batch }) {
        begin ??= performance.now();
        for (const m of batch.messages) message(m);
        seen += batch.messages.length;
        if (seen < records) return;
        end = performance.now();
        resolve();
      },
    });
  });
  await consumer.disconnect();
  return { seconds: (end - begin) / 1000, result: result() };
}

const sorted = xs => [...xs].sort((a, b) => a - b);
const median = xs => {
  const s = sorted(xs);
  return (s[(s.length - 1) >> 1] + s[s.length >> 1]) / 2;
};
const fromTo = xs =>
  `${Math.round(Math.min(...xs)).toLocaleString("en-US")}-${Math.round(Math.max(...xs)).toLocaleString("en-US")}`;
