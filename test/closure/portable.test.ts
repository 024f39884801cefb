import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { load } from "../../src/core/closure/load.js";
import { mark } from "../../src/core/closure/mark.js";
import { portable } from "../../src/core/closure/portable.js";
import { ship } from "../../src/core/closure/ship.js";
import { session } from "./cells.js";

describe("portable", () => {
  it("leaves plain JavaScript and native functions as they are", () => {
    const f = Function("x", "return x") as (x: number) => number;
    assert.deepEqual(portable(f), { fn: f });
    assert.deepEqual(portable(parseInt), { fn: parseInt });
  });
  it("leaves a function without captures as it is", async () => {
    const f = (await session("const f = (x: number) => x + 1")).fn("f");
    assert.equal(portable(f).fn, f);
  });
  it("takes the variables as they are when it is called", async () => {
    const cells = await session(
      "let late = 1; const f = (x: number) => x + late; const set = (n: number) => { late = n }",
    );
    const { fn } = portable(cells.fn("f"));
    cells.fn("set")(5);
    assert.equal(fn(1), 2);
    assert.equal(portable(cells.fn("f")).fn(1), 6);
  });
  it("keeps name and length", async () => {
    const f = (await session("let a = 1; const f = (x: number, y: number) => x + y + a")).fn("f");
    const { fn } = portable(f);
    assert.deepEqual([fn.name, fn.length, fn === f], ["f", 2, false]);
  });
  it("gives a fresh copy for each task where copies can differ, and none where they cannot", async () => {
    const cells = await session(
      "let n = 0, k = 3; const seen = new Set<number>(); const count = (x: number) => (n += x); const add = (x: number) => seen.add(x).size; const pure = (x: number) => x + k",
    );
    const count = portable(cells.fn("count"));
    assert.deepEqual([count.fn(1), count.fn(1), count.fresh!()(1), count.fn(1)], [1, 2, 1, 3]);
    const add = portable(cells.fn("add"));
    assert.deepEqual([add.fn(1), add.fn(2), add.fresh!()(3)], [1, 2, 1]);
    assert.equal(portable(cells.fn("pure")).fresh, undefined);
  });
  it("gives results that are instances of the program's own classes", async () => {
    const cells = await session(
      "class P { constructor(readonly a: number) {} }",
      "const base = new P(1); const f = (x: number) => [new P(x), base]",
    );
    const [made, captured] = portable(cells.fn("f")).fn(2) as object[];
    const P = cells.value("P") as Function;
    assert.ok(made instanceof P && captured instanceof P);
    assert.notEqual(captured, cells.value("base"), "a captured object is a copy, as in Spark");
  });
  it("finds the values a destructured import has", async () => {
    const f = (
      await session("import { sep, basename as base } from 'node:path'\nconst f = (x: string) => base('a' + sep + x)")
    ).fn("f");
    assert.equal(portable(f).fn("b"), "b");
  });
  it("marks a function again without complaint", () => {
    const f = (x: number) => x;
    assert.equal(mark("a#1", mark("a#0", f)), f);
  });
});

describe("ship", () => {
  it("has the same key for the same code and values, another for others", async () => {
    const cells = await session(
      "let late = 1; const make = (n: number) => (x: number) => x + n + late; const a = make(1), b = make(1), c = make(2)",
    );
    const key = (name: string) => ship(cells.fn(name)).key;
    assert.equal(key("a"), key("b"));
    assert.notEqual(key("a"), key("c"));
  });
});

/** A value with cycles, shared parts, and a function in it, which makes every object on the way a node of the graph. */
const values = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array(),
      fc.float64Array(),
      fc.constant(/a+/gi),
      fc.constant(Symbol.for("tspark-test")),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map(entries => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map(items => new Set(items)),
    fc.tuple(fc.string(), tie("value")).map(([message, cause]) =>
      // An own property `cause` that is undefined is dropped on the way, as by structuredClone.
      cause === undefined ? new RangeError(message) : new RangeError(message, { cause }),
    ),
  ),
}));

describe("any value survives the journey", () => {
  const copy = (value: unknown): unknown => {
    const f = mark(
      "any#0",
      () => value,
      () => [() => value],
    );
    return load<() => unknown>(ship(f).bytes)();
  };
  it("plain data", () => {
    fc.assert(
      fc.property(values.value, value => assert.deepEqual(copy(value), value)),
      { numRuns: 200 },
    );
  });
  it("data with a function among it, all shared and in a cycle", () => {
    const id = mark("any#1", (x: unknown) => x);
    fc.assert(
      fc.property(values.value, value => {
        const graph: Record<string, unknown> = {
          value,
          again: [value, { id }],
          map: new Map<unknown, unknown>([["v", value]]),
        };
        graph["self"] = graph;
        const got = copy(graph) as typeof graph & { again: [unknown, { id: typeof id }]; map: Map<unknown, unknown> };
        assert.deepEqual(got["value"], value);
        assert.ok(Object.is(got.again[0], got["value"]) && Object.is(got.map.get("v"), got["value"]), "shared");
        assert.equal(got["self"], got);
        assert.equal(got.again[1].id(3), 3);
      }),
      { numRuns: 200 },
    );
  });
});
