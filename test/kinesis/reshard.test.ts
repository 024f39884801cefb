// Shards that are split and merged while they are read.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KinesisRecord } from "tspark/kinesis";
import { batchesOf, useSpark, withStream } from "../streaming/helpers/streams.js";
import { untilThere } from "./batches.js";
import { builderFor, QUICK, useKinesis } from "./local-kinesis.js";

const spark = useSpark(QUICK);
const kinesis = useKinesis();

const KEYS = 20;

/** The next `n` records of each key, numbered by key. */
function counter() {
  const next = Array.from({ length: KEYS }, () => 0);
  return (n: number) =>
    Array.from({ length: n * KEYS }, (_, i) => [`key ${i % KEYS}`, `${next[i % KEYS]!++}`] as const);
}

describe("resharding", () => {
  it("loses nothing, gives nothing twice, and keeps the order of each key, through splits and merges", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const { tools } = kinesis;
      await tools.createStream("split", 2);
      const more = counter();
      let put = 0;
      const putMore = async (n: number) => {
        await tools.put("split", more(n));
        put += n * KEYS;
      };
      const pairs = (r: KinesisRecord) => [r.partitionKey, Number(r.data), r.shardId] as const;
      const stream = builderFor(ssc, kinesis, "split").buildWithMessageHandler(pairs);
      const batches = batchesOf(stream);
      await ssc.start();
      await putMore(5);
      await tools.split("split", "shardId-000000000000");
      await putMore(5);
      await untilThere(stream, clock, batches, put);
      await tools.split("split", "shardId-000000000001");
      await putMore(5);
      // A child is split before its parent's end has been seen, perhaps.
      await tools.split("split", "shardId-000000000002");
      await putMore(5);
      await tools.merge("split", "shardId-000000000004", "shardId-000000000005");
      await putMore(5);
      const found = await untilThere(stream, clock, batches, put);
      assert.equal(found.length, put);
      for (let key = 0; key < KEYS; key++) {
        const numbers = found.filter(([k]) => k === `key ${key}`).map(([, n]) => n);
        assert.deepEqual(
          numbers,
          Array.from({ length: put / KEYS }, (_, i) => i),
        );
      }
      // Of a parent and its child no batch has records of both.
      const { Shards } = (await tools.ask("ListShards", { StreamName: "split" })) as unknown as {
        Shards: { ShardId: string; ParentShardId?: string; AdjacentParentShardId?: string }[];
      };
      assert.ok(Shards.length > 7);
      for (const batch of batches.values()) {
        const there = new Set(batch.map(([, , shard]) => shard));
        for (const { ShardId, ParentShardId, AdjacentParentShardId } of Shards) {
          if (!there.has(ShardId)) continue;
          assert.ok(!there.has(ParentShardId!) && !there.has(AdjacentParentShardId!), ShardId);
        }
      }
    }));

  it("of a stream that was split before it is read from its beginning: parents first", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const { tools } = kinesis;
      await tools.createStream("before");
      const more = counter();
      await tools.put("before", more(3));
      await tools.split("before", "shardId-000000000000");
      await tools.put("before", more(3));
      await tools.merge("before", "shardId-000000000001", "shardId-000000000002");
      await tools.put("before", more(3));
      const pairs = (r: KinesisRecord) => [r.partitionKey, Number(r.data)] as const;
      const stream = builderFor(ssc, kinesis, "before").buildWithMessageHandler(pairs);
      const batches = batchesOf(stream);
      await ssc.start();
      const found = await untilThere(stream, clock, batches, 9 * KEYS);
      assert.equal(found.length, 9 * KEYS);
      for (let key = 0; key < KEYS; key++) {
        const numbers = found.filter(([k]) => k === `key ${key}`).map(([, n]) => n);
        assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
      }
    }));
});
