import assert from "node:assert/strict";
import fc from "fast-check";
import type { RDD, SparkContext } from "tspark";
import { equalKeys } from "../../src/core/table/equal-keys.js";

type Pair = [number, number];

/** An operation on an RDD, and the same on a plain array. `ordered`: whether the order of the elements is the same. */
interface Step {
  readonly name: string;
  readonly ordered: boolean;
  rdd(x: RDD<Pair>, n: number): RDD<Pair>;
  model(x: readonly Pair[]): Pair[];
}

function grouped(xs: readonly Pair[]): Map<number, number[]> {
  const m = new Map<number, number[]>();
  for (const [k, v] of xs) m.set(k, [...(m.get(k) ?? []), v]);
  return m;
}
const add = (a: number, b: number) => (((a + b) % 1009) + 1009) % 1009;
const byBoth = (a: Pair, b: Pair) => a[0] - b[0] || a[1] - b[1];

const STEPS: readonly Step[] = [
  {
    name: "map",
    ordered: true,
    rdd: x => x.map(([k, v]) => [(k * 3) % 7, v + 1]),
    model: x => x.map(([k, v]) => [(k * 3) % 7, v + 1]),
  },
  {
    name: "filter",
    ordered: true,
    rdd: x => x.filter(([, v]) => v % 3 !== 0),
    model: x => x.filter(([, v]) => v % 3 !== 0),
  },
  {
    name: "flatMap",
    ordered: true,
    rdd: x =>
      x.flatMap(
        ([k, v]) =>
          [
            [k, v],
            [v % 5, k],
          ] as Pair[],
      ),
    model: x =>
      x.flatMap(
        ([k, v]) =>
          [
            [k, v],
            [v % 5, k],
          ] as Pair[],
      ),
  },
  {
    name: "mapPartitions",
    ordered: true,
    rdd: x =>
      x.mapPartitions(function* (it) {
        for (const [k, v] of it) yield [k, v * 2];
      }),
    model: x => x.map(([k, v]) => [k, v * 2]),
  },
  { name: "mapValues", ordered: true, rdd: x => x.mapValues(v => -v), model: x => x.map(([k, v]) => [k, -v]) },
  {
    name: "zipWithIndex",
    ordered: true,
    rdd: x => x.zipWithIndex().map(([[k, v], i]) => [k, v + i]),
    model: x => x.map(([k, v], i) => [k, v + i]),
  },
  {
    name: "union",
    ordered: true,
    rdd: x => x.union(x.map(([k, v]) => [v % 4, k])),
    model: x => [...x, ...x.map(([k, v]): Pair => [v % 4, k])],
  },
  { name: "coalesce", ordered: true, rdd: (x, n) => x.coalesce(n), model: x => [...x] },
  { name: "cache", ordered: true, rdd: x => x.cache(), model: x => [...x] },
  { name: "repartition", ordered: false, rdd: (x, n) => x.repartition(n), model: x => [...x] },
  { name: "partitionBy", ordered: false, rdd: (x, n) => x.partitionBy(n), model: x => [...x] },
  {
    name: "reduceByKey",
    ordered: false,
    rdd: (x, n) => x.reduceByKey((a, b) => Math.max(a, b), n),
    model: x => [...grouped(x)].map(([k, vs]) => [k, Math.max(...vs)]),
  },
  {
    name: "groupByKey",
    ordered: false,
    rdd: (x, n) => x.groupByKey(n).mapValues(vs => vs.length),
    model: x => [...grouped(x)].map(([k, vs]) => [k, vs.length]),
  },
  {
    name: "aggregateByKey",
    ordered: false,
    rdd: (x, n) =>
      x
        .aggregateByKey(
          { sum: 0 },
          (acc, v) => {
            acc.sum = add(acc.sum, v);
            return acc;
          },
          (a, b) => {
            a.sum = add(a.sum, b.sum);
            return a;
          },
          n,
        )
        .mapValues(acc => ((acc.sum % 1009) + 1009) % 1009),
    model: x => [...grouped(x)].map(([k, vs]) => [k, ((vs.reduce(add, 0) % 1009) + 1009) % 1009]),
  },
  {
    name: "distinct",
    ordered: false,
    rdd: (x, n) => x.distinct(n),
    model: x => x.filter((p, i) => x.findIndex(q => equalKeys(p, q)) === i),
  },
  { name: "sortBy", ordered: false, rdd: (x, n) => x.sortBy(p => p, true, n), model: x => [...x].sort(byBoth) },
  {
    name: "self join",
    ordered: false,
    rdd: (x, n) => x.join(x.mapValues(v => v % 2).distinct(), n).mapValues(([a, b]) => a * 10 + b),
    model: x =>
      [...grouped(x)].flatMap(([k, vs]) =>
        vs.flatMap(v => [...new Set(vs.map(w => w % 2))].map((w): Pair => [k, v * 10 + w])),
      ),
  },
  {
    name: "subtractByKey",
    ordered: false,
    rdd: (x, n) =>
      x.subtractByKey(
        x.filter(([k]) => k % 2 === 0),
        n,
      ),
    model: x => x.filter(([k]) => k % 2 !== 0),
  },
  {
    name: "cogroup",
    ordered: false,
    rdd: (x, n) =>
      x
        .cogroup(
          x.filter(([k]) => k > 2),
          n,
        )
        .mapValues(([a, b]) => a.length * 100 + b.length),
    model: x => [...grouped(x)].map(([k, vs]) => [k, vs.length * 100 + (k > 2 ? vs.length : 0)]),
  },
];

/** Random chains of operations on random data give what a plain array gives, whatever the partitions. */
export async function chainsGiveWhatArraysGive(sc: SparkContext, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: -20, max: 20 })), {
        maxLength: 300,
        size: "medium",
      }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.nat(STEPS.length - 1), fc.integer({ min: 1, max: 4 })), { maxLength: 4 }),
      async (data, partitions, steps) => {
        let rdd: RDD<Pair> = sc.parallelize<Pair>(data, partitions);
        let model: Pair[] = data;
        let ordered = true;
        for (const [i, n] of steps) {
          const step = STEPS[i]!;
          // What depends on the order is only compared while the order is known.
          if (!ordered && step.name === "zipWithIndex") continue;
          rdd = step.rdd(rdd, n);
          model = step.model(model);
          ordered &&= step.ordered;
        }
        const sort = (xs: readonly Pair[]) => (ordered ? xs : [...xs].sort(byBoth));
        const plain = (xs: readonly Pair[]) => xs.map(([k, v]): Pair => [k + 0, v + 0]);
        assert.deepEqual(plain(sort(await rdd.collect())), plain(sort(model)));
        assert.equal(await rdd.count(), model.length);
        assert.equal(await rdd.values().fold(0, add), (await rdd.collect()).map(p => p[1]).reduce(add, 0));
      },
    ),
    { numRuns },
  );
}
