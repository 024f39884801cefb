import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { StorageLevel } from "tspark";
import { MemoryManager } from "../../src/core/memory/memory-manager.js";
import { LocalBlockStore } from "../../src/core/storage/block-store.js";
import { LocalDir } from "../../src/core/storage/local-dir.js";
import { deserializeElements, serializeElements } from "../../src/core/storage/serialize-elements.js";
import { SpillFiles } from "../../src/core/storage/spill-files.js";
import { withContext } from "./with-context.js";

const dir = mkdtempSync(path.join(tmpdir(), "tspark-test-"));
after(() => rmSync(dir, { recursive: true }));

const LEVELS = {
  MEMORY_ONLY: StorageLevel.MEMORY_ONLY,
  MEMORY_ONLY_SER: StorageLevel.MEMORY_ONLY_SER,
  MEMORY_AND_DISK: StorageLevel.MEMORY_AND_DISK,
  MEMORY_AND_DISK_SER: StorageLevel.MEMORY_AND_DISK_SER,
  DISK_ONLY: StorageLevel.DISK_ONLY,
  MEMORY_ONLY_2: StorageLevel.MEMORY_ONLY_2,
};

for (const [name, level] of Object.entries(LEVELS)) {
  test(`${name}: computed once, the same elements afterwards`, () =>
    withContext(
      "local[2]",
      async sc => {
        const computed = sc.longAccumulator();
        const rdd = sc
          .parallelize([1, 2, 3], 2)
          .map(x => {
            computed.add(1);
            return { x, at: new Date(x), list: [x, "s"] };
          })
          .persist(level);
        const once = await rdd.collect();
        assert.deepEqual(await rdd.map(o => o).collect(), once);
        assert.equal(await rdd.count(), 3);
        assert.equal(computed.value, 3);
        assert.equal(rdd.getStorageLevel(), level);
        assert.deepEqual([...sc.getPersistentRDDs().keys()], [rdd.id]);
        rdd.unpersist();
        assert.equal(rdd.getStorageLevel(), StorageLevel.NONE);
        assert.equal(sc.getPersistentRDDs().size, 0);
        await rdd.count();
        assert.equal(computed.value, 6);
      },
      { "spark.local.dir": dir },
    ));
}

test("nothing is left on disk when the context has stopped", () => {
  assert.deepEqual(readdirSync(dir), []);
});

test("a level cannot be changed before unpersist", () =>
  withContext("local", async sc => {
    const rdd = sc.parallelize([1]).cache();
    assert.equal(rdd.cache(), rdd);
    assert.throws(() => rdd.persist(StorageLevel.DISK_ONLY), /Cannot change storage level/);
    rdd.unpersist().persist(StorageLevel.DISK_ONLY);
  }));

test("cached partitions that nobody asked for are not computed", () =>
  withContext("local", async sc => {
    const ran: number[] = [];
    const rdd = sc
      .parallelize([1, 2, 3, 4], 4)
      .mapPartitionsWithIndex((i, it) => {
        ran.push(i);
        return it;
      })
      .cache();
    await rdd.take(1);
    await rdd.collect();
    assert.deepEqual(ran, [0, 1, 2, 3]);
  }));

test("what is wholly cached does not need the shuffle before it", () =>
  withContext("local", async sc => {
    const stages: number[] = [];
    const rdd = sc.parallelize([1, 1, 2]).distinct().cache();
    await rdd.count();
    sc.addSparkListener({ onStageSubmitted: e => stages.push(e.stageInfo.stageId) });
    await rdd.map(x => x).count();
    assert.equal(stages.length, 1);
  }));

const node = (id: number, level: StorageLevel) => ({ id, storageLevel: level }) as never;

/** A task, as far as the store knows it. */
function reader() {
  const listeners: (() => void)[] = [];
  return {
    addTaskCompletionListener: (f: () => void) => listeners.push(f),
    end: () => {
      for (const f of listeners.splice(0)) f();
    },
  };
}

test("a task reads the file of a block to its end though its RDD is unpersisted meanwhile", () => {
  const local = new LocalDir(dir);
  const store = new LocalBlockStore(new MemoryManager(1e6, 0.5, 1), new SpillFiles(local), () => {});
  store.put(node(1, StorageLevel.DISK_ONLY), 0, ["a", "b"]);
  const [here, away] = [reader(), reader()];
  const elements = store.get(1, 0, here)!;
  const { path: file } = store.getPacked(1, 0, away) as { path: string };
  store.remove(1);
  assert.equal(store.get(1, 0, here), undefined);
  assert.deepEqual([...elements].flat(), ["a", "b"]);
  here.end();
  assert.equal(existsSync(file), true);
  away.end();
  assert.equal(existsSync(file), false);
  local.remove();
});

test("the least recently used block leaves memory first: to disk where the level says so", () => {
  const updates: string[] = [];
  const memory = new MemoryManager(2200, 0.5, 1);
  const store = new LocalBlockStore(memory, new SpillFiles(new LocalDir(dir)), (id, memory, disk) =>
    updates.push(`${id} ${memory > 0 ? "memory" : ""}${disk > 0 ? "disk" : ""}`),
  );
  const hundred = Array.from({ length: 100 }, (_, i) => i + 0.5);
  store.put(node(1, StorageLevel.MEMORY_ONLY), 0, hundred);
  store.put(node(2, StorageLevel.MEMORY_AND_DISK), 0, hundred);
  assert.ok(store.get(1, 0, reader()));
  store.put(node(3, StorageLevel.MEMORY_ONLY), 0, hundred);
  assert.deepEqual([...store.get(2, 0, reader())!].flat(), hundred);
  assert.equal(store.stored(2).memory, 0);
  store.put(node(4, StorageLevel.MEMORY_ONLY), 0, hundred);
  assert.equal(store.get(1, 0, reader()), undefined);
  assert.deepEqual([...store.get(3, 0, reader())!].flat(), hundred);
  assert.deepEqual(updates, [
    "rdd_1_0 memory",
    "rdd_2_0 memory",
    "rdd_2_0 disk",
    "rdd_3_0 memory",
    "rdd_1_0 ",
    "rdd_4_0 memory",
  ]);
  store.clear();
});

test("tasks take what they need from the cache, down to the part that is kept for it", () => {
  const memory = new MemoryManager(1000, 0.5, 1);
  const evicted: number[] = [];
  memory.evict = bytes => {
    evicted.push(bytes);
    memory.noteStorage(-bytes);
  };
  memory.noteStorage(900);
  const task = memory.open();
  assert.equal(task.share, 500);
  const table = task.consumer();
  assert.ok(table.fits(100));
  assert.deepEqual(evicted, []);
  assert.ok(table.fits(300));
  assert.ok(table.fits(500));
  assert.deepEqual(evicted, [200, 200]);
  assert.equal(table.fits(501), false);
  assert.equal(memory.storageLimit, 500);
  task.release();
  assert.equal(memory.storageLimit, 1000);
  assert.deepEqual(evicted, [200, 200]);
});

test("instances of classes survive being made bytes, functions are refused", () => {
  const bytes = serializeElements([new Map([[1, new Set(["a"])]]), undefined, -0, 5n]);
  assert.ok(Buffer.isBuffer(bytes));
  assert.deepEqual(deserializeElements(bytes), [new Map([[1, new Set(["a"])]]), undefined, -0, 5n]);
});

test("checkpoint writes the data and forgets the lineage", () =>
  withContext("local[2]", async sc => {
    const base = sc.parallelize([3, 1, 2], 2);
    const rdd = base.map(x => [x, `v${x}`]).reduceByKey((a, b) => a + b);
    assert.throws(() => rdd.checkpoint(), /Checkpoint directory has not been set/);
    sc.setCheckpointDir(path.join(dir, "checkpoints"));
    const ran = sc.longAccumulator();
    const noted = rdd.map(x => {
      ran.add(1);
      return x;
    });
    noted.checkpoint();
    assert.equal(noted.isCheckpointed, false);
    const before = await noted.filter(() => true).collect();
    assert.equal(noted.isCheckpointed, true);
    assert.equal(ran.value, 6);
    assert.deepEqual(await noted.collect(), before);
    assert.equal(ran.value, 6);
    assert.deepEqual(
      noted.dependencies.map(d => d.rdd.toString().split("[")[0]),
      ["ReliableCheckpointRDD"],
    );
    assert.ok(existsSync(noted.getCheckpointFile()!.replace("file:", "")));
    assert.equal(noted.getNumPartitions(), 2);
  }));

test("localCheckpoint keeps the data in the cache and forgets the lineage", () =>
  withContext("local[2]", async sc => {
    const ran = sc.longAccumulator();
    const rdd = sc
      .parallelize([1, 2, 3], 3)
      .map(x => {
        ran.add(1);
        return x * 2;
      })
      .localCheckpoint();
    assert.equal(await rdd.first(), 2);
    assert.equal(rdd.isCheckpointed, true);
    assert.deepEqual(await rdd.map(x => x + 1).collect(), [3, 5, 7]);
    assert.equal(ran.value, 3);
    assert.equal(rdd.dependencies.length, 1);
    rdd.unpersist();
    await assert.rejects(rdd.collect(), /Checkpoint block rdd_1_0 not found/);
  }));

test("descriptions of storage levels are Spark's", () => {
  assert.equal(StorageLevel.MEMORY_ONLY.description, "Memory Deserialized 1x Replicated");
  assert.equal(StorageLevel.MEMORY_AND_DISK_SER_2.description, "Disk Memory Serialized 2x Replicated");
  assert.equal(String(StorageLevel.MEMORY_AND_DISK), "StorageLevel(disk, memory, deserialized, 1 replicas)");
});
