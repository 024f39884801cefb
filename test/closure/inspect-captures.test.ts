import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runInThisContext } from "node:vm";
import { capturesByInspector } from "../../src/core/closure/inspect-captures.js";

/** The captures of the function that this plain JavaScript gives. */
const captures = (text: string) =>
  capturesByInspector(runInThisContext(`(function(){"use strict";${text}\n})`)() as Function)!;
const names = (text: string) => [...captures(text).variables.keys()].sort().join();

describe("captures read through the inspector", () => {
  it("are the live values, of every kind", () => {
    const { variables } = captures(
      "const m = new Map([[1, 2]]), s = 'a', u = undefined, z = null, big = 10n, nan = NaN, neg = -0, y = Symbol.iterator, h = x => x; let n = 1; n++; return () => [m, s, u, z, big, nan, neg, y, h, n]",
    );
    assert.deepEqual(variables.get("m"), new Map([[1, 2]]));
    assert.deepEqual(
      ["s", "u", "z", "big", "nan", "neg", "y", "n"].map(name => variables.get(name)),
      ["a", undefined, null, 10n, Number.NaN, -0, Symbol.iterator, 2],
    );
    assert.equal((variables.get("h") as (x: number) => number)(3), 3);
  });
  it("are those the text names", () =>
    assert.equal(names("const a = 1, b = 2; const other = () => b; return () => a"), "a"));
  it("are not names behind a dot", () =>
    assert.equal(names("const a = 1, o = {}; (() => a); return () => o.a + o?.a + [...[o]]"), "o"));
  it("are spread names", () => assert.equal(names("const xs = [1]; return () => [...xs]"), "xs"));
  it("are the innermost of a name", () =>
    assert.equal(captures("const a = 1; (() => a); { const a = 2; return () => a }").variables.get("a"), 2));
  it("cross functions", () => assert.equal(names("const a = 1; return (b => () => a + b)(2)"), "a,b"));
  it("of a module's own variables", () => {
    assert.deepEqual(capturesByInspector(() => moduleLevel)!.variables.get("moduleLevel"), moduleLevel);
  });
  it("of a bound function are its target, this and arguments", () => {
    const target = function (this: unknown, ..._: unknown[]) {};
    const self = {};
    const { bound } = capturesByInspector(target.bind(self, 1, "a"))!;
    assert.equal(bound!.target, target);
    assert.equal(bound!.self, self);
    assert.deepEqual(bound!.args, [1, "a"]);
  });
  it("of a native function are none", () => assert.equal(capturesByInspector(Math.max)!.variables.size, 0));
  it("leave nothing behind on the global object", () => {
    capturesByInspector(() => moduleLevel);
    assert.equal(Object.getOwnPropertySymbols(globalThis).includes(Symbol.for("tspark.inspected")), false);
  });
});

const moduleLevel = { some: "thing" };
