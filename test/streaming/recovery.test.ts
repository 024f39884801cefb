import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Seconds, type State, StateSpec, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { decodeCheckpoint } from "../../src/streaming/checkpoint/checkpoint.js";
import { useRuns } from "./helpers/runs.js";
import { Script } from "./helpers/script.js";
import { quietly, signal, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const { newDirectory, run } = useRuns(spark);

type Pair = [string, number];
const sum = (values: number[], before: number | undefined) => values.reduce((a, b) => a + b, before ?? 0);

const counts = (elementsAt: (time: number) => string[]) => (ssc: StreamingContext) =>
  new Script(ssc, elementsAt).map((w): Pair => [w, 1]).updateStateByKey(sum);
const letters = (time: number) => (time === 2000 ? ["a", "b"] : ["a"]);

test("a state goes on where it was", async () => {
  const program = { dir: newDirectory(), stream: counts(letters) };
  const first = await run(program, 0, 3000);
  assert.deepEqual(first.batches.get(3000), [
    ["a", 3],
    ["b", 1],
  ]);
  const second = await run(program, 3000, 5000);
  assert.deepEqual(
    [...second.batches],
    [
      [
        4000,
        [
          ["a", 4],
          ["b", 1],
        ],
      ],
      [
        5000,
        [
          ["a", 5],
          ["b", 1],
        ],
      ],
    ],
  );
  assert.deepEqual(
    second.log.filter(line => line.startsWith("WARN")),
    [],
  );
});

test("batches that were missed are made up for", async () => {
  const program = { dir: newDirectory(), stream: counts(letters) };
  await run(program, 0, 2000);
  const { batches } = await run(program, 6500, 7000);
  assert.deepEqual([...batches.keys()], [3000, 4000, 5000, 6000, 7000]);
  assert.deepEqual(batches.get(7000), [
    ["a", 7],
    ["b", 1],
  ]);
});

test("a long absence: every batch is made up for, and the state sees each", async () => {
  const dir = newDirectory();
  const queue = [spark.sc.parallelize(["a"], 1)];
  const stream = (ssc: StreamingContext) =>
    ssc
      .queueStream(queue.splice(0))
      .map((w): Pair => [w, 1])
      .updateStateByKey((_: number[], n: number | undefined) => (n ?? 0) + 1);
  await run({ dir, stream }, 0, 1000);
  const { batches } = await run({ dir, stream }, 2_001_000, 2_001_000);
  assert.equal(batches.size, 2000);
  assert.deepEqual(batches.get(2_001_000), [["a", 2001]]);
});

test("a long absence: checkpoints name only so many of the batches that are made up for", async () => {
  const dir = newDirectory();
  let named = 0;
  const stream = (ssc: StreamingContext) => {
    const counted = ssc
      .queueStream<string>([])
      .map((w): Pair => [w, 1])
      .updateStateByKey(sum);
    counted.foreachRDD((_, time) => {
      if (time.milliseconds !== 5_000_000) return;
      const newest = readdirSync(dir).findLast(name => /^checkpoint-\d+$/.test(name))!;
      named = decodeCheckpoint(readFileSync(path.join(dir, newest), "utf8"), newest).batches.length;
    });
    return counted;
  };
  await run({ dir, stream }, 0, 1000);
  await run({ dir, stream }, 5_001_000, 5_001_000);
  // A thousand are decided at a time.
  assert.ok(named > 0 && named < 3000, `${named} of 5000 batches`);
});

test("mapWithState keeps its states, and when each last had data", async () => {
  const dir = newDirectory();
  const spec = () =>
    StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
      if (state.isTimingOut()) return `${key} left with ${state.get()}`;
      state.update((state.getOption() ?? 0) + value!);
      return `${key} ${state.get()}`;
    }).timeout(Seconds(3));
  const stream = (ssc: StreamingContext) =>
    new Script(ssc, t => (t === 2000 ? ["x", "y"] : ["x"])).map((w): Pair => [w, 1]).mapWithState(spec());
  await run({ dir, stream }, 0, 3000);
  const { batches } = await run({ dir, stream }, 3000, 7000);
  assert.deepEqual(
    [...batches],
    [
      [4000, ["x 4"]],
      [5000, ["x 5"]],
      [6000, ["x 6", "y left with 1"]],
      [7000, ["x 7"]],
    ],
  );
});

test("with several jobs at a time a batch that has not ended is run again, though later ones have and states were saved", async () => {
  const dir = newDirectory();
  await withOwnSpark(spark, { "spark.streaming.concurrentJobs": "2" }, async sc => {
    const clock = new ManualClock();
    const ssc = new StreamingContext(sc, Seconds(1), { clock });
    ssc.checkpoint(dir);
    const later = signal();
    counts(letters)(ssc).foreachRDD((_, time) => {
      if (time.milliseconds === 30_000) later.resolve();
      return time.milliseconds === 3000 ? new Promise(() => {}) : undefined;
    });
    await ssc.start();
    for (let t = 1; t <= 30; t++) void clock.advance(1000);
    await later.promise;
    await quietly(() => ssc.stop(false));
  });
  const { batches } = await run({ dir, stream: counts(letters) }, 30_000, 31_000);
  assert.deepEqual(
    batches.get(3000)?.map(([word, n]) => `${word} ${n}`),
    ["a 3", "b 1"],
  );
  assert.deepEqual(batches.get(31_000)?.[0], ["a", 31]);
});

test("a batch whose jobs had not ended is run again with the same elements", async () => {
  const dir = newDirectory();
  const queue = [[1, 2], [3]].map(xs => spark.sc.parallelize(xs, 2));
  const clock = new ManualClock();
  const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
  ssc.checkpoint(dir);
  let hang!: () => void;
  const hangs = new Promise<void>(resolve => {
    hang = resolve;
  });
  ssc.queueStream(queue).foreachRDD(() => {
    hang();
    return new Promise(() => {});
  });
  await ssc.start();
  void clock.advance(1000);
  await hangs;
  await quietly(() => ssc.stop(false));
  const { batches } = await run({ dir, stream: ssc => ssc.queueStream<number>([]) }, 1000, 2000);
  assert.deepEqual(
    [...batches],
    [
      [1000, [1, 2]],
      [2000, []],
    ],
  );
});

test("operators are found by the uid that was given, though the graph around them changed", async () => {
  const dir = newDirectory();
  const before = (ssc: StreamingContext) =>
    new Script(ssc, letters)
      .map((w): Pair => [w, 1])
      .updateStateByKey(sum)
      .uid("counts");
  const after = (ssc: StreamingContext) => {
    const pairs = new Script(ssc, letters).map((w): Pair => [w, 1]);
    pairs.updateStateByKey((values: number[]) => values.length).foreachRDD(() => {});
    return pairs
      .filter(() => true)
      .updateStateByKey(sum)
      .uid("counts");
  };
  await run({ dir, stream: before }, 0, 3000);
  const { batches, log } = await run({ dir, stream: after }, 3000, 4000);
  assert.deepEqual(batches.get(4000), [
    ["a", 4],
    ["b", 1],
  ]);
  assert.match(
    log.join("\n"),
    /WARN Checkpoint: updateStateByKey \(updateStateByKey#0\) is not in the checkpoint: its state begins anew/,
  );
});

test("a state whose operator is gone is told", async () => {
  const dir = newDirectory();
  await run({ dir, stream: counts(letters) }, 0, 3000);
  const { log } = await run({ dir, stream: ssc => new Script(ssc, letters) }, 3000, 4000);
  assert.match(
    log.join("\n"),
    /WARN Checkpoint: The checkpoint has the state of updateStateByKey#0, which the program no longer has/,
  );
});

test("a state that was spread over another number of partitions moves", async () => {
  const dir = newDirectory();
  const stream = (n: number) => (ssc: StreamingContext) =>
    new Script(ssc, letters).map((w): Pair => [w, 1]).updateStateByKey(sum, n);
  await run({ dir, stream: stream(2) }, 0, 3000);
  const { batches } = await run({ dir, stream: stream(5) }, 3000, 4000);
  assert.deepEqual(batches.get(4000), [
    ["a", 4],
    ["b", 1],
  ]);
});

test("another batch duration is an error that names both", async () => {
  const dir = newDirectory();
  await run({ dir, stream: counts(letters) }, 0, 2000);
  await assert.rejects(
    run({ dir, stream: counts(letters), batch: Seconds(2) }, 2000, 4000),
    /was written with a batch of 1000 ms, and this program has 2000 ms: use Milliseconds\(1000\), or another directory/,
  );
});

test("a directory by a scheme that nobody knows is an error at once", async () => {
  const dir = "s3a://bucket/checkpoints";
  await assert.rejects(
    StreamingContext.getOrCreate(dir, () => assert.fail("not made")),
    { code: "NO_FILE_SYSTEM" },
  );
  await withStream(spark.sc, async ssc => {
    assert.throws(() => ssc.checkpoint(dir), { code: "NO_FILE_SYSTEM", message: /No FileSystem for scheme "s3a"/ });
  });
});

test("a directory that is a file is an error that says so", async () => {
  const file = newDirectory();
  writeFileSync(file, "");
  await assert.rejects(
    StreamingContext.getOrCreate(file, () => assert.fail("not made")),
    {
      code: "UNREADABLE",
      message: /^Cannot read file:.*: a part of the path is a file, not a directory\.$/,
    },
  );
});

const checkpointsIn = (dir: string) =>
  readdirSync(dir)
    .filter(name => name.startsWith("checkpoint-"))
    .sort();

test("where the newest checkpoint is cut short the one before serves", async () => {
  const dir = newDirectory();
  const program = { dir, stream: counts(letters) };
  await run(program, 0, 4000);
  const newest = path.join(dir, checkpointsIn(dir).at(-1)!);
  truncateSync(newest, Math.floor(readFileSync(newest).length / 2));
  const { batches, log } = await run(program, 4000, 5000);
  assert.deepEqual(batches.get(5000), [
    ["a", 5],
    ["b", 1],
  ]);
  assert.match(
    log.join("\n"),
    /WARN Checkpoint: .* is damaged: it is cut short\. The one before, checkpoint-\d+, is used/,
  );
});

test("where the newest state is cut short an older one and the batches since serve", async () => {
  const dir = newDirectory();
  const program = { dir, stream: counts(letters) };
  await run(program, 0, 25_000);
  const states = readdirSync(dir).filter(name => name.startsWith("data-state-"));
  const newest = states.sort((a, b) => Number(a.split("-").at(-1)) - Number(b.split("-").at(-1))).at(-1)!;
  truncateSync(path.join(dir, newest), 10);
  const { batches } = await run(program, 25_000, 26_000);
  assert.deepEqual(batches.get(26_000), [
    ["a", 26],
    ["b", 1],
  ]);
});

test("a checkpoint of a later version is refused by its number, and nothing is touched", async () => {
  const dir = newDirectory();
  mkdirSync(dir);
  writeFileSync(path.join(dir, "checkpoint-0000000007"), '{"checkpoint":"tspark","version":99}\n{"x":1}\n');
  const program = { dir, stream: counts(letters) };
  await assert.rejects(
    run(program, 0, 1000),
    /is a checkpoint of version 99; this tspark reads version 1\. Nothing was changed/,
  );
  assert.deepEqual(readdirSync(dir), ["checkpoint-0000000007"]);
});

test("a directory in which nothing can be read is an error that lists why", async () => {
  const dir = newDirectory();
  mkdirSync(dir);
  writeFileSync(path.join(dir, "checkpoint-0000000001"), "rubbish");
  await assert.rejects(
    run({ dir, stream: counts(letters) }, 0, 1000),
    /No checkpoint in .* can be read: The checkpoint file checkpoint-0000000001 is damaged: it is cut short/,
  );
});

test("old checkpoints and states are removed", async () => {
  const dir = newDirectory();
  await run({ dir, stream: counts(letters) }, 0, 60_000);
  const names = readdirSync(dir);
  const timesOf = (what: string) =>
    names.filter(name => name.startsWith(what)).map(name => Number(name.split("-").at(-1)));
  assert.deepEqual(timesOf("data-state"), [51_000, 60_000], "the newest, and one to fall back on");
  assert.ok(Math.min(...timesOf("data-batch")) > 50_000, names.join(" "));
  const [oldest = 0, ...newer] = timesOf("checkpoint");
  assert.ok(oldest > 100 && newer.length <= 4, names.join(" "));
});

test("files that appeared while nobody looked are taken, once", async () => {
  const dir = newDirectory();
  const input = newDirectory();
  mkdirSync(input);
  const put = (name: string) => {
    writeFileSync(path.join(input, name), `${name}\n`);
    utimesSync(path.join(input, name), new Date(), new Date());
  };
  put("before");
  const stream = (ssc: StreamingContext) => ssc.textFileStream(input);
  const program = { dir, stream };
  await run(program, 0, 1000);
  put("between");
  const second = await run(program, 1000, 3000);
  assert.deepEqual([...second.batches.values()].flat(), ["between"]);
  const third = await run(program, 3000, 5000);
  assert.deepEqual([...third.batches.values()].flat(), []);
});

test("a long absence: each file that appeared is taken once, however many batches are made up for", async () => {
  const dir = newDirectory();
  const input = newDirectory();
  mkdirSync(input);
  const now = Math.floor(Date.now() / 1000) * 1000;
  const program = { dir, stream: (ssc: StreamingContext) => ssc.textFileStream(input) };
  await run(program, now - 200_000, now - 199_000);
  for (const age of [150, 100, 50]) {
    const file = path.join(input, `${age}`);
    writeFileSync(file, `${age}\n`);
    utimesSync(file, now / 1000 - age, now / 1000 - age);
  }
  const { batches } = await run(program, now, now + 1000);
  assert.deepEqual([...batches.values()].flat().sort(), ["100", "150", "50"]);
});

test("a rate stream goes on with the next value", async () => {
  const program = { dir: newDirectory(), stream: (ssc: StreamingContext) => ssc.rateStream(2).map(row => row.value) };
  await run(program, 0, 2000);
  const { batches } = await run(program, 3000, 4000);
  assert.deepEqual(
    [...batches.values()],
    [
      [4, 5],
      [6, 7],
    ],
  );
});

test("the function of getOrCreate must make a context, and may take its time", async () => {
  await assert.rejects(
    StreamingContext.getOrCreate(newDirectory(), () => undefined as never),
    /returned undefined: it must return a StreamingContext/,
  );
  const ssc = await StreamingContext.getOrCreate(
    newDirectory(),
    async () => new StreamingContext(spark.sc, Seconds(1)),
  );
  assert.equal(ssc.getState(), "INITIALIZED");
});
