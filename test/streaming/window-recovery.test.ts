import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { type DStream, type RDD, Seconds, StreamingContext, type Time } from "tspark";
import { ManualClock, TestReceiver } from "tspark/testing";
import type { Clock } from "../../src/core/clock/clock.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/streaming/checkpoint/checkpoint.js";
import { type Program, useRuns } from "./helpers/runs.js";
import { Script } from "./helpers/script.js";
import { logOf, quietly, signal, useSpark } from "./helpers/streams.js";

const spark = useSpark();
const { newDirectory, run, crashed } = useRuns(spark);

type Pair = [string, number];
const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;
/** The batch at n seconds has the pair `["sum", n]`. */
const seconds = (ssc: StreamingContext) => new Script(ssc, t => [t / 1000]).map((n): Pair => ["sum", n]);
const sum = (values: number[], before: number | undefined) => values.reduce(add, before ?? 0);

test("windows, with and without inverse function, find the batches of the run before", async () => {
  const plain = (ssc: StreamingContext) => seconds(ssc).reduceByKeyAndWindow(add, Seconds(3));
  const inverse = (ssc: StreamingContext) => seconds(ssc).reduceByKeyAndWindow(add, subtract, Seconds(3));
  for (const stream of [plain, inverse]) {
    const dir = newDirectory();
    await run({ dir, stream }, 0, 4000);
    const { batches } = await run({ dir, stream }, 4000, 6000);
    assert.deepEqual(
      [...batches],
      [
        [5000, [["sum", 3 + 4 + 5]]],
        [6000, [["sum", 4 + 5 + 6]]],
      ],
    );
  }
});

test("a window that slides by more than a batch goes on after a crash, whichever batch comes first", async () => {
  const stream = (ssc: StreamingContext) => seconds(ssc).reduceByKeyAndWindow(add, subtract, Seconds(4), Seconds(2));
  for (const until of [11_000, 12_000, 13_000]) {
    const dir = await crashed({ dir: newDirectory(), stream }, until);
    const { batches } = await run({ dir, stream }, until + 1000, 20_000);
    const at = (n: number) => [n * 1000, [["sum", 4 * n - 6]]];
    const slides = [12, 14, 16, 18, 20].filter(n => n * 1000 > until);
    assert.deepEqual([...batches], slides.map(at), `crash after ${until}`);
  }
});

test("a window of states goes on after a crash with the states that it still holds", async () => {
  const sums = (ssc: StreamingContext) => seconds(ssc).updateStateByKey(sum);
  const plain = (ssc: StreamingContext) => sums(ssc).reduceByKeyAndWindow(add, Seconds(4), Seconds(2));
  const inverse = (ssc: StreamingContext) => sums(ssc).reduceByKeyAndWindow(add, subtract, Seconds(4), Seconds(2));
  const nested = (ssc: StreamingContext) => inverse(ssc).reduceByKeyAndWindow(add, subtract, Seconds(4), Seconds(2));
  for (const stream of [plain, inverse, nested]) {
    const whole = await run({ dir: newDirectory(), stream }, 0, 24_000);
    for (const until of [11_000, 12_000, 17_000]) {
      const dir = await crashed({ dir: newDirectory(), stream }, until);
      const { batches } = await run({ dir, stream }, until + 1000, 24_000);
      assert.deepEqual([...batches], [...whole.batches].slice(-batches.size), `crash after ${until}`);
      assert.equal([...batches.keys()].at(0), until < 12_000 ? 12_000 : until < 14_000 ? 14_000 : 18_000);
    }
  }
});

/** Streams that a receiver is fed with, without write-ahead log: nothing of what it received is kept but by states. */
const RECEIVED: Record<string, (words: DStream<string>) => DStream<unknown>> = {
  countByValueAndWindow: words => words.countByValueAndWindow(Seconds(4), Seconds(1)),
  "reduceByKeyAndWindow without inverse": words => pairs(words).reduceByKeyAndWindow(add, Seconds(4), Seconds(2)),
  "reduceByWindow without inverse": words => words.reduceByWindow((a, b) => (a > b ? a : b), Seconds(4), Seconds(1)),
  countByWindow: words => words.countByWindow(Seconds(4), Seconds(1)),
  "reduceByWindow with an inverse": words =>
    words.map(w => w.length).reduceByWindow(add, subtract, Seconds(4), Seconds(2)),
  "reduceByKeyAndWindow with an inverse, that slides by more than a batch": words =>
    pairs(words).reduceByKeyAndWindow(add, subtract, Seconds(6), Seconds(3), 2, ([, n]) => n > 0),
  "a slide that is longer than the window": words =>
    pairs(words).reduceByKeyAndWindow(add, subtract, Seconds(2), Seconds(3)),
  "a window of a window": words =>
    pairs(words)
      .reduceByKeyAndWindow(add, subtract, Seconds(4), Seconds(2))
      .reduceByKeyAndWindow(add, subtract, Seconds(4), Seconds(2)),
  "a count of windows": words =>
    pairs(words).reduceByKeyAndWindow(add, Seconds(3)).countByWindow(Seconds(4), Seconds(2)),
  "a window of states": words =>
    pairs(words).updateStateByKey(sum).reduceByKeyAndWindow(add, subtract, Seconds(4), Seconds(1)),
};
const pairs = (words: DStream<string>) => words.map((w): Pair => [w, 1]);

/** Something of most batches, of none from 6 to 8 s and from 15 s on. */
const wordsAt = (time: number) => {
  const at = time / 1000;
  if (at >= 15 || (at >= 6 && at <= 8)) return [];
  return ["a", "bb", "ccc", "dddd"].filter((_, i) => at % (i + 2) === 0 || i === at % 3);
};

function received<T>(
  dir: string,
  derive: (words: DStream<string>) => DStream<T>,
  wordsOf: (time: number) => readonly string[] = wordsAt,
): Program<T> {
  let receiver: TestReceiver<string>;
  return {
    dir,
    stream: ssc => {
      receiver = new TestReceiver<string>();
      return derive(ssc.receiverStream(receiver));
    },
    store: time => receiver.store(wordsOf(time)),
  };
}

for (const [name, derive] of Object.entries(RECEIVED)) {
  test(`what was received and kept nowhere leaves the window when its time has come: ${name}`, async () => {
    const whole = await run(received(newDirectory(), derive), 0, 18_000);
    for (const until of [2000, 7000, 10_000]) {
      const program = received(newDirectory(), derive);
      await run(program, 0, until);
      const { batches } = await run(program, until, 18_000);
      assert.deepEqual([...batches], [...whole.batches].slice(-batches.size), `stopped after ${until}`);
      assert.equal(batches.size, [...whole.batches.keys()].filter(time => time > until).length);
    }
  });

  test(`of what a crash loses nothing enters the window, nor leaves it: ${name}`, async () => {
    for (const until of [2000, 5000]) {
      // Lost is what came in the batches that ran when the process was killed.
      const wordsOf = (time: number) => (time === until || time === until + 1000 ? [] : wordsAt(time));
      const whole = await run(received(newDirectory(), derive, wordsOf), 0, 18_000);
      const left = await crashed(received(newDirectory(), derive), until - 1000);
      const again = await crashed(received(left, derive), until, until);
      const { batches } = await run(received(again, derive), until + 1000, 18_000);
      assert.deepEqual([...batches], [...whole.batches].slice(-batches.size), `crash after ${until}`);
    }
  });
}

test("what could not be saved when its batch ended is saved at the end of the run", async () => {
  const counts = (words: DStream<string>) => words.countByWindow(Seconds(4), Seconds(1));
  const dir = newDirectory();
  const clock = new ManualClock();
  const receiver = new TestReceiver<string>();
  const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
  ssc.checkpoint(dir);
  counts(ssc.receiverStream(receiver)).foreachRDD(() => {});
  await ssc.start();
  await receiver.store("a");
  const inTheWay = path.join(dir, "data-held-window_230-1000.tmp");
  mkdirSync(inTheWay);
  const log = await logOf(() => clock.advance(1000));
  assert.match(log.join("\n"), /WARN Checkpoint: The checkpoint could not be written/);
  rmSync(inTheWay, { recursive: true });
  await ssc.stop(false, true);
  const { batches } = await run(
    received(dir, counts, () => []),
    1000,
    3000,
  );
  assert.deepEqual(
    [...batches],
    [
      [2000, [1]],
      [3000, [1]],
    ],
  );
});

test("what was received and kept nowhere is told where a window looks back to it, once", async () => {
  const lost = (log: readonly string[]) => log.filter(line => line.includes("kept nowhere"));
  const words = (time: number) => (time === 4000 ? [] : ["a", "b"]);
  const plain = received(newDirectory(), stream => stream.window(Seconds(4)), words);
  await run(plain, 0, 5000);
  assert.deepEqual(lost((await run(plain, 5000, 9000)).log), [
    "WARN Checkpoint: 4 records of Test stream [0] in 2 batches from 3000 ms to 5000 ms were kept nowhere: windows that look back to them go on without them. With spark.streaming.receiver.writeAheadLog.enable=true what is received is kept",
  ]);
  const reduced = received(newDirectory(), stream => stream.countByValueAndWindow(Seconds(4), Seconds(1)), words);
  await run(reduced, 0, 5000);
  assert.deepEqual(lost((await run(reduced, 5000, 9000)).log), []);
});

test("a window goes on without the batches of a source that the program no longer has, or that an older version did not keep", async () => {
  const count = (words: DStream<string>) => words.countByValueAndWindow(Seconds(4), Seconds(1));
  const only = (from: number) => (time: number) => (time > from ? ["a"] : []);
  const expected = await run(received(newDirectory(), count, only(3000)), 0, 10_000);

  const named = (dir: string, uid: string) => ({
    dir,
    stream: (ssc: StreamingContext) => count(new Script(ssc, () => ["a"]).uid(uid)),
  });
  const other = newDirectory();
  await run(named(other, "one"), 0, 3000);
  const renamed = await run(named(other, "two"), 3000, 10_000);
  assert.deepEqual([...renamed.batches], [...expected.batches].slice(3));

  const program = received(newDirectory(), count, () => ["a"]);
  await run(program, 0, 3000);
  withoutHeld(program.dir);
  const older = await run(program, 3000, 10_000);
  assert.deepEqual([...older.batches], [...expected.batches].slice(3));
  assert.match(
    older.log.join("\n"),
    /WARN Checkpoint: 3 records of Test stream \[0\] in 3 batches from 1000 ms to 3000 ms/,
  );
});

/** Makes the newest checkpoint one of a version that did not save what windows hold. */
function withoutHeld(dir: string): void {
  const newest = path.join(
    dir,
    readdirSync(dir)
      .filter(name => name.startsWith("checkpoint"))
      .sort()
      .at(-1)!,
  );
  const checkpoint = decodeCheckpoint(readFileSync(newest, "utf8"), newest);
  const operators = checkpoint.operators.map(({ held, ...entry }) => entry);
  writeFileSync(newest, encodeCheckpoint({ ...checkpoint, operators }));
}

test("an inverse window that is new to the program holds the batches that are still known", async () => {
  const dir = newDirectory();
  await run({ dir, stream: ssc => seconds(ssc).reduceByKeyAndWindow(add, Seconds(3)) }, 0, 4000);
  const { batches } = await run(
    { dir, stream: ssc => seconds(ssc).reduceByKeyAndWindow(add, subtract, Seconds(3)) },
    4000,
    7000,
  );
  assert.deepEqual(
    [...batches],
    [5, 6, 7].map(n => [n * 1000, [["sum", 3 * n - 3]]]),
  );
});

test("an inverse window that the program makes otherwise is made again of its batches", async () => {
  type Window = (pairs: DStream<Pair>) => DStream<Pair>;
  const before: Window = pairs => pairs.reduceByKeyAndWindow(add, subtract, Seconds(3));
  const at = (n: number, key: string, value: number) => [n * 1000, [[key, value]]];
  const changes: Record<string, { window: Window; at5: unknown; told: number }> = {
    nothing: { window: before, at5: at(5, "sum", 3 + 4 + 5), told: 0 },
    "a function before it": {
      window: pairs => before(pairs.map(([key, n]): Pair => [key.toUpperCase(), n])),
      at5: at(5, "SUM", 3 + 4 + 5),
      told: 1,
    },
    "its own functions": {
      window: pairs =>
        pairs.reduceByKeyAndWindow(
          (a, b) => a * b,
          (a, b) => a / b,
          Seconds(3),
        ),
      at5: at(5, "sum", 3 * 4 * 5),
      told: 1,
    },
    "a shorter window": {
      window: pairs => pairs.reduceByKeyAndWindow(add, subtract, Seconds(2)),
      at5: at(5, "sum", 4 + 5),
      told: 1,
    },
  };
  for (const [name, { window, at5, told }] of Object.entries(changes)) {
    const dir = newDirectory();
    await run({ dir, stream: ssc => before(seconds(ssc)) }, 0, 4000);
    const { batches, log } = await run({ dir, stream: ssc => window(seconds(ssc)) }, 4000, 5000);
    assert.deepEqual([...batches], [at5], name);
    assert.equal(log.filter(line => /WARN.*reduceByKeyAndWindow#0 otherwise/.test(line)).length, told, name);
  }
});

test("an inverse window goes on when the program lies elsewhere, or has other closures before it", async () => {
  // As a function reads that has a closure in it, in a file that the transformer has been over.
  const marked = (name: string) =>
    Object.assign((rdd: RDD<Pair>) => rdd, { toString: () => `rdd => rdd.map(__tspark_mark("${name}", p => p))` });
  const stream = (name: string) => (ssc: StreamingContext) =>
    seconds(ssc).transform(marked(name)).reduceByKeyAndWindow(add, subtract, Seconds(3));
  const dir = newDirectory();
  await run({ dir, stream: stream("/releases/1/job.ts#0") }, 0, 4000);
  const { batches, log } = await run({ dir, stream: stream("/releases/2/job.ts#3") }, 4000, 5000);
  assert.deepEqual([...batches], [[5000, [["sum", 3 + 4 + 5]]]]);
  assert.doesNotMatch(log.join("\n"), /otherwise/);
});

/** A clock that nobody waits for. */
class BareClock implements Clock {
  #now = 0;
  #timers: { readonly time: number; readonly fire: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  monotonic(): number {
    return this.#now;
  }
  at(time: number, fire: () => void) {
    const timer = { time, fire };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter(each => each !== timer);
      },
    };
  }
  moveTo(time: number): void {
    this.#now = time;
    const due = this.#timers.filter(timer => timer.time <= time);
    this.#timers = this.#timers.filter(timer => timer.time > time);
    for (const { fire } of due) fire();
  }
}

test("what was received in a batch that was due while the one before ran is saved when it has ended", async () => {
  const dir = newDirectory();
  const left = newDirectory();
  const clock = new BareClock();
  const receiver = new TestReceiver<string>();
  const submitted = [signal(), signal(), signal()];
  const ended = [signal(), signal(), signal()];
  const at = (time: Time) => time.milliseconds / 1000 - 1;
  const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
  ssc.checkpoint(dir);
  ssc.addStreamingListener({
    onBatchSubmitted: ({ batchInfo }) => submitted[at(batchInfo.batchTime)]!.resolve(),
    onBatchCompleted: ({ batchInfo }) => ended[at(batchInfo.batchTime)]!.resolve(),
  });
  pairs(ssc.receiverStream(receiver))
    .updateStateByKey(sum)
    .foreachRDD((_, time) => (time.milliseconds === 1000 ? submitted[1]!.promise : undefined));
  await ssc.start();
  for (const [i, word] of ["a", "b", "c"].entries()) {
    await receiver.store(word);
    clock.moveTo((i + 1) * 1000);
    await submitted[i]!.promise;
    if (i === 1) await ended[1]!.promise;
  }
  cpSync(dir, left, { recursive: true });
  await quietly(() => ssc.stop(false));
  const states = (words: DStream<string>) => pairs(words).updateStateByKey(sum);
  const { batches } = await run(
    received(left, states, () => []),
    3000,
    4000,
  );
  assert.deepEqual(
    [...batches],
    [3000, 4000].map(time => [
      time,
      [
        ["a", 1],
        ["b", 1],
      ],
    ]),
  );
});
