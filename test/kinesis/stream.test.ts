// A Kinesis stream: what its batches hold.
import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { Seconds, type StreamingContext } from "tspark";
import { KinesisInitialPositions, KinesisInputDStream, KinesisRecord } from "tspark/kinesis";
import { batchesOf, useDirectory, useSpark, withOwnSpark, withStream } from "../streaming/helpers/streams.js";
import { numbered, numbersOf, untilThere, upTo } from "./batches.js";
import { builderFor, CREDENTIALS, QUICK, untilRead, useKinesis } from "./local-kinesis.js";

const spark = useSpark(QUICK);
const kinesis = useKinesis();
const temporary = useDirectory();

const builder = (ssc: StreamingContext, name: string) => builderFor(ssc, kinesis, name);

/** The read that fills the room may be the last one, so that none follows it by which others know. */
async function untilPending(stream: { hasPending(): unknown }): Promise<void> {
  while (!(await stream.hasPending())) await new Promise(resolve => setImmediate(resolve));
}

describe("a Kinesis stream", () => {
  it("holds the bytes of the records, of all shards, each once", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const { tools, endpoint } = kinesis;
      await tools.createStream("words", 3);
      const lines = ["to be or", "not to be", ""];
      await tools.put(
        "words",
        lines.map(line => [line || "none", line || " "]),
      );
      const stream = KinesisInputDStream.builder
        .streamingContext(ssc)
        .streamName("words")
        .endpointUrl(endpoint)
        .checkpointAppName("test")
        .initialPosition(new KinesisInitialPositions.TrimHorizon())
        .checkpointInterval(Seconds(10))
        .kinesisCredentials(CREDENTIALS)
        .build();
      assert.equal(stream.name, "Kinesis stream [0]");
      assert.equal(String(stream), `Kinesis stream [0] of words at ${endpoint}`);
      const { streamName, endpointUrl, regionName, checkpointAppName } = stream;
      assert.deepEqual(
        [streamName, endpointUrl, regionName, checkpointAppName],
        ["words", endpoint, "us-east-1", "test"],
      );
      assert.equal(stream.initialPosition.getPosition(), "TRIM_HORIZON");
      const bytes = batchesOf(stream);
      const counts = batchesOf(
        stream
          .flatMap(bytes => bytes.toString().split(" "))
          .filter(word => word !== "")
          .map((word): [string, number] => [word, 1])
          .updateStateByKey((ones: readonly number[], n: number | undefined) => (n ?? 0) + ones.length),
      );
      ssc.checkpoint(path.join(temporary.path, "words"));
      await ssc.start();
      const found = await untilThere(stream, clock, bytes, 3);
      assert.ok(found.every(Buffer.isBuffer));
      const last = [...counts.values()].at(-1)!;
      assert.deepEqual(new Map(last), new Map(Object.entries({ to: 2, be: 2, or: 1, not: 1 })));
    }));

  it("gives a handler the records, with key, number, time and shard, in the order of each shard", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const { tools } = kinesis;
      await tools.createStream("handled", 2);
      await tools.put("handled", numbered(300));
      const stream = builder(ssc, "handled").buildWithMessageHandler(record => record);
      const batches = batchesOf(stream);
      const other = builder(ssc, "handled")
        .checkpointAppName("other")
        .buildWithMessageHandler(r => r.shardId);
      const seen = batchesOf(other);
      await ssc.start();
      const records = await untilThere(stream, clock, batches, 300);
      await untilThere(other, clock, seen, 300);
      const shards = new Set(records.map(r => r.shardId));
      assert.deepEqual(shards, new Set(["shardId-000000000000", "shardId-000000000001"]));
      for (const shard of shards) {
        const numbers = records.filter(r => r.shardId === shard).map(r => Number(r.data));
        assert.deepEqual(
          numbers,
          [...numbers].sort((a, b) => a - b),
        );
      }
      for (const record of records) {
        assert.ok(record instanceof KinesisRecord);
        assert.equal(record.partitionKey, `key ${record.data}`);
        assert.match(record.sequenceNumber, /^\d{40,}$/);
        assert.ok(Math.abs(record.approximateArrivalTimestamp.getTime() - Date.now()) < 600_000);
      }
      assert.deepEqual(new Set([...seen.values()].flat()), shards);
    }));

  it("begins with the latest record by default, which is the first one after the start", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const { tools, endpoint } = kinesis;
      await tools.createStream("latest", 2);
      await tools.put("latest", numbered(20, "-"));
      const stream = KinesisInputDStream.builder
        .streamingContext(ssc)
        .streamName("latest")
        .endpointUrl(endpoint)
        .checkpointAppName("test")
        .kinesisCredentials(CREDENTIALS)
        .build();
      const batches = batchesOf(stream);
      await ssc.start();
      await tools.put("latest", numbered(20));
      assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 20)), upTo(20));
    }));

  it("begins at a time", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const { tools } = kinesis;
      await tools.createStream("timed", 2);
      await tools.put("timed", numbered(20, "-"));
      const before = Date.now();
      // The next ones come at another millisecond than these.
      while (Date.now() === before) await new Promise(resolve => setImmediate(resolve));
      const from = new Date();
      await tools.put("timed", numbered(20));
      const stream = builder(ssc, "timed").initialPosition(new KinesisInitialPositions.AtTimestamp(from)).build();
      const batches = batchesOf(stream);
      await ssc.start();
      assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 20)), upTo(20));
    }));

  it("is read once by streams of one context that share their application: the first one reads for all", () =>
    withStream(spark.sc, async (ssc, clock) => {
      await kinesis.tools.createStream("shared", 2);
      await kinesis.tools.put("shared", numbered(50));
      const streams = [1, 2, 3].map(() => builder(ssc, "shared").build());
      const first = batchesOf(streams[0]!);
      const all = batchesOf(ssc.union(streams));
      await ssc.start();
      assert.deepEqual(numbersOf(await untilThere(streams[0]!, clock, all, 50)), upTo(50));
      assert.equal([...first.values()].flat().length, 50);
    }));

  it("tells listeners the ranges of a batch", () =>
    withStream(spark.sc, async (ssc, clock) => {
      await kinesis.tools.createStream("listened");
      await kinesis.tools.put("listened", numbered(5));
      const stream = builder(ssc, "listened").buildWithMessageHandler(r => r.sequenceNumber);
      const batches = batchesOf(stream);
      const infos: { records: number; metadata: Readonly<Record<string, unknown>>; text: string | undefined }[] = [];
      ssc.addStreamingListener({
        onBatchCompleted: ({ batchInfo }) => {
          const { numRecords: records, metadata, metadataDescription: text } = batchInfo.streamIdToInputInfo.get(0)!;
          if (records > 0) infos.push({ records, metadata, text });
        },
      });
      await ssc.start();
      const numbers = await untilThere(stream, clock, batches, 5);
      const ranges = [{ shardId: "shardId-000000000000", from: numbers[0], to: numbers[4], count: 5 }];
      assert.deepEqual(infos[0]!.metadata, { ranges, millisBehindLatest: 0 });
      assert.equal(
        infos[0]!.text,
        `shard: shardId-000000000000\tsequence numbers: ${numbers[0]} to ${numbers[4]}\trecords: 5`,
      );
    }));

  it("takes what maxRate allows, a batch", () =>
    withOwnSpark(spark, { ...QUICK, "spark.streaming.receiver.maxRate": "7" }, sc =>
      withStream(sc, async (ssc, clock) => {
        await kinesis.tools.createStream("limited", 3);
        await kinesis.tools.put("limited", numbered(40));
        const stream = builder(ssc, "limited").build();
        const batches = batchesOf(stream);
        await ssc.start();
        assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 40)), upTo(40));
        assert.equal(Math.max(...[...batches.values()].map(batch => batch.length)), 7);
        assert.equal(stream.rateLimit, 7);
      }),
    ));

  it("begins with initialRate for each stream that it reads for", () =>
    withOwnSpark(
      spark,
      {
        ...QUICK,
        "spark.streaming.backpressure.enabled": "true",
        "spark.streaming.backpressure.initialRate": "5",
      },
      sc =>
        withStream(sc, async (ssc, clock) => {
          await kinesis.tools.createStream("initial");
          await kinesis.tools.put("initial", numbered(40));
          const [stream] = [1, 2, 3].map(() => builder(ssc, "initial").build());
          const batches = batchesOf(stream!);
          await ssc.start();
          await untilRead(stream!);
          await clock.advance(1000);
          assert.deepEqual([stream!.rateLimit, batches.get(1000)!.length], [15, 15]);
        }),
    ));

  it("is read no farther ahead than maxPending allows, and to its end all the same", () =>
    withOwnSpark(spark, { ...QUICK, "spark.tspark.streaming.receiver.maxPending": "1k" }, sc =>
      withStream(sc, async (ssc, clock) => {
        await kinesis.tools.createStream("large", 4);
        await kinesis.tools.put(
          "large",
          numbered(40).map(([key, text]) => [key, text.padStart(2000)]),
        );
        const stream = builder(ssc, "large").build();
        const batches = batchesOf(stream);
        await ssc.start();
        assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 40, untilPending)), upTo(40));
        // Nobody else reads while one has more than there is room for.
        assert.ok([...batches.values()].filter(batch => batch.length > 0).length > 1);
      }),
    ));

  it("may have more shards than anybody counts on, and says nothing of them", () =>
    withStream(spark.sc, async (ssc, clock) => {
      await kinesis.tools.createStream("many", 24);
      await kinesis.tools.put("many", numbered(300));
      const warnings: Error[] = [];
      const warned = (warning: Error) => warnings.push(warning);
      process.on("warning", warned);
      const stream = builder(ssc, "many").build();
      const batches = batchesOf(stream);
      await ssc.start();
      assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 300)), upTo(300));
      process.off("warning", warned);
      assert.deepEqual(warnings, []);
    }));

  it("a graceful stop ends with what was read", () =>
    withStream(spark.sc, async (ssc, clock) => {
      await kinesis.tools.createStream("stopped");
      await kinesis.tools.put("stopped", numbered(10));
      const stream = builder(ssc, "stopped").build();
      const batches = batchesOf(stream);
      await ssc.start();
      await untilRead(stream);
      assert.equal(clock.now(), 0);
      await ssc.stop(false, true);
      assert.deepEqual(numbersOf([...batches.values()].flat()), upTo(10));
    }));
});
