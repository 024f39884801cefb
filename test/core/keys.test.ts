import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HashPartitioner } from "tspark";
import { equalKeys } from "../../src/core/table/equal-keys.js";
import { hashCode } from "../../src/core/table/hash-code.js";
import { keyMap } from "../../src/core/table/key-map.js";
import { KeyTable } from "../../src/core/table/key-table.js";

test("hashes are Java's for ints, longs, doubles, strings and booleans", () => {
  assert.equal(hashCode(7), 7);
  assert.equal(hashCode(-7), -7);
  assert.equal(hashCode("hello"), 99162322);
  assert.equal(hashCode(""), 0);
  assert.equal(hashCode(4294967296), 1);
  assert.equal(hashCode(1.5), 1073217536);
  assert.equal(hashCode(true), 1231);
  assert.equal(hashCode(null), 0);
  assert.equal(hashCode(2n ** 32n), 1);
  assert.equal(hashCode(-0), hashCode(0));
});

test("HashPartitioner: the hash modulo the number of partitions, never negative", () => {
  const three = new HashPartitioner(3);
  assert.deepEqual(
    [7, -1, "hello", null].map(k => three.getPartition(k)),
    [1, 2, 1, 0],
  );
  assert.ok(three.equals(new HashPartitioner(3)) && !three.equals(new HashPartitioner(4)));
  assert.throws(() => new HashPartitioner(0), /number of partitions is 0/);
});

const leaf = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.bigInt({ min: -2n, max: 2n ** 70n }),
  fc.boolean(),
  fc.constantFrom(null, undefined, Number.NaN, -0, 0),
  fc.integer({ min: 0, max: 3 }).map(t => new Date(t)),
);
const key = fc.letrec(tie => ({
  key: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("key"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b"), tie("key"), { noNullPrototype: true }),
  ),
})).key;

/** A copy that shares nothing, its properties in the other order. */
function rebuilt(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(rebuilt);
  if (x instanceof Date) return new Date(x.getTime());
  if (typeof x === "object" && x !== null) {
    return Object.fromEntries(
      Object.entries(x)
        .reverse()
        .map(([k, v]) => [k, rebuilt(v)]),
    );
  }
  return Object.is(x, -0) ? 0 : x;
}

test("equal keys have equal hashes, copies are equal", () => {
  fc.assert(
    fc.property(key, k => {
      const copy = rebuilt(k);
      assert.ok(equalKeys(k, copy));
      assert.equal(hashCode(k), hashCode(copy));
    }),
  );
});

test("a table numbers keys as comparing each with each would", () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 300 }), keys => {
      const table = new KeyTable();
      const model: unknown[] = [];
      for (const k of keys) {
        let i = model.findIndex(m => equalKeys(m, k));
        if (i < 0) i = model.push(k) - 1;
        assert.equal(table.slot(rebuilt(k)), i);
        assert.equal(table.find(k), i);
      }
      assert.equal(table.size, model.length);
      assert.equal(table.find("never seen before"), -1);
    }),
  );
});

test("a table of a hundred thousand strings", () => {
  const table = new KeyTable<string>();
  for (let i = 0; i < 200_000; i++) assert.equal(table.slot(`key ${i % 100_000}`), i % 100_000);
});

test("values of different types are different keys", () => {
  const keys = [1, "1", 1n, true, [1], { a: 1 }, null, undefined, new Date(1), [], {}, [[1]], [1, 1]];
  const table = new KeyTable();
  for (const [i, k] of keys.entries()) assert.equal(table.slot(k), i);
});

test("a result Map finds composite keys by value and is a plain Map", () => {
  const map = keyMap<unknown, number>([
    [["a", 1], 1],
    ["b", 2],
    [["a", 1], 3],
  ]);
  assert.equal(map.size, 2);
  assert.equal(map.get(["a", 1]), 3);
  assert.equal(map.get(["a", 2]), undefined);
  assert.ok(map.has(["a", 1]) && !map.has({}));
  map.set(["a", 1], 4).set({ x: 1 }, 5);
  assert.equal(map.size, 3);
  assert.equal(map.get({ x: 1 }), 5);
  assert.ok(map.delete(["a", 1]));
  assert.deepEqual(
    map,
    new Map<unknown, number>([
      ["b", 2],
      [{ x: 1 }, 5],
    ]),
  );
});

test("keys that cannot be compared are refused", () => {
  const table = new KeyTable();
  assert.throws(() => table.slot(() => 1), /A key is a function/);
  assert.throws(() => table.slot(Symbol("s")), /A key is a symbol/);
  assert.throws(() => table.slot(new Map()), /A key is an instance of Map/);
  assert.throws(() => table.slot([new Set()]), /A key is an instance of Set/);
  assert.throws(() => table.slot(Object.assign(new TypeError("x"), { code: 1 })), {
    message: /^A key is an instance of TypeError, TypeError: x \{ code: 1 \}: keys compare by value/,
  });
  const round: Record<string, unknown> = { a: 1 };
  round["b"] = [round];
  assert.throws(() => table.slot(round), /A key is nested more than 500 deep, or holds itself, /);
});

test("a table numbers texts as a Map does, whatever their length and characters", () => {
  const char = fc.constantFrom("\0", "a", "b", "\x7f", "é", "\xfe", "\xff", "\u0100", "Ж", "😀");
  const text = fc.array(char, { maxLength: 15 }).map(chars => chars.join(""));
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.constantFrom(0, 1, "0", "", null)), { maxLength: 300 }), keys => {
      const table = new KeyTable();
      const known = new Map<unknown, number>();
      for (const k of keys) {
        if (!known.has(k)) known.set(k, known.size);
        assert.equal(table.slot(k), known.get(k));
      }
      for (const [k, i] of known) {
        assert.equal(table.find(k), i);
        assert.equal(table.hashes[i], hashCode(k));
      }
    }),
  );
});
