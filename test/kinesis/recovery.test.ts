// A Kinesis stream goes on from a checkpoint: each record is in one batch, without a write-ahead log.
import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { Seconds, type SparkContext, StreamingContext } from "tspark";
import { type KinesisInitialPosition, KinesisInitialPositions, type KinesisInputDStream } from "tspark/kinesis";
import { ManualClock } from "tspark/testing";
import {
  batchesOf,
  logOf,
  quietly,
  signal,
  useDirectory,
  useSpark,
  withOwnSpark,
  withStream,
} from "../streaming/helpers/streams.js";
import { numbered, numbersOf, untilThere, upTo } from "./batches.js";
import { builderFor, QUICK, untilRead, useKinesis } from "./local-kinesis.js";

const spark = useSpark(QUICK);
const kinesis = useKinesis();
const temporary = useDirectory();
const { Latest, TrimHorizon } = KinesisInitialPositions;

interface Run {
  readonly ssc: StreamingContext;
  readonly clock: ManualClock;
  readonly stream: KinesisInputDStream<string>;
  readonly batches: Map<number, string[]>;
}

interface Job {
  readonly stream: string;
  readonly from: number;
  readonly position?: KinesisInitialPosition;
  /** Called by a batch with records, which waits for it. */
  readonly during?: () => Promise<unknown>;
}

/** Runs a job that goes on from its checkpoint, until `body` ends: then everything is dropped, as in a crash. */
async function run(sc: SparkContext, job: Job, body: (run: Run) => Promise<void>): Promise<void> {
  const clock = new ManualClock(job.from);
  const batches = new Map<number, string[]>();
  let stream!: KinesisInputDStream<string>;
  const dropped = signal<"dropped">();
  const ssc = await StreamingContext.getOrCreate(
    path.join(temporary.path, job.stream),
    () => {
      const ssc = new StreamingContext(sc, Seconds(1));
      stream = builderFor(ssc, kinesis, job.stream)
        .initialPosition(job.position ?? new TrimHorizon())
        .buildWithMessageHandler(record => record.data.toString());
      stream.foreachRDD(async (rdd, time) => {
        const found = await rdd.collect();
        // What hangs is given up when the context stops, which would wait for it.
        const end = found.length > 0 && (await Promise.race([job.during?.(), dropped.promise]));
        if (end === "dropped") throw new Error(end);
        batches.set(time.milliseconds, found);
      });
      return ssc;
    },
    { clock },
  );
  try {
    await ssc.start();
    await body({ ssc, clock, stream, batches });
  } finally {
    await quietly(() => {
      const stopped = ssc.stop(false);
      dropped.resolve("dropped");
      return stopped;
    });
  }
}

const all = (runs: readonly Map<number, string[]>[]) =>
  numbersOf(runs.flatMap(batches => [...batches.values()].flat()));

describe("a Kinesis stream with a checkpoint", () => {
  it("goes on where its batches ended, and gives a batch that had not ended the same records again", async () => {
    const { tools } = kinesis;
    await tools.createStream("again", 2);
    await tools.put("again", numbered(100));
    const runs: Map<number, string[]>[] = [];
    let time = 0;
    await run(spark.sc, { stream: "again", from: 0 }, async ({ clock, stream, batches }) => {
      await untilThere(stream, clock, batches, 100);
      runs.push(batches);
      time = clock.now();
    });
    await tools.put("again", numbered(200).slice(100));
    // Hangs in a batch, which is pending then.
    const hung = signal();
    const hang = () => {
      hung.resolve();
      return new Promise(() => {});
    };
    await run(spark.sc, { stream: "again", from: time, during: hang }, async ({ clock, stream, batches }) => {
      await untilRead(stream);
      clock.advance(1000);
      await hung.promise;
      runs.push(batches);
      time = clock.now();
    });
    await tools.split("again", "shardId-000000000000");
    await tools.put("again", numbered(300).slice(200));
    const asked: unknown[] = [];
    kinesis.intercept = (operation, question) => {
      if (operation === "GetShardIterator") asked.push(question.ShardIteratorType);
      return undefined;
    };
    await run(spark.sc, { stream: "again", from: time }, async ({ clock, stream, batches }) => {
      await untilThere(stream, clock, batches, 200);
      runs.push(batches);
    });
    kinesis.intercept = undefined;
    assert.deepEqual(all(runs), upTo(300));
    assert.ok(asked.includes("AT_SEQUENCE_NUMBER") && asked.includes("AFTER_SEQUENCE_NUMBER"), String(asked));
  });

  it("that began with the latest records has those of its absence, of shards that had none before, too", async () => {
    const { tools } = kinesis;
    await tools.createStream("away", 3);
    await tools.put("away", numbered(20, "-"));
    const before = Date.now();
    while (Date.now() === before) await new Promise(resolve => setImmediate(resolve));
    const runs: Map<number, string[]>[] = [];
    const job = { stream: "away", position: new Latest() };
    await run(spark.sc, { ...job, from: 0 }, async ({ clock, stream, batches }) => {
      await tools.put("away", [["one", "0"]]);
      await untilThere(stream, clock, batches, 1);
      runs.push(batches);
    });
    await tools.put("away", numbered(40).slice(1));
    await run(spark.sc, { ...job, from: 100_000 }, async ({ clock, stream, batches }) => {
      await untilThere(stream, clock, batches, 39);
      runs.push(batches);
    });
    assert.deepEqual(all(runs), upTo(40));
  });

  it("says which records of a batch are lost where the stream does not have them any more", async () => {
    const { tools } = kinesis;
    await tools.createStream("gone");
    await tools.put("gone", numbered(10));
    const hung = signal();
    const hang = () => {
      hung.resolve();
      return new Promise(() => {});
    };
    await run(spark.sc, { stream: "gone", from: 0, during: hang }, async ({ clock, stream }) => {
      await untilRead(stream);
      clock.advance(1000);
      await hung.promise;
    });
    // As if it had been trimmed.
    kinesis.intercept = (operation, { ShardIteratorType }) =>
      operation === "GetShardIterator" && ShardIteratorType === "AT_SEQUENCE_NUMBER"
        ? { type: "ResourceNotFoundException", message: "Shard shardId-000000000000 in stream gone does not exist" }
        : undefined;
    const lines = await logOf(() =>
      run(spark.sc, { stream: "gone", from: 5000 }, async ({ ssc, clock }) => {
        await clock.advance(1000);
        await assert.rejects(
          ssc.awaitTermination(),
          /10 records of Kinesis stream "gone", shard shardId-000000000000, sequence numbers \d+ to \d+, cannot be read again/,
        );
      }),
    );
    kinesis.intercept = undefined;
    assert.ok(lines.some(line => line.includes("are lost to it")));
  });

  it("of another stream begins anew, and says so", async () => {
    const { tools } = kinesis;
    await tools.createStream("old");
    await tools.createStream("new");
    await tools.put("new", numbered(5));
    const dir = path.join(temporary.path, "other");
    const start = (
      name: string,
      from: number,
      body: (clock: ManualClock, stream: KinesisInputDStream, batches: Map<number, Buffer[]>) => unknown,
      endpoint = kinesis.endpoint,
    ) =>
      (async () => {
        const clock = new ManualClock(from);
        let batches = new Map<number, Buffer[]>();
        let stream!: KinesisInputDStream;
        const create = () => {
          const ssc = new StreamingContext(spark.sc, Seconds(1));
          stream = builderFor(ssc, { endpoint }, name).build();
          batches = batchesOf(stream);
          return ssc;
        };
        const ssc = await StreamingContext.getOrCreate(dir, create, { clock });
        await ssc.start();
        await body(clock, stream, batches);
        await ssc.stop(false);
      })();
    await start("old", 0, clock => clock.advance(2000));
    const lines = await logOf(() =>
      start("new", 2000, (clock, stream, batches) => untilThere(stream, clock, batches, 5)),
    );
    // The same server by another name is somebody else, as far as anybody knows.
    const endpoint = kinesis.endpoint.replace("127.0.0.1", "localhost");
    const more = await logOf(() =>
      start("new", 20_000, (clock, stream, batches) => untilThere(stream, clock, batches, 5), endpoint),
    );
    assert.ok(more.some(line => line.includes(`new in us-east-1 at ${kinesis.endpoint}, and`)));
    assert.ok(
      lines.some(line =>
        /positions of Kinesis stream old in us-east-1 at http.*, and .* is of new in us-east-1 at http/.test(line),
      ),
    );
  });
});

describe("a Kinesis stream without a checkpoint", () => {
  it("gives a batch that is tried again the same records", () =>
    withOwnSpark(
      spark,
      {
        ...QUICK,
        "spark.tspark.streaming.onBatchFailure": "retry",
        "spark.tspark.streaming.batchRetryDelay": "1ms",
      },
      sc =>
        withStream(sc, async (ssc, clock) => {
          await kinesis.tools.createStream("retried");
          await kinesis.tools.put("retried", numbered(10));
          const attempts: number[][] = [];
          const stream = builderFor(ssc, kinesis, "retried").build();
          stream.foreachRDD(async rdd => {
            attempts.push(numbersOf(await rdd.collect()));
            if (attempts.length < 3) throw new Error("not yet");
          });
          await ssc.start();
          await logOf(async () => {
            await untilRead(stream);
            await clock.advance(1000);
          });
          assert.deepEqual(attempts, [upTo(10), upTo(10), upTo(10)]);
        }),
    ));
});
