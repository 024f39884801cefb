import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { session } from "./cells.js";
import { type Elsewhere, inProcess } from "./elsewhere.js";

import { same, worker } from "./same.js";

describe("a closure reads variables as they are when it is shipped", () => {
  it("a let of an earlier cell, before and after it changes", async () => {
    const cells = await session("let late = 1", "const f = (x: number) => x + late");
    await same(cells, [1], [2]);
    await cells.run("(late as number) = 41");
    await same(cells, [1], [42]);
  });
  it("a name declared again: an older closure keeps the older variable", async () => {
    const cells = await session("let late = 41", "const f = (x: number) => x + late", "let late = 7");
    await same(cells, [1], [42]);
    await cells.run("const g = (x: number) => x + late");
    await same(cells, [1], [8], "g");
  });
  it("an exported let of its own cell", async () => {
    const cells = await session("let late = 1; const f = (x: number) => x + late; late = 41");
    await same(cells, [1], [42]);
  });
  it("a variable of the function around it", async () => {
    const cells = await session(
      "const add = (n: number) => { let m = n; m++; return (x: number) => x + m }",
      "const f = add(2)",
    );
    await same(cells, [1], [4]);
  });
  it("one variable for each turn of a loop", async () => {
    const cells = await session(
      "const fs: Function[] = []; for (let i = 0; i < 3; i++) fs.push((x: number) => x * 10 + i)",
    );
    for (const i of [0, 1, 2]) await same(cells, [1], [10 + i], "", (cells.value("fs") as never[])[i]!);
  });
  it("a shorthand property", async () => {
    const cells = await session(
      "let late = 7",
      "const h = (x: number) => x * 2",
      "const f = (x: number) => ({ x, late, h: h(x) })",
    );
    await same(cells, [1], [{ x: 1, late: 7, h: 2 }]);
  });
  it("an undeclared name under typeof", async () => {
    const cells = await session("const f = (x: number) => typeof nowhere === 'undefined' ? x : 0");
    await same(cells, [3], [3]);
  });
  it("a global of the program's own", async () => {
    const cells = await session(
      "(globalThis as any).tsparkTestGlobal = 5",
      "declare const tsparkTestGlobal: number; const f = (x: number) => x + tsparkTestGlobal",
    );
    await same(cells, [3], [8]);
  });
});

describe("functions that a closure uses travel with it", () => {
  it("a helper that uses a helper", async () => {
    const cells = await session(
      "function h1(x: number): number { return x * 2 }",
      "const h2 = (x: number) => h1(x) + 1",
      "const f = (x: number) => h2(h1(x))",
    );
    await same(cells, [3], [13]);
  });
  it("recursion", async () => {
    const cells = await session(
      "function fact(n: number): number { return n <= 1 ? 1 : n * fact(n - 1) }",
      "const f = (x: number) => fact(x)",
    );
    await same(cells, [5], [120]);
    await same(cells, [5], [120], "fact");
  });
  it("mutual recursion", async () => {
    const cells = await session(
      "const f = (n: number): boolean => n === 0 || odd(n - 1), odd = (n: number): boolean => n !== 0 && f(n - 1)",
    );
    await same(cells, [10, 7], [true, false]);
  });
  it("a closure that a function made", async () => {
    const cells = await session(
      "const h = (x: number) => x * 2 + 1",
      "const twice = (g: (x: number) => number) => (x: number) => g(g(x))",
      "const f = twice(h)",
    );
    await same(cells, [1], [7]);
  });
  it("a closure inside of the closure", async () => {
    const cells = await session("let late = 7", "const f = (x: number) => [x, 2].map(y => y + late)");
    await same(cells, [2], [[9, 9]]);
  });
  it("a function declared in a block, and hoisted in one", async () => {
    const cells = await session(
      "let late = 7",
      "const make = () => { const r = inner; { function inner2(x: number) { return x + late } return (x: number) => r(x) + inner2(x) } function inner(x: number) { return x * late } }",
      "const f = make()",
    );
    await same(cells, [2], [14 + 9]);
  });
  it("a generator", async () => {
    const cells = await session(
      "const gen = (n: number) => function* (x: number) { for (let i = 0; i < n; i++) yield i * x }",
      "const f = gen(3)",
    );
    await same(cells, [2], [[0, 2, 4]]);
  });
  it("an async function with a dynamic import", async () => {
    const cells = await session(
      "let late = 7",
      'const f = async (x: number) => { const m = await import("node:path"); return m.basename("/q/" + x) + (await Promise.resolve(late)) }',
    );
    await same(cells, [1], ["17"]);
  });
  it("a closure in an object, beside data", async () => {
    const cells = await session(
      "let late = 7",
      "const obj = { k: 3, g: (x: number) => x + late }",
      "const f = (x: number) => obj.g(x) + obj.k",
    );
    await same(cells, [1], [11]);
  });
  it("methods of an object literal: plain, computed, async, generator, with this", async () => {
    const cells = await session(
      "let late = 7",
      "const key = 'dyn'; const obj = { k: 3, m(x: number) { return x + this.k + late }, [key](x: number) { return x * late }, async a(x: number) { return x - late }, *g(x: number) { yield x; yield late }, 'quoted name'(x: number) { return -x } }",
      "const f = async (x: number) => [obj.m(x), obj.dyn(x), await obj.a(x), [...obj.g(x)], obj['quoted name'](x)]",
    );
    await same(cells, [1], [[11, 7, -6, [1, 7], -1]]);
  });
  it("a function with properties of its own", async () => {
    const cells = await session(
      "const h = Object.assign((x: number) => x + h.by, { by: 4 })",
      "const f = (x: number) => h(x)",
    );
    await same(cells, [1], [5]);
  });
  it("an arrow with the this and the arguments around it", async () => {
    const cells = await session(
      "class Scale { k = 3; times() { return (x: number) => x * this.k } }",
      "const f = new Scale().times()",
      "function outer(..._: number[]) { return (x: number) => x + arguments[1] }",
      "const g = outer(5, 6)",
    );
    await same(cells, [2], [6]);
    await same(cells, [2], [8], "g");
  });
  it("destructuring, defaults, shadowing, labels", async () => {
    const cells = await session(
      "let late = 7; const q = 100",
      `const f = ({ a, b: { c = late } = { c: 2 } }: any, ...r: number[]) => {
        const { late: q } = { late: 5 };
        outer: for (const late of [1, 2, 3]) { for (;;) { if (late === 2) break outer; continue outer } }
        try { throw 4 } catch (late) { r.push(late as number) }
        var late2 = ((late: number) => late + 1)(9);
        return a + c + q + late2 + r[0];
      }`,
    );
    await same(cells, [{ a: 1 }, { a: 1, b: {} }], [1 + 2 + 5 + 10 + 4, 1 + 7 + 5 + 10 + 4]);
  });
  it("functions of the language under another name", async () => {
    const cells = await session(
      "const max = Math.max, parse = parseInt, M = Math, own = Object.prototype.hasOwnProperty",
      "const f = (x: string) => max(parse(x), M.sqrt(16)) + (own.call({ a: 1 }, 'a') ? 1 : 0)",
    );
    await same(cells, ["3", "9"], [5, 10]);
  });
});

describe("classes", () => {
  it("static members and instances made in the closure", async () => {
    const cells = await session(
      "class P { static made = 5; readonly k: number;\n  constructor(public a: number, k = 2) { this.k = k }\n  sq(): number { return this.a ** this.k }\n  static of(n: number): P { return new P(n + P.made) } }",
      "const f = (x: number) => P.of(x).sq()",
    );
    await same(cells, [1], [36]);
  });
  it("a static member as it is now", async () => {
    const cells = await session("class P { static n = 1 }", "const f = (x: number) => x + P.n", "P.n = 8");
    await same(cells, [1], [9]);
  });
  it("a captured instance", async () => {
    const cells = await session(
      "class P { constructor(public a: number) {} sq() { return this.a ** 2 } }",
      "const p = new P(3)",
      "const f = (x: number) => p.sq() + x + (p instanceof P ? 100 : 0)",
    );
    await same(cells, [1], [110]);
  });
  it("a derived class, in a cycle with a function", async () => {
    const cells = await session(
      "class P { constructor(public a: number) {} }",
      "class D extends P { tw(): number { return helper(this.a) } }\nfunction helper(n: number): number { return n > 2 ? new D(1).tw() : n * 10 }",
      "const f = (x: number) => new D(x).tw()",
    );
    await same(cells, [2, 5], [20, 10]);
  });
  it("a captured instance of a derived class that its class refers to", async () => {
    const cells = await session(
      "class P { constructor(public a: number) {} static origin: P; far(): number { return this.a - P.origin.a } }\nP.origin = new P(2)",
      "class D extends P { static first = new D(1) }",
      "const d = new D(9)",
      "const f = (x: number) => x + d.far() + D.first.a",
    );
    await same(cells, [1], [9]);
  });
  it("a class that captures its own instance", async () => {
    const cells = await session(
      "class P { constructor(public a: number) {} other(): number { return one.a + this.a } }\nconst one = new P(1)",
      "const f = (x: number) => new P(x).other() + one.other()",
    );
    await same(cells, [1], [4]);
  });
  it("a class expression, an anonymous one, one made by a function", async () => {
    const cells = await session(
      "const A = class { v = 1 }, B = class Named { v = 2 }",
      "const mix = (n: number) => class { v = n }",
      "const C = mix(3)",
      "const f = (x: number) => [new A().v, new B().v, new C().v, A.name, B.name, x]",
    );
    await same(cells, [1], [[1, 2, 3, "A", "Named", 1]]);
  });
  it("classes that extend those of the language", async () => {
    const cells = await session(
      "class Oops extends RangeError { constructor(m: string, readonly code = 4) { super(m); this.name = 'Oops' } }",
      "class Bag extends Map<string, number> { total() { let t = 0; for (const v of this.values()) t += v; return t } }",
      "class Tags extends Set<string> { list() { return [...this].join() } }",
      "class Stack extends Array<number> { top() { return this[this.length - 1] } }",
      "const oops = new Oops('far'); const bag = new Bag([['a', 1], ['b', 2]]); const tags = new Tags(['x']); const stack = new Stack(4, 5, 6)",
      "const f = (x: number) => [oops.message, oops.code, oops.name, oops instanceof RangeError, bag.total(), bag instanceof Bag, tags.list(), stack.top(), stack.length, x]",
    );
    await same(cells, [1], [["far", 4, "Oops", true, 3, true, "x", 6, 3, 1]]);
  });
  it("private members of instances made in the closure", async () => {
    const cells = await session(
      "class Priv { #s = 4; get s() { return this.#s } }",
      "const f = (x: number) => new Priv().s + x",
    );
    await same(cells, [1], [5]);
  });
  it("the same class in two closures: instances of one are instances in the other", async () => {
    const cells = await session(
      "class P { constructor(public a: number) {} }",
      "const make = (x: number) => new P(x)",
      "const test = (p: unknown) => p instanceof P",
    );
    const { ship } = await import("../../src/core/closure/ship.js");
    const { load } = await import("../../src/core/closure/load.js");
    const copy = (name: string) => load<(x: unknown) => unknown>(ship(cells.fn(name)).bytes);
    assert.equal(copy("test")(copy("make")(1)), true);
    assert.equal(cells.fn("test")(copy("make")(1)), true, "the driver's own class");
  });
});

describe("enums and namespaces", () => {
  it("an enum", async () => {
    const cells = await session("enum E { A = 4, B }", "const f = (x: number) => x + E.B + E[4].length");
    await same(cells, [1], [7]);
  });
  it("a const enum", async () => {
    const cells = await session(
      "const f = (() => { const enum K { A = 4, B = A << 1 } return (x: number) => x + K.B })()",
    );
    await same(cells, [1], [9]);
  });
  it("a namespace, used whole and from inside", async () => {
    const cells = await session(
      "namespace N { export const q = 3; const hidden = 4; export function g(x: number) { return x + q + hidden } export namespace In { export const z = q } }",
      "const f = (x: number) => N.g(x) + N.In.z",
    );
    await same(cells, [1], [11]);
    await same(cells, [1], [8], "", (cells.value("N") as { g: never }).g);
  });
  it("an alias of a member of a namespace", async () => {
    const cells = await session(
      "namespace N { export namespace In { export const z = 5 } }\nimport z = N.In.z; const f = (x: number) => x + z",
    );
    await same(cells, [1], [6]);
  });
});

describe("data", () => {
  it("dates, maps, sets, regular expressions, typed arrays, bigints, buffers, cycles", async () => {
    const cells = await session(
      "const d = new Date(7), m = new Map([['a', 1]]), re = /b+/gi, set = new Set([1]), ta = new Float64Array([1, 2]), big = 10n, buf = Buffer.from('hi'); const cyc: any = { n: 1 }; cyc.self = cyc",
      "const f = (x: number) => [d.getTime(), m.get('a'), 'abb'.match(re)![0], set.size, ta[1], Number(big), buf.toString(), cyc.self.self === cyc, x]",
    );
    await same(cells, [1], [[7, 1, "bb", 1, 2, 10, "hi", true, 1]]);
  });
  it("data with functions and instances in it, shared and cyclic", async () => {
    const cells = await session(
      "class P { constructor(public a: number) {} }",
      "const p = new P(2); const data: any = { list: [p, { p }], map: new Map<any, any>([[p, (x: number) => x + p.a]]), set: new Set([p]), bare: Object.assign(Object.create(null), { p }) }; data.self = data",
      "const f = (x: number) => [data.list[0] === data.list[1].p, data.map.get(data.list[0])(x), data.set.has(data.bare.p), Object.getPrototypeOf(data.bare) === null, data.self === data, data.list[0] === p]",
    );
    await same(cells, [1], [[true, 3, true, true, true, true]]);
  });
  it("errors, with cause and their own properties", async () => {
    const cells = await session(
      "const e = Object.assign(new TypeError('a', { cause: new Error('b') }), { code: 'E1' })",
      "const f = (x: number) => [e instanceof TypeError, e.message, (e.cause as Error).message, e.code, Object.keys(e).join(), x]",
    );
    await same(cells, [1], [[true, "a", "b", "E1", "code", 1]]);
  });
  it("symbols as keys and values", async () => {
    const cells = await session(
      "const own = Symbol('own'), reg = Symbol.for('reg'); const o: any = { [own]: 1, [reg]: 2 }",
      "const f = (x: number) => [o[own], o[reg], Symbol.iterator in [], x]",
    );
    await same(cells, [1], [[1, 2, true, 1]]);
  });
  it("URLs and number formats", async () => {
    const cells = await session(
      "const u = new URL('http://a/b?c=1'), nf = new Intl.NumberFormat('en', { minimumFractionDigits: 2 })",
      "const f = (x: number) => u.searchParams.get('c') + nf.format(x)",
    );
    await same(cells, [1234.5], ["11,234.50"]);
  });
  it("a linked list of 50,000 instances", async () => {
    const cells = await session(
      "class Link { constructor(readonly n: number, readonly next?: Link) {} }",
      "let list: Link | undefined; for (let i = 0; i < 50_000; i++) list = new Link(i, list)",
      "const f = (x: number) => { let n = 0; for (let l = list; l; l = l.next) n++; return n + x }",
    );
    await same(cells, [1], [50_001]);
  });
});

describe("what a closure changes stays its own", () => {
  const own = async (elsewhere: Elsewhere, text: string[], rows: unknown[], expected: unknown[]) => {
    const cells = await session(...text);
    assert.deepEqual(await elsewhere.call(cells.fn("f"), rows), expected);
    assert.deepEqual(await elsewhere.call(cells.fn("f"), rows), expected, "again: a fresh copy");
    return cells;
  };
  for (const [where, elsewhere] of [
    ["in process", inProcess],
    ["in a worker", worker],
  ] as const) {
    it(`a variable it assigns to, ${where}`, async () => {
      const cells = await own(
        elsewhere,
        ["let cnt = 0; const f = (x: number) => { cnt += x; return cnt }"],
        [1, 2],
        [1, 3],
      );
      assert.equal(cells.value("cnt"), 0);
    });
    it(`a Map it adds to, ${where}`, async () => {
      const cells = await own(
        elsewhere,
        ["const seen = new Map<number, number>()", "const f = (x: number) => { seen.set(x, 1); return seen.size }"],
        [1, 2],
        [1, 2],
      );
      assert.equal((cells.value("seen") as Map<number, number>).size, 0);
    });
  }
});

describe("a class that comes to a worker again", () => {
  it("is the same class there, with what it captures as it is now", async () => {
    const cells = await session(
      "let unit = 1; class P { static n = 1; v() { return P.n * unit } }; const set = (n: number) => { unit = n; P.n = n }",
    );
    await cells.run(
      "const p = new P(); const f = (x: number) => { (globalThis as any).kept ??= p; return [p.v(), (globalThis as any).kept instanceof P] }",
    );
    assert.deepEqual(await worker.call(cells.fn("f"), [1]), [[1, true]]);
    cells.fn("set")(3);
    assert.deepEqual(await worker.call(cells.fn("f"), [1]), [[9, true]]);
  });
});
