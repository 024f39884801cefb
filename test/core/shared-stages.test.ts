import assert from "node:assert/strict";
import { test } from "node:test";
import { HashPartitioner, RDD, type SparkContext, TaskContext } from "tspark";
import { SourceNode } from "../../src/core/plan/source-node.js";
import { withContext } from "./with-context.js";

/** Lets tasks in until it is closed, and holds the others until it is opened again. */
class Gate {
  #open!: () => void;
  #passed!: () => void;
  #opened = Promise.resolve();
  /** Resolves when somebody waits. */
  reached = Promise.resolve();

  close(): void {
    this.#opened = new Promise(resolve => {
      this.#open = resolve;
    });
    this.reached = new Promise(resolve => {
      this.#passed = resolve;
    });
  }

  open(): void {
    this.#open();
  }

  pass(): Promise<void> {
    this.#passed?.();
    return this.#opened;
  }
}

/** Starts a job in a group of its own. */
function inGroup<T>(sc: SparkContext, group: string, run: () => Promise<T>): Promise<T> {
  return (async () => {
    sc.setJobGroup(group, group);
    return run();
  })();
}

const cancelled = (job: Promise<unknown>) => assert.rejects(job, /cancelled part of cancelled job group/);
const turns = async (n: number) => {
  for (let i = 0; i < n; i++) await new Promise(resolve => setImmediate(resolve));
};

/** Cancels the job of the group `first` while it and what else waits for the same are held at the gate, then opens that. */
async function cancelAtGate(sc: SparkContext, gate: Gate, first: Promise<unknown>): Promise<void> {
  await gate.reached;
  await turns(2);
  sc.cancelJobGroup("first");
  await cancelled(first);
  gate.open();
}

/** Pairs whose map side waits at the gate. */
function gated(sc: SparkContext, gate: Gate): RDD<[number, number]> {
  return sc.parallelize([1, 2, 3, 4], 2).mapAsync(async x => {
    await gate.pass();
    return [x % 2, x] as [number, number];
  });
}

test("a job that needs the shuffle of a cancelled one begins it anew, while the old attempt is still ending", () =>
  withContext("local[1]", async sc => {
    const gate = new Gate();
    gate.close();
    // Takes the only slot: what waits for one does not end before.
    const other = gated(sc, gate).count();
    await gate.reached;
    const sums = sc
      .parallelize([1, 2, 3, 4], 2)
      .map(x => [x % 2, x] as [number, number])
      .reduceByKey((a, b) => a + b);
    const first = inGroup(sc, "first", () => sums.count());
    await turns(2);
    sc.cancelJobGroup("first");
    await cancelled(first);
    const second = sums.collectAsMap();
    await turns(2);
    gate.open();
    assert.equal(await other, 4);
    assert.deepEqual([...(await second)].sort(), [
      [0, 6],
      [1, 4],
    ]);
  }));

/** One pair, with the number of the reading as its value. The first reading waits at the gate before it says that there is no more. */
class Readings extends SourceNode<[string, number]> {
  readonly kind = "ReadingsRDD";
  #readings = 0;

  constructor(private readonly gate: Gate) {
    super();
  }

  protected listPartitions() {
    return [{ index: 0 }];
  }

  async *compute(): AsyncGenerator<readonly [string, number][]> {
    const reading = ++this.#readings;
    yield [["reading", reading]];
    if (reading === 1) await this.gate.pass();
  }
}

test("what a task of a cancelled job has made at last does not take the place of what its successor made", () =>
  withContext("local[2]", async sc => {
    const gate = new Gate();
    gate.close();
    const spread = new RDD(sc, new Readings(gate)).partitionBy(new HashPartitioner(2));
    const first = inGroup(sc, "first", () => spread.count());
    await gate.reached;
    sc.cancelJobGroup("first");
    await cancelled(first);
    assert.deepEqual(await spread.collect(), [["reading", 2]]);
    gate.open();
    await turns(2);
    assert.deepEqual(await spread.collect(), [["reading", 2]]);
  }));

type Pairs = RDD<[number, number]>;
/** What would be kept of a task, what kills it while it ends, and how many records it has written by then. */
const AT_LAST: Record<string, [keep: (pairs: Pairs) => Pairs, end: (kill: () => void) => void, written: number]> = {
  "in the cache": [pairs => pairs.cache(), kill => kill(), 0],
  "in the shuffle": [pairs => pairs, kill => kill(), 0],
  "in the shuffle, where a completion listener did it": [
    pairs => pairs,
    kill => TaskContext.get()!.addTaskCompletionListener(kill),
    1,
  ],
};

for (const [where, [keep, end, written]] of Object.entries(AT_LAST)) {
  test(`a task that is killed while it ends has not succeeded: its successor finds nothing of it ${where}`, () =>
    withContext("local[1]", async sc => {
      const ends: string[] = [];
      sc.addSparkListener({
        onTaskEnd: ({ taskInfo, taskMetrics, reason }) =>
          ends.push(`${taskInfo.index}, ${taskMetrics.shuffleWriteRecords} written: ${reason}`),
      });
      const computed: number[] = [];
      const pairs = sc.parallelize([1, 2, 3], 3).map(x => {
        computed.push(x);
        if (x === 2) end(() => sc.cancelJobGroup("first"));
        return [x % 2, x] as [number, number];
      });
      const sums = keep(pairs).reduceByKey((a, b) => a + b, 1);
      await cancelled(inGroup(sc, "first", () => sums.collect()));
      await turns(2);
      assert.deepEqual(ends, [
        "0, 1 written: Success",
        `1, ${written} written: SparkError: TaskKilled (job 0 cancelled)`,
      ]);
      assert.deepEqual((await inGroup(sc, "second", () => sums.collect())).sort(), [
        [0, 2],
        [1, 4],
      ]);
      assert.deepEqual(computed, [1, 2, 2, 3]);
    }));
}

test("a cancelled job takes no stage with it that another job has behind the one it waits for", () =>
  withContext("local[2]", async sc => {
    const gate = new Gate();
    gate.close();
    const twice = gated(sc, gate)
      .reduceByKey((a, b) => a + b)
      .map(([k, v]) => [v, k] as [number, number])
      .groupByKey();
    const submitted: number[] = [];
    sc.addSparkListener({ onStageSubmitted: e => submitted.push(e.stageInfo.stageId) });
    const first = inGroup(sc, "first", () => twice.count());
    const second = inGroup(sc, "second", () => twice.count());
    await cancelAtGate(sc, gate, first);
    assert.equal(await second, 2);
    await turns(2);
    // Stage 2 is the cancelled job's own: it has nothing to do any more, when what it waited for is there.
    assert.deepEqual(submitted, [0, 1, 3]);
  }));

for (const [what, prepared] of [
  ["the places of zipWithIndex", (pairs: RDD<[number, number]>) => pairs.zipWithIndex()],
  ["the ranges of sortByKey", (pairs: RDD<[number, number]>) => pairs.sortByKey()],
] as const) {
  test(`two jobs find out ${what} once, and the one goes on when the other is cancelled`, () =>
    withContext("local[2]", async sc => {
      const gate = new Gate();
      gate.close();
      let ran = 0;
      const pairs = gated(sc, gate).map(pair => {
        ran++;
        return pair;
      });
      const rdd: RDD<unknown> = prepared(pairs);
      const first = inGroup(sc, "first", () => rdd.count());
      const second = inGroup(sc, "second", () => rdd.count());
      await cancelAtGate(sc, gate, first);
      assert.equal(await second, 4);
      const once = ran;
      assert.equal(await rdd.map(x => x).count(), 4);
      assert.ok(once <= 8, `${once} elements were made`);
    }));
}

test("a preparation that was given up with its job is begun anew for the next one", () =>
  withContext("local[2]", async sc => {
    const gate = new Gate();
    gate.close();
    const numbered = gated(sc, gate).zipWithIndex();
    const first = inGroup(sc, "first", () => numbered.count());
    await gate.reached;
    sc.cancelJobGroup("first");
    const second = numbered.values().collect();
    gate.open();
    await cancelled(first);
    assert.deepEqual(await second, [0, 1, 2, 3]);
  }));

test("a cancelled job prepares nothing when the shuffle is there that it waited for with another", () =>
  withContext("local[2]", async sc => {
    const gate = new Gate();
    gate.close();
    const numbered = gated(sc, gate)
      .reduceByKey((a, b) => a + b, 2)
      .zipWithIndex();
    const first = inGroup(sc, "first", () => numbered.count());
    const second = inGroup(sc, "second", () => numbered.values().collect());
    await cancelAtGate(sc, gate, first);
    assert.deepEqual(await second, [0, 1]);
  }));

test("two jobs wait for one shuffle: when it fails, both fail, and a third begins it anew", () =>
  withContext("local[2]", async sc => {
    const gate = new Gate();
    gate.close();
    let broken = true;
    const sums = gated(sc, gate)
      .map(pair => {
        if (broken) throw new Error("not yet");
        return pair;
      })
      .reduceByKey((a, b) => a + b);
    const jobs = [sums.count(), sums.collect()];
    await gate.reached;
    await turns(2);
    gate.open();
    for (const result of await Promise.allSettled(jobs)) {
      assert.equal(result.status, "rejected");
      assert.match(String(result.status === "rejected" && result.reason), /Error: not yet$/);
    }
    broken = false;
    assert.equal(await sums.count(), 2);
  }));

test("a job cancelled before its first stage begins runs none", () =>
  withContext("local[2]", async sc => {
    let ran = 0;
    const submitted: number[] = [];
    sc.addSparkListener({
      onJobStart: () => sc.cancelJobGroup("g"),
      onStageSubmitted: e => submitted.push(e.stageInfo.stageId),
    });
    const rdd = sc.parallelize([1, 2], 2).map(x => {
      ran++;
      return x;
    });
    await cancelled(inGroup(sc, "g", () => rdd.count()));
    await turns(2);
    assert.deepEqual([ran, submitted], [0, []]);
  }));
