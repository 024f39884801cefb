import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { RDD } from "tspark";
import { kindsOfNodes, type Pairs } from "./kinds-of-nodes.js";
import { testContext } from "./with-context.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Lets go of what the last few stages hold, whose names nobody has read, and of all that nobody holds then. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await sc.range(1).count();
  // What a WeakRef was made of or read for lives until the turn of the event loop has ended.
  await new Promise(resolve => setImmediate(resolve));
  collectGarbage();
}

const directory = mkdtempSync(path.join(tmpdir(), "tspark-lineage-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const sc = testContext("local[3]", { "spark.tspark.placement": "driver" });
sc.setCheckpointDir(directory);

const OPERATIONS = kindsOfNodes(sc);

for (const [name, derive] of Object.entries(OPERATIONS)) {
  for (const how of ["checkpoint", "localCheckpoint"] as const) {
    test(`${name}: after ${how} it holds nothing that it was made from`, async () => {
      const source = (): [Pairs, WeakRef<object>] => {
        const xs = sc.parallelize<[number, number]>(
          [
            [1, 2],
            [3, 4],
            [1, 6],
          ],
          2,
        );
        return [xs, new WeakRef(xs.node)];
      };
      const made = () => {
        const [xs, ref] = source();
        return [derive(xs), ref] as const;
      };
      const [rdd, ref] = made();
      rdd[how]();
      const before = await rdd.collect();
      const { partitioner } = rdd;
      await settle();
      assert.equal(ref.deref(), undefined);
      assert.deepEqual(await rdd.collect(), before);
      assert.deepEqual(await rdd.map(x => x).collect(), before);
      assert.equal(rdd.partitioner, partitioner);
      assert.equal(rdd.getNumPartitions(), (await rdd.glom().collect()).length);
    });
  }
}

test("an iteration with a checkpoint now and then holds no more than the iterations since", async () => {
  const links = sc
    .parallelize<[number, number[]]>(
      [
        [0, [1, 2]],
        [1, [2]],
        [2, [0]],
      ],
      2,
    )
    .cache();
  let ranks: RDD<[number, number]> = links.mapValues(() => 1);
  const made: WeakRef<object>[] = [];
  for (let i = 1; i <= 60; i++) {
    ranks = links
      .join(ranks)
      .values()
      .flatMap(([to, rank]) => to.map((t): [number, number] => [t, rank / to.length]))
      .reduceByKey((a, b) => a + b)
      .mapValues(x => 0.15 + 0.85 * x);
    made.push(new WeakRef(ranks.node));
    if (i % 10 === 0) {
      ranks.cache().checkpoint();
      await ranks.count();
    }
  }
  await settle();
  const held = made.filter(ref => ref.deref() !== undefined).length;
  assert.ok(held <= 12, `${held} of 60 iterations are held`);
  const sum = await ranks.values().sum();
  assert.ok(Math.abs(sum - 3) < 1e-9, String(sum));
});

test("a job that began before the checkpoint still finds what it computes from", async () => {
  // The first task of the second partition waits until another job has made the checkpoint.
  const gate: { open: () => void; opened?: Promise<void> } = { open: () => {} };
  gate.opened = new Promise<void>(resolve => {
    gate.open = resolve;
  });
  const waiting = { calls: 0, gate };
  (globalThis as { waiting?: typeof waiting }).waiting = waiting;
  const source = sc.parallelize([1, 2], 2).mapAsync(async x => {
    const { waiting: here } = globalThis as unknown as { waiting: typeof waiting };
    if (x === 2 && here.calls++ === 0) await here.gate.opened;
    return x;
  });
  const numbered = source.zipPartitions(source, it => it);
  numbered.checkpoint();
  const first = numbered.collect();
  assert.deepEqual(await numbered.collect(), [1, 2]);
  assert.equal(numbered.isCheckpointed, true);
  waiting.gate.open();
  assert.deepEqual(await first, [1, 2]);
  assert.deepEqual(await numbered.collect(), [1, 2]);
});
