// What is written to Kinesis.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TaskContext } from "tspark";
import { KinesisUtils } from "tspark/kinesis";
import { logOf, useSpark, withOwnSpark, withStream } from "../streaming/helpers/streams.js";
import { numbered, numbersOf, untilThere, upTo } from "./batches.js";
import { builderFor, CREDENTIALS, type Instead, QUICK, useKinesis } from "./local-kinesis.js";

const spark = useSpark(QUICK);
const kinesis = useKinesis();

const to = (streamName: string) => ({ streamName, endpointUrl: kinesis.endpoint, credentials: CREDENTIALS });

/** The records of a stream, `key text` each, as a direct reader of its shards has them. */
async function recordsOf(StreamName: string): Promise<string[]> {
  const { tools } = kinesis;
  const found: string[] = [];
  for (const { ShardId } of await tools.shards(StreamName)) {
    const place = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    let { ShardIterator } = await tools.ask("GetShardIterator", place);
    for (;;) {
      const answer = await tools.ask("GetRecords", { ShardIterator });
      const records = answer.Records as { PartitionKey: string; Data: Uint8Array }[];
      if (records.length === 0) break;
      found.push(...records.map(r => `${r.PartitionKey} ${Buffer.from(r.Data)}`));
      ShardIterator = answer.NextShardIterator;
    }
  }
  return found;
}

/** Answers of `PutRecords`, by request: how many records it had, and what the server is to do with it. */
function watchPuts(instead: (request: number) => Instead = () => undefined): number[] {
  const sizes: number[] = [];
  kinesis.intercept = (operation, question) => {
    if (operation !== "PutRecords") return undefined;
    sizes.push((question.Records as unknown[]).length);
    return instead(sizes.length);
  };
  return sizes;
}

describe("KinesisUtils.save", () => {
  it("puts the elements of an RDD, 500 a request, with their keys", async () => {
    await kinesis.tools.createStream("saved", 2);
    const sizes = watchPuts();
    const rdd = spark.sc.parallelize(upTo(1200), 1);
    const prefix = "n";
    await KinesisUtils.save(rdd, to("saved"), n => ({ partitionKey: `${prefix}${n}`, data: String(n) }));
    kinesis.intercept = undefined;
    assert.deepEqual(sizes, [500, 500, 200]);
    assert.deepEqual(
      (await recordsOf("saved")).sort(),
      upTo(1200)
        .map(n => `n${n} ${n}`)
        .sort(),
    );
  });

  it("leaves the event loop its turns, and the functions above it their task", async () => {
    await kinesis.tools.createStream("few");
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const n = 20_000;
    const calls: { task: TaskContext | undefined; turns: number }[] = [];
    const rdd = spark.sc.parallelize(upTo(n), 1).filter(i => {
      calls.push({ task: TaskContext.get(), turns });
      // Longer than a task may hold the event loop, on any machine.
      for (const until = performance.now() + 0.01; performance.now() < until; );
      return i === n - 1;
    });
    await KinesisUtils.save(rdd, to("few"), i => ({ partitionKey: "k", data: String(i) }));
    isOver = true;
    assert.equal(calls.length, n);
    assert.ok(calls.every(({ task }) => task !== undefined));
    assert.notEqual(calls.at(-1)!.turns, calls[0]!.turns);
  });

  it("puts bytes, 5 MiB a request, into the shard of a hash key", async () => {
    await kinesis.tools.createStream("bytes", 2);
    const sizes = watchPuts();
    const rdd = spark.sc.parallelize(upTo(7), 1);
    await KinesisUtils.save(rdd, to("bytes"), n => ({
      partitionKey: "k",
      data: Buffer.alloc(1_000_000, n),
      explicitHashKey: "0",
    }));
    kinesis.intercept = undefined;
    assert.deepEqual(sizes, [5, 2]);
    const { ShardIterator } = await kinesis.tools.ask("GetShardIterator", {
      StreamName: "bytes",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records } = await kinesis.tools.ask("GetRecords", { ShardIterator });
    assert.deepEqual(
      (Records as { Data: Uint8Array }[]).map(r => r.Data[999_999]),
      upTo(7),
    );
  });

  it("puts again what was not taken: throttled as often as it takes, failed a few times", async () => {
    await kinesis.tools.createStream("again");
    const rdd = spark.sc.parallelize(upTo(10), 2);
    const message = (n: number) => ({ partitionKey: "k", data: String(n) });
    const throttled: Instead = { type: "ProvisionedThroughputExceededException", message: "Rate exceeded" };
    const failed: Instead = { type: "InternalFailure", status: 500, message: "We are sorry" };
    const sizes = watchPuts(request => (request <= 8 ? throttled : request === 9 ? failed : undefined));
    await KinesisUtils.save(rdd, to("again"), message);
    assert.equal(sizes.length, 11);
    watchPuts(() => failed);
    await logOf(() =>
      assert.rejects(KinesisUtils.save(rdd, to("again"), message), (error: Error) => {
        assert.match(error.message, /did not take 5 records for stream "again", asked several times: .*We are sorry/);
        return true;
      }),
    );
    kinesis.intercept = undefined;
    assert.deepEqual(numbersOf((await recordsOf("again")).map(text => text.slice(2))), upTo(10));
  });

  it("puts the batches of a stream, in workers too: from stream to stream", () =>
    withOwnSpark(spark, { ...QUICK, "spark.tspark.placement": "workers", "spark.tspark.closure.strict": "true" }, sc =>
      withStream(sc, async (ssc, clock) => {
        const { tools } = kinesis;
        await tools.createStream("from", 2);
        await tools.createStream("onward", 2);
        await tools.put("from", numbered(50));
        const stream = builderFor(ssc, kinesis, "from").build();
        const plus = 100;
        const more = stream.map(bytes => Number(bytes.toString()) + plus);
        KinesisUtils.save(more, to("onward"), n => ({ partitionKey: `p${n}`, data: `${n}` }));
        const done = new Map<number, number[]>();
        more.foreachRDD(async (rdd, time) => {
          done.set(time.milliseconds, await rdd.collect());
        });
        await ssc.start();
        await untilThere(stream, clock, done, 50);
        assert.deepEqual(
          (await recordsOf("onward")).sort(),
          upTo(50)
            .map(n => `p${n + 100} ${n + 100}`)
            .sort(),
        );
      }),
    ));

  it("says what is wrong with a destination, a message, a stream that is not there", async () => {
    const rdd = spark.sc.parallelize([1], 1);
    const save = KinesisUtils.save as (...args: unknown[]) => unknown;
    const message = () => ({ partitionKey: "k", data: "x" });
    assert.throws(
      () => save([1], to("s"), message),
      /first argument of KinesisUtils\.save is "object": it takes an RDD/,
    );
    assert.throws(() => save(rdd, undefined, message), /it takes \{ streamName, … \}/);
    assert.throws(() => save(rdd, to("s"), "x"), /third argument .* it takes a function/);
    assert.throws(() => save(rdd, to(""), message), /streamName is ""/);
    const made = async (value: unknown, rule: RegExp) =>
      logOf(() => assert.rejects(save(rdd, to("s"), () => value) as Promise<void>, rule));
    await made(1, /made a message that is "number": it is an object/);
    await made({ data: "x" }, /a partitionKey that is "undefined": it is a text of 1 to 256 characters/);
    await made({ partitionKey: "k".repeat(257), data: "x" }, /1 to 256 characters/);
    await made({ partitionKey: "k", data: 5 }, /data that is "number": it is text or bytes/);
    await made({ partitionKey: "k", data: "x", explicitHashKey: "-1" }, /explicitHashKey that is "-1"/);
    await made({ partitionKey: "k", data: Buffer.alloc(11_000_000) }, /at most 10 MiB/);
    await made({ partitionKey: "k", data: "x" }, /Kinesis stream "s" does not exist/);
  });
});
