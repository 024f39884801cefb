import assert from "node:assert/strict";
import { test } from "node:test";
import { StorageLevel } from "tspark";
import { estimateSize } from "../../src/core/storage/size-estimate.js";
import { approximateBytes } from "../../src/streaming/receiver/byte-estimate.js";
import { withContext } from "./with-context.js";

/** Values that run code of the user's, or throw, when more than their data is looked at. */
function touchy(touched: string[]): Record<string, object> {
  const touch = (what: string): never => {
    touched.push(what);
    throw new Error(`${what} was touched`);
  };
  const traps = new Proxy(
    {},
    {
      get:
        () =>
        (..._: unknown[]) =>
          touch("a trap"),
    },
  );
  class OwnMap extends Map<string, string> {
    override get size() {
      return touch("size of a Map");
    }
    override entries() {
      return touch("entries of a Map");
    }
    override [Symbol.iterator]() {
      return touch("iterator of a Map");
    }
  }
  class OwnSet extends Set<string> {
    override get size() {
      return touch("size of a Set");
    }
    override [Symbol.iterator]() {
      return touch("iterator of a Set");
    }
  }
  class OwnArray extends Array<string> {
    override [Symbol.iterator]() {
      return touch("iterator of an array");
    }
  }
  const getter = { enumerable: true, get: () => touch("a getter") };
  const map = new OwnMap();
  Map.prototype.set.call(map, "key", "value");
  const set = new OwnSet();
  Set.prototype.add.call(set, "element");
  return {
    "a getter": Object.defineProperty({ plain: "data" }, "lazy", getter),
    "a getter that is inherited": Object.create(Object.defineProperty({}, "lazy", getter)),
    "a Map of its own": map,
    "a Set of its own": set,
    "an array of its own": OwnArray.from(["a"]),
    "a proxy": new Proxy({ a: 1 }, traps),
    "a proxy of an array": new Proxy(["a"], traps),
  };
}

test("how much memory a value takes is estimated without running the user's code", () => {
  const touched: string[] = [];
  for (const [what, value] of Object.entries(touchy(touched))) {
    for (const element of [value, [value], { value }]) {
      assert.ok(approximateBytes(element) >= 64, what);
      assert.ok(estimateSize([element]) >= 16, what);
    }
  }
  assert.deepEqual(touched, []);
});

test("an estimate counts what is there: text, entries, properties; of many from some", () => {
  const text = "x".repeat(10_000);
  const holders = [text, { text }, [text], new Map([["k", text]]), new Set([text]), Object.assign(new Map(), { text })];
  for (const holder of holders) {
    for (const bytes of [approximateBytes(holder), estimateSize([holder])]) {
      assert.ok(bytes >= 10_000 && bytes < 11_000, `${bytes}`);
    }
  }
  const many = Array.from({ length: 1000 }, (_, i) => `number ${i}`);
  const entries = many.map(x => [x, x] as const);
  for (const holder of [many, new Set(many), new Map(entries), Object.fromEntries(entries)]) {
    const bytes = estimateSize([holder]);
    assert.ok(bytes > 20_000 && bytes < 200_000, `${bytes}`);
  }
});

test("objects with getters are cached and given back", () =>
  withContext("local[1]", async sc => {
    const lazy = sc
      .parallelize([1, 2], 2)
      .map(n => Object.defineProperty({ n }, "lazy", { enumerable: true, get: () => assert.fail("asked for") }))
      .persist(StorageLevel.MEMORY_ONLY);
    for (const _ of [1, 2]) assert.deepEqual(await lazy.map(x => x.n).collect(), [1, 2]);
  }));
