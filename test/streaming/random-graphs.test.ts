import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type DStream, Seconds } from "tspark";
import { runOperation2, sorted } from "tspark/testing";
import { useDirectory, useSpark } from "./helpers/streams.js";

useSpark();
const dir = useDirectory();

type Pair = [string, number];
/** What a stream holds, batch by batch. */
type Batches = Pair[][];

/** An operator: how a stream does it, and what that means for plain arrays. */
interface Operator {
  readonly name: string;
  stream(a: DStream<Pair>, b: DStream<Pair>): DStream<Pair>;
  plain(a: Batches, b: Batches): Batches;
}

const add = (a: number, b: number) => a + b;

function reduced(batch: readonly Pair[]): Pair[] {
  const sums = new Map<string, number>();
  for (const [k, v] of batch) sums.set(k, (sums.get(k) ?? 0) + v);
  return [...sums];
}

const windowed = (batches: Batches, w: number): Batches =>
  batches.map((_, i) => batches.slice(Math.max(0, i + 1 - w), i + 1).flat());

const OPERATORS: Operator[] = [
  {
    name: "mapValues",
    stream: a => a.mapValues(v => v + 1),
    plain: a => a.map(b => b.map(([k, v]): Pair => [k, v + 1])),
  },
  {
    name: "filter",
    stream: a => a.filter(([, v]) => v % 2 === 0),
    plain: a => a.map(b => b.filter(([, v]) => v % 2 === 0)),
  },
  { name: "union", stream: (a, b) => a.union(b), plain: (a, b) => a.map((x, i) => [...x, ...b[i]!]) },
  { name: "reduceByKey", stream: a => a.reduceByKey(add), plain: a => a.map(reduced) },
  { name: "window(2)", stream: a => a.window(Seconds(2)), plain: a => windowed(a, 2) },
  { name: "window(3)", stream: a => a.window(Seconds(3)), plain: a => windowed(a, 3) },
  {
    name: "reduceByKeyAndWindow(2)",
    stream: a => a.reduceByKeyAndWindow(add, Seconds(2)),
    plain: a => windowed(a, 2).map(reduced),
  },
  {
    name: "incremental window(3) of counts",
    stream: a =>
      a
        .mapValues(() => 1)
        .reduceByKeyAndWindow(
          add,
          (x, y) => x - y,
          Seconds(3),
          Seconds(1),
          2,
          ([, n]) => n > 0,
        ),
    plain: a => windowed(a, 3).map(batch => reduced(batch.map(([k]): Pair => [k, 1]))),
  },
  {
    name: "join",
    stream: (a, b) => a.join(b).mapValues(([x, y]) => x * 31 + y),
    plain: (a, b) =>
      a.map((xs, i) => xs.flatMap(([k, x]) => b[i]!.filter(([l]) => l === k).map(([, y]): Pair => [k, x * 31 + y]))),
  },
  {
    name: "updateStateByKey",
    stream: a => a.updateStateByKey((values: number[], sum: number | undefined) => values.reduce(add, sum ?? 0)),
    plain: a => a.map((_, i) => reduced(a.slice(0, i + 1).flat())),
  },
];

/** A graph in the order of its operators: each takes two of what was made before (0 and 1 are the inputs). */
const graph = fc.array(fc.record({ operator: fc.constantFrom(...OPERATORS), a: fc.nat(), b: fc.nat() }), {
  minLength: 1,
  maxLength: 6,
});
const batch = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: -3, max: 3 })), { maxLength: 4 });
const input = fc.array(batch, { minLength: 5, maxLength: 5 });

test("random graphs of windows, joins and state hold what plain arrays hold", () =>
  fc.assert(
    fc.asyncProperty(graph, input, input, async (steps, first, second) => {
      const build = <X>(inputs: [X, X], make: (o: Operator, a: X, b: X) => X): X => {
        const made: X[] = [...inputs];
        for (const { operator, a, b } of steps)
          made.push(make(operator, made[a % made.length]!, made[b % made.length]!));
        return made.at(-1)!;
      };
      const actual = await runOperation2(
        first,
        second,
        (a, b) => build([a, b] as [DStream<Pair>, DStream<Pair>], (o, x, y) => o.stream(x, y)),
        { checkpointDir: dir.path },
      );
      const expected = build([first, second] as [Batches, Batches], (o, x, y) => o.plain(x, y));
      assert.deepEqual(actual.map(sorted), expected.map(sorted), steps.map(s => s.operator.name).join(" → "));
    }),
    { numRuns: 60 },
  ));
