import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Milliseconds, Seconds } from "tspark";
import { runOperation, sorted, testOperation } from "tspark/testing";
import { useDirectory, useSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const dir = useDirectory();
const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;

const FIVE = [[1], [2], [3], [4], [5]];

test("window holds the last batches, at every batch", () =>
  testOperation(FIVE, s => s.window(Seconds(2)), [[1], [1, 2], [2, 3], [3, 4], [4, 5]], { ordered: true }));

test("window slides by more than a batch", () =>
  testOperation(
    [...FIVE, [6]],
    s => s.window(Seconds(3), Seconds(2)),
    [
      [1, 2],
      [2, 3, 4],
      [4, 5, 6],
    ],
    { ordered: true },
  ));

test("window may be shorter than its slide", () =>
  testOperation([...FIVE, [6]], s => s.window(Seconds(1), Seconds(3)), [[3], [6]], { ordered: true }));

test("countByWindow", () =>
  testOperation([[1, 2], [], [3], []], s => s.countByWindow(Seconds(2), Seconds(1)), [[2], [2], [1], [1]]));

test("reduceByWindow, from all batches and by what changed", async () => {
  const sums = [[1], [3], [5], [7], [9]];
  await testOperation(FIVE, s => s.reduceByWindow(add, Seconds(2), Seconds(1)), sums);
  await testOperation(FIVE, s => s.reduceByWindow(add, subtract, Seconds(2), Seconds(1)), sums, {
    checkpointDir: dir.path,
  });
});

test("countByValueAndWindow drops what is not in the window any more, without a checkpoint directory", () =>
  testOperation([["a", "b"], ["a"], []], s => s.countByValueAndWindow(Seconds(2), Seconds(1)), [
    [
      ["a", 1],
      ["b", 1],
    ],
    [
      ["a", 2],
      ["b", 1],
    ],
    [["a", 1]],
  ]));

test("groupByKeyAndWindow", () =>
  testOperation(
    [
      [["a", 1]],
      [
        ["a", 2],
        ["b", 3],
      ],
      [],
    ] as [string, number][][],
    s => s.groupByKeyAndWindow(Seconds(2)),
    [
      [["a", [1]]],
      [
        ["a", [1, 2]],
        ["b", [3]],
      ],
      [
        ["a", [2]],
        ["b", [3]],
      ],
    ],
  ));

const PAIRS: [string, number][][] = [
  [
    ["a", 1],
    ["a", 2],
  ],
  [["b", 3]],
  [],
  [["a", 4]],
];

test("reduceByKeyAndWindow", () =>
  testOperation(PAIRS, s => s.reduceByKeyAndWindow(add, Seconds(2)), [
    [["a", 3]],
    [
      ["a", 3],
      ["b", 3],
    ],
    [["b", 3]],
    [["a", 4]],
  ]));

test("with an inverse function a key stays with the value of nothing", () =>
  testOperation(
    PAIRS,
    s => s.reduceByKeyAndWindow(add, subtract, Seconds(2)),
    [
      [["a", 3]],
      [
        ["a", 3],
        ["b", 3],
      ],
      [
        ["a", 0],
        ["b", 3],
      ],
      [
        ["a", 4],
        ["b", 0],
      ],
    ],
    { checkpointDir: dir.path },
  ));

test("filterFunc drops keys", () =>
  testOperation(
    PAIRS,
    s => s.reduceByKeyAndWindow(add, subtract, Seconds(2), Seconds(1), 3, ([, n]) => n !== 0),
    [
      [["a", 3]],
      [
        ["a", 3],
        ["b", 3],
      ],
      [["b", 3]],
      [["a", 4]],
    ],
    { checkpointDir: dir.path },
  ));

test("a window with an inverse function, shorter than its slide, begins anew", () =>
  testOperation(
    [[["a", 1]], [["a", 2]], [["a", 4]], [["a", 8]]] as [string, number][][],
    s => s.reduceByKeyAndWindow(add, subtract, Seconds(1), Seconds(2)),
    [[["a", 2]], [["a", 8]]],
    { checkpointDir: dir.path },
  ));

test("windows of windows", () =>
  testOperation(
    [...FIVE, [6]],
    s => s.window(Seconds(2), Seconds(2)).window(Seconds(4), Seconds(2)),
    [
      [1, 2],
      [1, 2, 3, 4],
      [3, 4, 5, 6],
    ],
    { ordered: true },
  ));

test("windows and slides are multiples of the stream's slide; the error names those that fit", () =>
  withStream(spark.sc, async ssc => {
    const s = ssc.queueStream<number>([]);
    assert.throws(() => s.window(Milliseconds(1500)), {
      code: "NOT_A_MULTIPLE",
      message:
        "The window duration of a windowed stream (1500 ms) must be a multiple of the slide duration of the parent stream (1000 ms): pass Milliseconds(1000) or Milliseconds(2000).",
    });
    assert.throws(() => s.window(Seconds(2), Milliseconds(700)), {
      code: "NOT_A_MULTIPLE",
      message: /pass Milliseconds\(1000\)\./,
    });
    assert.throws(() => s.window(Seconds(2), Seconds(2)).window(Seconds(3)), { code: "NOT_A_MULTIPLE" });
    assert.throws(() => s.window(Seconds(0)), { code: "DURATION_NOT_POSITIVE" });
    assert.throws(() => s.window(3000 as never), {
      code: "NOT_A_DURATION",
      message: /not 3000: pass e.g. Seconds\(1\)/,
    });
    assert.throws(() => s.map((x): [number, number] => [x, x]).reduceByKeyAndWindow(add, subtract, Milliseconds(10)), {
      code: "NOT_A_MULTIPLE",
    });
  }));

/** What a window of `w` batches holds at every `slide` batches, in plain arrays. */
function model<T>(batches: readonly (readonly T[])[], w: number, slide: number): T[][] {
  const out: T[][] = [];
  for (let end = slide; end <= batches.length; end += slide) {
    out.push(batches.slice(Math.max(0, end - w), end).flat());
  }
  return out;
}

const key = fc.constantFrom("a", "b", "c");
const batch = fc.array(fc.tuple(key, fc.integer({ min: -5, max: 5 })), { maxLength: 5 });

test("windows of random streams are those of a plain model", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      async (batches, w, slide) => {
        const plain = await runOperation(batches, s => s.window(Seconds(w), Seconds(slide)));
        assert.deepEqual(plain.map(sorted), model(batches, w, slide).map(sorted));
      },
    ),
    { numRuns: 25 },
  ));

test("incremental windows of random streams are those that are computed whole", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      async (batches, w, slide) => {
        const counted = (pairs: readonly (readonly [string, number])[]) => {
          const sums = new Map<string, [number, number]>();
          for (const [k, v] of pairs) {
            const [sum, n] = sums.get(k) ?? [0, 0];
            sums.set(k, [sum + v, n + 1]);
          }
          return [...sums];
        };
        const actual = await runOperation(
          batches,
          s =>
            s
              .mapValues((v): [number, number] => [v, 1])
              .reduceByKeyAndWindow(
                (a, b): [number, number] => [a[0] + b[0], a[1] + b[1]],
                (a, b): [number, number] => [a[0] - b[0], a[1] - b[1]],
                Seconds(w),
                Seconds(slide),
                2,
                ([, [, n]]) => n > 0,
              ),
          { checkpointDir: dir.path },
        );
        assert.deepEqual(
          actual.map(sorted),
          model(batches, w, slide).map(b => sorted(counted(b))),
        );
      },
    ),
    { numRuns: 25 },
  ));
