import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal } from "../../../src/core/closure/refusal.js";
import { packBlocks, packColumn } from "../../../src/core/shuffle/columns/pack.js";
import { unpackBlock, unpackColumn } from "../../../src/core/shuffle/columns/unpack.js";

const again = (values: readonly unknown[]) => unpackColumn(packColumn(values));

// `deepStrictEqual` of Node 20 takes no two invalid dates for equal: they have a test of their own.
const validDate = fc.date({ noInvalidDate: true });
const scalars = [fc.boolean(), fc.integer(), fc.double(), fc.string(), fc.constantFrom(null, undefined), validDate];
const anything = fc.anything({
  values: scalars,
  withBigInt: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
});
const text = fc.string({ unit: "grapheme" });

test("columns of one kind come back as they were", () => {
  fc.assert(fc.property(fc.array(fc.integer()), xs => assert.deepStrictEqual(again(xs), xs)));
  fc.assert(fc.property(fc.array(fc.double()), xs => assert.deepStrictEqual(again(xs), xs)));
  fc.assert(fc.property(fc.array(text), xs => assert.deepStrictEqual(again(xs), xs)));
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary" })), xs => assert.deepStrictEqual(again(xs), xs)));
  fc.assert(fc.property(fc.array(fc.tuple(text, fc.double())), xs => assert.deepStrictEqual(again(xs), xs)));
  fc.assert(fc.property(fc.array(fc.array(fc.array(fc.integer()))), xs => assert.deepStrictEqual(again(xs), xs)));
});

test("whatever else can be copied comes back as it was", () => {
  fc.assert(fc.property(fc.array(anything), xs => assert.deepStrictEqual(again(xs), xs)));
});

test("an invalid date stays one", () => {
  const [date, map] = again([new Date(Number.NaN), new Map([[new Date(Number.NaN), 1]])]) as [Date, Map<Date, number>];
  for (const d of [date, ...map.keys()]) assert.ok(d instanceof Date && Number.isNaN(d.getTime()));
});

test("-0, NaN, undefined and null stay what they are", () => {
  for (const xs of [
    [-0],
    [0, -0],
    [Number.NaN, 1],
    [undefined, undefined],
    [null],
    [null, undefined],
    [true],
    [true, false],
  ]) {
    assert.deepStrictEqual(again(xs), xs);
  }
});

test("many strings, long and short, across groups", () => {
  const xs = Array.from({ length: 20_000 }, (_, i) => (i % 3 === 0 ? "" : "é".repeat(i % 17) + i));
  assert.deepStrictEqual(again(xs), xs);
  const wide = xs.map(x => `${x}\u20ac\ud800`);
  assert.deepStrictEqual(again(wide), wide);
});

test("an array that holds itself", () => {
  const x: unknown[] = [1];
  x.push(x);
  const [y] = again([x]) as [unknown[]];
  assert.equal((y[1] as unknown[])[0], 1);
});

test("blocks lie together in one piece of memory; numbers are views of it", () => {
  const values = Float64Array.of(1, 2.5);
  const blocks = [{ keys: ["a", "b"], values }, undefined, { keys: undefined, values: [[1, ["x"]]] }];
  const packed = packBlocks(blocks);
  assert.equal(packed[0]!.memory, packed[2]!.memory);
  assert.deepStrictEqual(
    packed.map(b => b && unpackBlock(b)),
    blocks,
  );
  const [whole] = packBlocks([{ keys: [1, 2], values: [7, -1] }]);
  assert.deepStrictEqual(unpackBlock(whole!), { keys: Int32Array.of(1, 2), values: Int32Array.of(7, -1) });
});

test("a column that is keys and values at once stays one", () => {
  const keys = ["a", "b"];
  const [packed] = packBlocks([{ keys, values: keys }]);
  const block = unpackBlock(structuredClone(packed!));
  assert.deepStrictEqual(block, { keys, values: keys });
  assert.equal(block.keys, block.values);
});

test("code is refused", () => {
  assert.throws(() => packColumn([() => 1]), Refusal);
});
