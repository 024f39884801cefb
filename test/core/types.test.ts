import assert from "node:assert/strict";
import { test } from "node:test";
import type { RDD, SparkContext } from "tspark";

/** Fails to compile unless both types are the same. */
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(ok: Same<A, B>) => ok;

/** Never called: what is in it only has to compile. */
export function compiles(sc: SparkContext): void {
  const numbers = sc.parallelize([1, 2, 3]);
  same<typeof numbers, RDD<number>>(true);

  const five = numbers
    .filter(x => x > 1)
    .map(x => [x % 2 === 0 ? "even" : "odd", x])
    .mapValues(x => [x, 1])
    .reduceByKey(([a, n], [b, m]) => [a + b, n + m])
    .mapValues(([sum, n]) => sum / n);
  same<typeof five, RDD<[string, number]>>(true);

  const pairs = sc.parallelize([
    ["a", 1],
    ["b", 2],
  ]);
  same<typeof pairs, RDD<[string, number]>>(true);
  const flags = pairs.mapValues(n => n > 1);
  const joined = pairs.join(flags);
  same<typeof joined, RDD<[string, [number, boolean]]>>(true);
  const left = pairs.leftOuterJoin(flags);
  same<typeof left, RDD<[string, [number, boolean | undefined]]>>(true);
  const right = pairs.rightOuterJoin(flags);
  same<typeof right, RDD<[string, [number | undefined, boolean]]>>(true);
  const full = pairs.fullOuterJoin(flags);
  same<typeof full, RDD<[string, [number | undefined, boolean | undefined]]>>(true);
  const groups = pairs.cogroup(flags, pairs);
  same<typeof groups, RDD<[string, [number[], boolean[], number[]]]>>(true);
  const counts = pairs.countByKey();
  same<typeof counts, Promise<Map<string, number>>>(true);
  const words = sc
    .parallelize(["a b"])
    .flatMap(s => s.split(" "))
    .map(w => [w, 1]);
  same<typeof words, RDD<[string, number]>>(true);
  const composite = words.map(([w, n]) => [[w, n], true]);
  same<typeof composite, RDD<[(string | number)[], boolean]>>(true);
  const generated = numbers.mapPartitions(function* (it) {
    for (const x of it) yield String(x);
  });
  same<typeof generated, RDD<string>>(true);
  const parsed = sc.parallelize(["{}"]).map(s => JSON.parse(s));
  void parsed.map(o => o.anything);
  const defined = sc.parallelize([1, undefined]).filter((x): x is number => x !== undefined);
  same<typeof defined, RDD<number>>(true);
  const awaited = numbers.mapAsync(async x => [x, "s"]);
  void awaited;

  const lists = pairs.combineByKey(
    n => [n],
    (all, n) => [...all, n],
    (a, b) => a.concat(b),
  );
  same<typeof lists, RDD<[string, number[]]>>(true);
  const means = pairs.combineByKey(
    n => [n, "one"],
    ([sum, text], n) => [sum + n, `${text}+`],
    ([a, s], [b, t]) => [a + b, s + t],
  );
  same<typeof means, RDD<[string, [number, string]]>>(true);
  const texts = pairs.combineByKey(
    n => `${n}`,
    (text, n) => `${text}+${n}`,
    (a, b) => `${a}|${b}`,
  );
  same<typeof texts, RDD<[string, string]>>(true);
  const distinct = pairs.combineByKey(
    n => new Set([n]),
    (all, n) => all.add(n),
    (a, b) => new Set([...a, ...b]),
  );
  same<typeof distinct, RDD<[string, Set<number>]>>(true);

  const listed = pairs.mapValues(n => [n]).reduceByKey((a, b) => [...a, ...b]);
  same<typeof listed, RDD<[string, number[]]>>(true);
  const ones = pairs.mapValues(n => [n, 1]).reduceByKey(([a, i], [b, j]) => [a + b, i + j]);
  same<typeof ones, RDD<[string, [number, number]]>>(true);
  const given = <K, V, W>(rdd: RDD<[K, V]>, f: (v: V) => W): RDD<[K, W]> => rdd.mapValues(f);
  same<ReturnType<typeof given<string, number, string>>, RDD<[string, string]>>(true);

  // @ts-expect-error numbers are no pairs
  numbers.reduceByKey(a => a);
  // @ts-expect-error nor for join
  numbers.join(pairs);
  // @ts-expect-error keys of different types do not join
  pairs.join(numbers.map(x => [x, x]));
  // @ts-expect-error strings have no sum
  sc.parallelize(["a"]).sum();
  // @ts-expect-error the value is a number
  pairs.mapValues(v => v.length);
  // @ts-expect-error a combiner is what the first one was
  pairs.combineByKey(n => [n], String, String);
  // @ts-expect-error reduce gives what it takes
  void numbers.reduce((a, b) => `${a}${b}`);
}

test("the types above compile", () => {
  assert.equal(typeof compiles, "function");
});
