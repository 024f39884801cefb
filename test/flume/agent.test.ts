// A real agent whose sinks are a stream's: Avro's sink pushes, Spark's sink is pulled from.
import assert from "node:assert/strict";
import path from "node:path";
import { it } from "node:test";
import { type DStream, StorageLevel, type StreamingContext } from "tspark";
import { FlumeUtils, type SparkFlumeEvent } from "tspark/flume";
import type { ManualClock } from "tspark/testing";
import { FlumePollingReceiver } from "../../src/connectors/flume/poll/polling-receiver.js";
import { freePort } from "../helpers/free-port.js";
import { batchesOf, logOf, useSpark, withStream } from "../streaming/helpers/streams.js";
import { describeWithFlume, type FlumeAgent, flume } from "./real-flume.js";

const COUNT = 10_000;

/** Moves the clock until the stream has given `count` different numbers; returns all that it gave. */
async function numbersOf(
  ssc: StreamingContext,
  clock: ManualClock,
  stream: DStream<SparkFlumeEvent>,
  count: number,
  meanwhile: (found: number) => unknown = () => {},
): Promise<number[]> {
  const batches = batchesOf(stream.map(event => Number(event.body.toString())));
  await ssc.start();
  const found = () => [...batches.values()].flat();
  for (let n = 0; n < count; ) {
    await clock.advance(1000);
    n = new Set(found()).size;
    await meanwhile(n);
    // The agent has its turn.
    await new Promise(resolve => setImmediate(resolve));
  }
  return found();
}

describeWithFlume("a Flume agent", fixture => {
  const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });
  const source = { type: "seq", totalEvents: COUNT, batchSize: 1000 };

  async function withAgent(name: string, sink: Record<string, string | number>, body: (agent: FlumeAgent) => unknown) {
    // Or the sink waits for three seconds whether more comes.
    const channel = { "keep-alive": 0 };
    const agent = await flume.startAgent({ dir: path.join(fixture.dir, name), source, sink, channel });
    try {
      await body(agent);
    } finally {
      await agent.kill9();
    }
  }
  const all = Array.from({ length: COUNT }, (_, i) => i);
  const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

  it("pushes all of its events through its Avro sink, compressed", { timeout: 60_000 }, () =>
    withStream(spark.sc, async (ssc, clock) => {
      const port = await freePort();
      const stream = FlumeUtils.createStream(ssc, "127.0.0.1", port, StorageLevel.MEMORY_ONLY, true);
      const sink = { type: "avro", hostname: "127.0.0.1", port, "batch-size": 500, "compression-type": "deflate" };
      await withAgent("push", sink, async () => {
        assert.deepEqual(sorted(await numbersOf(ssc, clock, stream, COUNT)), all);
      });
    }),
  );

  it("keeps what Spark's sink has until it is acknowledged, also through restarts of the receiver", {
    timeout: 60_000,
  }, async () => {
    const log = await logOf(() =>
      withStream(spark.sc, async (ssc, clock) => {
        const port = await freePort();
        // Its connection is refused until the agent listens.
        const receiver = new FlumePollingReceiver({
          addresses: [["127.0.0.1", port]],
          maxBatchSize: 100,
          parallelism: 3,
          limit: 1 << 20,
          retryDelay: 1,
        });
        // What a connection was given that is no more comes again after a second.
        const sink = { type: SPARK_SINK, hostname: "127.0.0.1", port, timeout: 1 };
        let restarts = 0;
        const restart = (found: number) => {
          if (found < (restarts + 1) * 1000 || restarts === 3) return;
          restarts++;
          receiver.restart("to try it");
        };
        await withAgent("pull", sink, async () => {
          const found = await numbersOf(ssc, clock, ssc.receiverStream(receiver), COUNT, restart);
          assert.deepEqual(sorted(new Set(found)), all);
          assert.ok(restarts > 0);
        });
      }),
    );
    assert.match(log.join("\n"), /reported an error: Error connecting to 127\.0\.0\.1:\d+: connection refused/);
  });
});

const SPARK_SINK = "org.apache.spark.streaming.flume.sink.SparkSink";
