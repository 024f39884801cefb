// Records go to worker threads, into the cache on disk and into checkpoints, and are there what they were here.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { SparkConf, SparkContext, StorageLevel } from "tspark";
import { KinesisRecord } from "tspark/kinesis";
import { deserializeElements, serializeElements } from "../../src/core/storage/serialize-elements.js";
import { inPlace } from "../helpers/in-place.js";
import { batchesOf, withStream } from "../streaming/helpers/streams.js";
import { numbered, numbersOf, untilThere, upTo } from "./batches.js";
import { builderFor, QUICK, useKinesis } from "./local-kinesis.js";

const kinesis = useKinesis();

const bytes = Buffer.from("0123456789");
const RECORDS = Array.from(
  { length: 40 },
  (_, i) =>
    new KinesisRecord({
      data: bytes.subarray(i % 5, i % 10),
      partitionKey: `key ${i}`,
      sequenceNumber: `4957${i}`,
      arrived: 1000 + i,
      shardId: "shardId-000000000001",
      subSequenceNumber: i % 3,
    }),
);
const shown = (records: readonly KinesisRecord[]) =>
  records.map(r => [inspect(r), r.data.toString(), r.subSequenceNumber].join()).sort();

describe("Kinesis records", () => {
  it("are in worker threads as they were, shuffled and cached on disk", async () => {
    for (const placement of ["workers", "driver"]) {
      const records = await inPlace(placement, sc =>
        sc
          .parallelize(RECORDS, 3)
          .persist(StorageLevel.DISK_ONLY)
          .map((record): [string, KinesisRecord] => [record.partitionKey, record])
          .partitionBy(2)
          .map(([, record]) => record)
          .filter(record => record instanceof KinesisRecord && record.approximateArrivalTimestamp.getTime() >= 1000)
          .collect(),
      );
      assert.deepEqual(shown(records), shown(RECORDS));
    }
  });

  it("survive checkpoints, without the memory that their data are parts of", () => {
    const [first] = RECORDS;
    const large = new KinesisRecord({ ...first!, arrived: 5, data: Buffer.alloc(1_000_000).subarray(10, 20) });
    const written = serializeElements([...RECORDS, large]) as Buffer;
    assert.ok(written.length < 100_000);
    assert.deepEqual(shown(deserializeElements(written) as KinesisRecord[]), shown([...RECORDS, large]));
  });

  it("are handled in worker threads, with what the handler captures", async () => {
    const sc = new SparkContext(
      new SparkConf(false)
        .setMaster("local[2]")
        .setAppName("t")
        .set("spark.ui.enabled", "false")
        .setAll({
          ...QUICK,
          "spark.tspark.placement": "workers",
          "spark.tspark.closure.strict": "true",
        }),
    );
    try {
      await withStream(sc, async (ssc, clock) => {
        await kinesis.tools.createStream("workers", 2);
        await kinesis.tools.put("workers", numbered(20));
        const more = { n: 100 };
        const stream = builderFor(ssc, kinesis, "workers").buildWithMessageHandler(
          record => Number(record.data.toString()) + more.n,
        );
        const batches = batchesOf(stream);
        await ssc.start();
        const found = await untilThere(stream, clock, batches, 20);
        assert.deepEqual(numbersOf(found), upTo(120).slice(100));
      });
    } finally {
      await sc.stop();
    }
  });
});
