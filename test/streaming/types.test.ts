import assert from "node:assert/strict";
import { test } from "node:test";
import { type DStream, Seconds, type State, StateSpec, type StreamingContext } from "tspark";

/** Fails to compile unless both types are the same. */
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(ok: Same<A, B>) => ok;

/** Never called: what is in it only has to compile. */
export function compiles(ssc: StreamingContext): void {
  const words = ssc.socketTextStream("localhost", 9999).flatMap(line => line.split(" "));
  same<typeof words, DStream<string>>(true);
  const pairs = words.map(w => [w, 1]);
  same<typeof pairs, DStream<[string, number]>>(true);
  const [window, slide] = [Seconds(2), Seconds(1)];

  const sums = pairs
    .mapValues(n => [n, 1])
    .reduceByKey(([a, c], [b, d]) => [a + b, c + d])
    .mapValues(([sum, n]) => sum / n);
  same<typeof sums, DStream<[string, number]>>(true);
  const plainWindow = pairs
    .mapValues(n => [n, 1])
    .reduceByKeyAndWindow(([a, c], [b, d]) => [a + b, c + d], window, slide);
  same<typeof plainWindow, DStream<[string, [number, number]]>>(true);
  const inverseWindow = pairs
    .mapValues(n => [n, 1])
    .reduceByKeyAndWindow(
      ([a, c], [b, d]) => [a + b, c + d],
      ([a, c], [b, d]) => [a - b, c - d],
      window,
      slide,
    );
  same<typeof inverseWindow, DStream<[string, [number, number]]>>(true);
  const single = words.map(w => [w.length, 1]).reduce(([a, c], [b, d]) => [a + b, c + d]);
  same<typeof single, DStream<[number, number]>>(true);
  const reduced = words.map(w => [w.length, 1]).reduceByWindow(([a, c], [b, d]) => [a + b, c + d], window, slide);
  same<typeof reduced, DStream<[number, number]>>(true);
  const flat = pairs.flatMapValues(n => [[n, "x"]]);
  same<typeof flat, DStream<[string, [number, string]]>>(true);

  const joined = pairs.join(sums);
  same<typeof joined, DStream<[string, [number, number]]>>(true);
  const left = pairs.leftOuterJoin(sums);
  same<typeof left, DStream<[string, [number, number | undefined]]>>(true);
  const full = pairs.fullOuterJoin(sums);
  same<typeof full, DStream<[string, [number | undefined, number | undefined]]>>(true);
  const grouped = pairs.cogroup(sums);
  same<typeof grouped, DStream<[string, [number[], number[]]]>>(true);

  const counts = pairs.updateStateByKey((values, sum: number | undefined) => values.reduce((a, b) => a + b, sum ?? 0));
  same<typeof counts, DStream<[string, number]>>(true);
  const mapped = pairs.mapWithState(
    StateSpec.function((key: string, value: number | undefined, state: State<number>) => [
      key,
      (state.getOption() ?? 0) + (value ?? 0),
    ]),
  );
  const largest = mapped.reduceByKey((a, b) => Math.max(a, b));
  same<typeof largest, DStream<[string, number]>>(true);
  same<ReturnType<typeof mapped.stateSnapshots>, DStream<[string, number]>>(true);

  const source = ssc.asyncIterableStream(async function* () {
    yield 1;
  });
  same<typeof source extends DStream<infer T> ? T : never, number>(true);

  // @ts-expect-error no pairs
  words.reduceByKey((a, b) => a + b);
  // @ts-expect-error no pairs
  words.join(pairs);
  // @ts-expect-error a sum is a number
  pairs.reduceByKey((a, b) => `${a}${b}`);
}

test("the types of a pipeline are inferred: this file compiles", () => {
  assert.equal(typeof compiles, "function");
});
