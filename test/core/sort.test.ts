import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rangeFunction, rangeOf } from "../../src/core/shuffle/range-bounds.js";
import type { ShuffleBlock } from "../../src/core/shuffle/shuffle-block.js";
import { sortColumns } from "../../src/core/sort/sort-columns.js";
import { sortNumbers } from "../../src/core/sort/sort-numbers.js";
import { naturalOrdering } from "../../src/core/util/ordering.js";
import { withContext } from "./with-context.js";

const numbers = fc.oneof(
  fc.array(fc.integer({ min: -20, max: 20 })),
  fc.array(fc.integer()),
  fc.array(fc.double()),
  fc.array(
    fc.constantFrom(0, -0, Number.NaN, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 40, 1e-300),
  ),
);

/** Numbers as a map task may leave them: an array, or a typed one where that can hold them. */
const columns = fc.array(fc.tuple(numbers, fc.boolean()), { maxLength: 4 }).map(all =>
  all.map(([xs, typed]) => {
    if (!typed) return xs;
    return xs.every(x => Object.is(x | 0, x)) ? Int32Array.from(xs) : Float64Array.from(xs);
  }),
);

/** The rows of blocks, sorted by comparing. */
function model(blocks: readonly ShuffleBlock[], descending: boolean): [unknown, unknown][] {
  const rows = blocks.flatMap(({ keys, values }) => Array.from(values, (v, i): [unknown, unknown] => [keys![i], v]));
  return rows.sort(([a], [b]) => (descending ? naturalOrdering(b, a) : naturalOrdering(a, b)));
}

const rowsOf = ({ keys, values }: ShuffleBlock) => Array.from(values, (v, i): [unknown, unknown] => [keys![i], v]);

test("numbers are sorted by digits as by comparing, rows of equal keys in their order", () => {
  fc.assert(
    fc.property(columns, fc.boolean(), (all, descending) => {
      let row = 0;
      const blocks = all.map(keys => ({ keys, values: Array.from(keys, () => `row ${row++}`) }));
      assert.deepStrictEqual(rowsOf(sortNumbers(blocks, descending)!), model(blocks, descending));
    }),
    { numRuns: 300 },
  );
});

test("numbers that are their own keys, and numbers with other numbers as values", () => {
  fc.assert(
    fc.property(columns, fc.boolean(), (all, descending) => {
      const alone = all.map(keys => ({ keys, values: keys }));
      assert.deepStrictEqual(rowsOf(sortNumbers(alone, descending)!), model(alone, descending));
      let row = 0;
      const paired = all.map(keys => ({ keys, values: Float64Array.from(keys, () => row++ / 2) }));
      assert.deepStrictEqual(rowsOf(sortNumbers(paired, descending)!), model(paired, descending));
    }),
    { numRuns: 300 },
  );
});

test("what is no number is left to comparing", () => {
  assert.equal(sortNumbers([{ keys: [1, "2"], values: [1, 2] }], false), undefined);
  const many = Array.from({ length: 3000 }, (_, i) => `key ${(i * 7919) % 3001}`);
  const sorted = sortColumns([{ keys: many, values: many }]);
  assert.deepEqual(sorted.values, [...many].sort());
  assert.equal(sorted.values, sorted.keys);
});

test("0 and -0 are one key and stay two values", () =>
  withContext("local[1]", async sc => {
    const sorted = await sc
      .parallelize([-0, 0, -1, -0], 2)
      .sortBy(x => Math.abs(x), false, 1)
      .collect();
    assert.deepStrictEqual(sorted, [-1, -0, 0, -0]);
    const bySelf = await sc
      .parallelize([0, 5, -0, Number.NaN, -0], 1)
      .sortBy(x => x, true, 1)
      .collect();
    assert.deepStrictEqual(bySelf, [0, -0, -0, 5, Number.NaN]);
  }));

test("sorting looks at a part of what enters before it computes it", () =>
  withContext("local[1]", async sc => {
    const calls = sc.longAccumulator();
    const xs = sc.range(0, 40_000, 1, 4).map(x => {
      calls.add(1);
      return (x * 7919) % 40_009;
    });
    const parts = await xs
      .sortBy(x => x)
      .glom()
      .collect();
    assert.deepEqual(
      parts.flat(),
      (await xs.collect()).sort((a, b) => a - b),
    );
    assert.ok(calls.value < 2 * 40_000 + 4 * 1000, `${calls.value} calls`);
    for (const { length } of parts) assert.ok(length > 8000 && length < 12_000, `${length}`);
    // A filter that lets hardly anything through: too few would be picked, so all are looked at.
    const few = sc.range(0, 40_000, 1, 2).filter(x => x % 19_999 === 7);
    assert.deepEqual(await few.sortBy(x => -x).collect(), [20_006, 7]);
  }));

test("the range of a number is found as that of any key", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true })),
      fc.array(fc.oneof(fc.double(), fc.integer())),
      fc.boolean(),
      (ends, keys, ascending) => {
        const bounds = [...new Set(ends.map(e => e + 0))].sort((a, b) => a - b);
        const range = rangeFunction(bounds, naturalOrdering, ascending);
        for (const key of keys) assert.equal(range(key), rangeOf(key, bounds, naturalOrdering, ascending));
      },
    ),
  );
});
