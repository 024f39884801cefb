import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { portable } from "../../src/core/closure/portable.js";
import { registerLoader, SHIP } from "../../src/core/closure/protocol.js";
import { ship } from "../../src/core/closure/ship.js";
import { SparkError, TaskNotSerializableError } from "../../src/core/errors/spark-error.js";
import { Cells } from "./cells.js";

/** `[cells, why the closure f stays]` */
const stays: Record<string, readonly [string[], string | RegExp]> = {
  "a socket": [
    ["import { Socket } from 'node:net'\nconst sock = new Socket()", "const f = (x: number) => sock.readyState"],
    "the closure -> sock is a Socket",
  ],
  "a socket in an object, through a helper": [
    [
      "import { Socket } from 'node:net'\nconst o = { list: [{ sock: new Socket() }] }",
      "const h = () => o",
      "const f = (x: number) => h()",
    ],
    "the closure -> h -> o.list[0].sock is a Socket",
  ],
  "this with a socket": [
    [
      "import { Socket } from 'node:net'\nclass K { k = 1; conn = new Socket(); f() { return (x: number) => x * this.k } }",
      "const f = new K().f()",
    ],
    "the closure -> this.conn is a Socket",
  ],
  "in a Map": [
    ["import { Socket } from 'node:net'\nconst m = new Map([['a', new Socket()]])", "const f = (x: number) => m.size"],
    `the closure -> m.get("a") is a Socket`,
  ],
  "an instance with private fields": [
    ["class Priv { #s = 4; get s() { return this.#s } }\nconst pv = new Priv()", "const f = (x: number) => pv.s + x"],
    "the closure -> pv is an instance of Priv, which has private fields",
  ],
  "an instance whose base has private fields": [
    [
      "class Priv { #s = 4; get s() { return this.#s } }\nclass D extends Priv {}\nconst pv = new D()",
      "const f = (x: number) => pv.s + x",
    ],
    "the closure -> pv is an instance of Priv, which has private fields",
  ],
  "an instance that hides what its methods rest on": [
    [
      "class Hides { constructor() { Object.defineProperty(this, 'table', { value: [1] }) } }\nconst hides = new Hides()",
      "const f = (x: number) => [hides, x]",
    ],
    "the closure -> hides is a Hides with properties that are not enumerable",
  ],
  "a private member of the class around": [
    ["class Priv { #s = 4; f() { return (x: number) => x + this.#s } }", "const f = new Priv().f()"],
    "the closure is a function which uses the private member #s of the class around it",
  ],
  "super in an arrow": [
    [
      "class A { k() { return 1 } }\nclass B extends A { f() { return (x: number) => super.k() + x } }",
      "const f = new B().f()",
    ],
    "the closure is a function which uses super",
  ],
  "a bound function": [
    ["const b = ((x: number) => x).bind(null)", "const f = (x: number) => b(x)"],
    "the closure -> b is a bound function",
  ],
  "a promise": [["const p = Promise.resolve(1)", "const f = (x: number) => p"], "the closure -> p is a Promise"],
  "a WeakMap": [["const w = new WeakMap()", "const f = (x: number) => w"], "the closure -> w is a WeakMap"],
  "a Proxy": [["const p = new Proxy({}, {})", "const f = (x: number) => p"], "the closure -> p is a Proxy"],
  "a generator object": [
    ["const g = (function* () { yield 1 })()", "const f = (x: number) => g.next()"],
    /^the closure -> g is an? .*Generator/,
  ],
  "a decorated class": [
    ["const d = (c: any) => c\n@d class K { v = 1 }", "const f = (x: number) => new K().v"],
    "the closure -> K is a function which has decorators",
  ],
  "a getter that throws": [
    ["const o = { f: () => 1, get a(): number { throw new Error('no') } }", "const f = (x: number) => o.a"],
    "the closure -> o.a is a getter that throws",
  ],
  "a function compiled without capture data": [
    ["const h = Function('x', 'return x')", "const f = (x: number) => h(x)"],
    "the closure -> h is a function compiled without capture data",
  ],
  "an emitter": [
    [
      "import { EventEmitter } from 'node:events'\nconst e = new EventEmitter()",
      "const f = (x: number) => e.listenerCount('a')",
    ],
    "the closure -> e is an EventEmitter",
  ],
};

describe("what cannot travel keeps the closure in the driver's thread, with the path to it", () => {
  for (const [name, [texts, why]] of Object.entries(stays))
    it(name, async () => {
      const cells = new Cells();
      await cells.run(...texts);
      const f = cells.fn("f");
      const result = portable(f);
      assert.equal(String(result.fn), String(f));
      if (typeof why === "string") assert.equal(result.stays, why);
      else assert.match(result.stays!, why);
      assert.throws(
        () => portable(f, { strict: true }),
        (e: Error) => {
          assert.ok(e instanceof TaskNotSerializableError);
          assert.ok(e.message.startsWith(`Task not serializable: ${result.stays}`), e.message);
          return true;
        },
      );
      assert.throws(() => ship(f), TaskNotSerializableError);
    });

  it("shares what cannot travel, and copies the variables beside it", async () => {
    const cells = new Cells();
    await cells.run(
      "import { Socket } from 'node:net'\nconst sock = new Socket(); let n = 0; const held = { sock, seen: [] as number[] }",
      "const f = (x: number) => { n += x; held.seen.push(x); return [n, held.seen.length, held.sock === sock && held.sock] as const }",
    );
    const { fn, fresh } = portable(cells.fn("f"));
    const sock = cells.value("sock");
    assert.deepEqual(fn(1), [1, 1, sock]);
    assert.deepEqual(fresh!()(2), [2, 1, sock]);
    assert.deepEqual([cells.value("n"), (cells.value("held") as { seen: number[] }).seen], [0, []]);
  });

  it("a variable that is not initialised yet", async () => {
    const cells = new Cells();
    const { why } = (await new Cells().run("const why = 1")) as unknown as { why: number };
    assert.equal(why, 1);
    (globalThis as { probe?: unknown }).probe = (g: Function) => portable(g).stays;
    await cells.run(
      "const stays = (() => { const g = (x: number) => x + late; const s = (globalThis as any).probe(g); const late = 1; return s + late })()",
    );
    assert.equal(cells.value("stays"), "the closure -> late is not initialised yet1");
  });
});

describe("objects that say themselves how they travel", () => {
  class Shared {
    constructor(readonly id: number) {}
    [SHIP]() {
      return { kind: "test-shared", data: { id: this.id, twice: (this as { twice?: Function }).twice } };
    }
  }
  const all = new Map<number, Shared>();
  registerLoader("test-shared", (data: { id: number }) => all.get(data.id));

  class Nested {
    [SHIP](): never {
      throw new SparkError("no RDD in a closure (SPARK-5063)", { code: "NESTED" });
    }
  }

  it("are found again by their loader", async () => {
    const shared = new Shared(1);
    all.set(1, shared);
    (globalThis as { shared?: unknown }).shared = shared;
    const cells = new Cells();
    await cells.run("const s = (globalThis as any).shared", "const f = (x: number) => s");
    assert.equal((portable(cells.fn("f")).fn as Function)(1), shared);
  });

  it("whose kind nobody knows are a clear error", async () => {
    (globalThis as { shared?: unknown }).shared = { __proto__: { [SHIP]: () => ({ kind: "test-unknown", data: 1 }) } };
    const cells = new Cells();
    await cells.run("const s = (globalThis as any).shared", "const f = (x: number) => s");
    assert.throws(() => portable(cells.fn("f")), /kind "test-unknown", for which this thread has no loader/);
  });

  it("may refuse: an error where the closure names them, also through a helper", async () => {
    (globalThis as { nested?: unknown }).nested = new Nested();
    const cells = new Cells();
    await cells.run("const rdd = (globalThis as any).nested", "const h = () => rdd", "const f = (x: number) => h()");
    assert.throws(() => portable(cells.fn("f")), /SPARK-5063/);
  });

  it("that refuse and only hang on something captured keep the closure in the driver", async () => {
    const cells = new Cells();
    await cells.run(
      "class Job { rdd = (globalThis as any).nested; factor = 2; f() { return (x: number) => x * this.factor } }",
      "const f = new Job().f()",
    );
    const { fn, stays } = portable(cells.fn("f"));
    assert.equal(stays, "the closure -> this.rdd is a Nested");
    assert.equal(fn(4), 8);
  });
});
