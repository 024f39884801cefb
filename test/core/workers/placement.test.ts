import assert from "node:assert/strict";
import { test } from "node:test";
import { isCheap } from "../../../src/core/executor/pool/cheap-closure.js";
import { place } from "../../../src/core/executor/pool/placement.js";

const other = (x: number) => x;

test("quick functions are known by their text", () => {
  const cheap: Function[] = [
    (x: number) => x * 2,
    (a: number, b: number) => a + b,
    (line: string) => line.split(" "),
    (w: string) => [w.toLowerCase(), 1],
    (x: { readonly a: number }) => (x.a > 1 ? x.a : Math.max(1, x.a)),
    function* (it: Iterable<number>) {
      for (const x of it) yield x;
    },
    (xs: number[]) => xs.filter(x => x > 1).map(x => String(x)),
    (x: number) => console.log(x),
    (x: number) => {
      if (x > 1) throw new Error(`"for" ${x}`);
      return x;
    },
  ];
  assert.deepEqual(
    cheap.filter(f => !isCheap(f)).map(f => f.toString()),
    [],
  );
});

test("what may take long is not taken for quick", () => {
  const unsure: Function[] = [
    (x: number) => {
      while (performance.now() < x);
    },
    (x: number) => {
      let s = 0;
      for (let i = 0; i < x; i++) s += i;
      return s;
    },
    (x: number) => other(x),
    (x: { work(): number }) => x.work(),
    (f: (() => number)[]) => f[0]!(),
    (x: number) => ((y: number) => y)(x),
    async (x: number) => await x,
    (x: Int32Array) => Atomics.wait(x, 0, 0),
  ];
  assert.deepEqual(
    unsure.filter(f => isCheap(f)).map(f => f.toString()),
    [],
  );
});

const look = { elements: 0, bytes: 0, loose: 0, cheap: true, repeated: false };

test("little work with quick functions stays, what may take long goes", () => {
  assert.equal(place({ ...look, elements: 100 }, 4), "driver");
  assert.equal(place({ ...look, elements: 100, cheap: false }, 4), "workers");
  assert.equal(place({ ...look, bytes: 1000 }, 2), "driver");
  // The next batch has as little, most likely.
  assert.equal(place({ ...look, elements: 100, cheap: false, repeated: true }, 4), "measure");
  assert.equal(place({ ...look, elements: 100, repeated: true }, 4), "driver");
});

test("much of it is measured, and much to read goes at once", () => {
  assert.equal(place({ ...look, elements: 1_000_000 }, 2), "measure");
  assert.equal(place({ ...look, elements: 1_000_000, cheap: false }, 2), "measure");
  assert.equal(place({ ...look, bytes: 100_000_000 }, 2), "workers");
});
