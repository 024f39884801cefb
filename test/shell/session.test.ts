import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { type SessionHarness, startSession } from "./session-harness.js";
import { parseTranscript } from "./transcript.js";

let shell: SessionHarness;
before(async () => {
  shell = await startSession();
});
after(() => shell.dispose());

/** A conversation in a session without names, each answer compared. Errors count their lines within each input. */
function conversation(name: string, text: string): void {
  test(name, async () => {
    await shell.session.reset();
    for (const { input, output } of parseTranscript(name, text.replace(/^\n/, "")).steps) {
      assert.equal(await shell.type(input), output, input);
    }
  });
}

conversation(
  "a line with a type error runs nothing",
  `
tspark> const n: number = "a"; console.log("never")
<console>:1:7 - error TS2322: Type 'string' is not assignable to type 'number'.
  const n: number = "a"; console.log("never")
        ^
tspark> n
<console>:1:1 - error TS2304: Cannot find name 'n'.
  n
  ^
tspark> let m = 1
m: number = 1
tspark> m = "no"
<console>:1:1 - error TS2322: Type 'string' is not assignable to type 'number'.
  m = "no"
  ^
tspark> sc.paralelize([1])
<console>:1:4 - error TS2551: Property 'paralelize' does not exist on type 'SparkContext'. Did you mean 'parallelize'?
  sc.paralelize([1])
     ^^^^^^^^^^
tspark> const f = (a: string) =>
     |   a.foo
<console>:2:5 - error TS2339: Property 'foo' does not exist on type 'string'.
    a.foo
      ^^^
tspark> 1 +* 2
<console>:1:4 - error TS1109: Expression expected.
  1 +* 2
     ^
tspark> "abc
<console>:1:5 - error TS1002: Unterminated string literal.
  "abc
      ^
tspark> 1
res0: number = 1
`,
);

conversation(
  "constants, functions and classes are called what they are when they are assigned",
  `
tspark> const c = 1
c: number = 1
tspark> c = 2
<console>:1:1 - error TS2588: Cannot assign to 'c' because it is a constant.
  c = 2
  ^
tspark> class K {}
class K
tspark> K = 5
<console>:1:1 - error TS2629: Cannot assign to 'K' because it is a class.
  K = 5
  ^
tspark> c
res0: number = 1
`,
);

conversation(
  "a run-time error shows the user's own frames and its causes",
  `
tspark> function f() { throw new Error("boom") }
f: () => void
tspark> f()
Error: boom
    at f (<console>:1:22)
    at <console>:1:1
tspark> _error.message
res0: string = 'boom'
tspark> function bad() {
     |   const q = 1
     |   throw new TypeError("in bad")
     | }
bad: () => void
tspark> await new Promise(r => setImmediate(r)); bad()
TypeError: in bad
    at bad (<console>:3:9)
    at <console>:1:42
tspark> class Mine extends Error { constructor() { super("outer", { cause: new RangeError("inner") }) } }
class Mine
tspark> throw new Mine()
Mine: outer
    at <console>:1:7
Caused by: RangeError: inner
    at new Mine (<console>:1:68)
    at <console>:1:7
tspark> throw undefined
Uncaught undefined
tspark> throw { a: 1 }
Uncaught { a: 1 }
tspark> Promise.reject(new Error("later"))
Error: later
    at <console>:1:16
tspark> [1].map(x => { throw new Error("in a callback") })
Error: in a callback
    at <console>:1:22
    at <console>:1:5
`,
);

conversation(
  "a declaration that throws leaves the name as it was, and what came before it stays",
  `
tspark> const a = 1
a: number = 1
tspark> const a: string = (() => { throw new Error("no") })()
Error: no
    at <console>:1:34
    at <console>:1:52
tspark> a
res0: number = 1
tspark> const b = 2; throw new Error("then")
b: number = 2
Error: then
    at <console>:1:20
tspark> b
res1: number = 2
`,
);

conversation(
  "a line that begins with a dot goes on from the value shown last, with its type",
  `
tspark> sc.parallelize([3, 1, 2], 1).map(x => x * 2)
res0: RDD<number> = MapPartitionsRDD[1] at map at <console>:1:30
tspark> .collect()
res1: number[] = [ 6, 2, 4 ]
tspark> const word = "abc"
word: string = 'abc'
tspark> .length
res2: number = 3
tspark> .foo
<console>:1:2 - error TS2339: Property 'foo' does not exist on type 'number'.
  .foo
   ^^^
`.replaceAll(/RDD\[\d\]/g, "RDD[1]"),
);

conversation(
  "Scala typed by habit gets its error with what to type instead",
  `
tspark> val x = 1
<console>:1:1 - error TS1434: Unexpected keyword or identifier.
  val x = 1
  ^^^
In TypeScript: const x = 1
tspark> sc.stop
res0: () => Promise<void>
sc.stop is a function; to call it: sc.stop()
`,
);

conversation(
  "values that resist are shown all the same",
  `
tspark> new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 }, getPrototypeOf() { throw 3 } })
res0: {} = {}
tspark> ({ get bad() { throw new Error("no") } })
res1: { readonly bad: void; } = { bad: [Getter] }
tspark> const cyclic: any = {}; cyclic.self = cyclic; cyclic
cyclic: any = {}
res2: any = <ref *1> { self: [Circular *1] }
res3: any = <ref *1> { self: [Circular *1] }
tspark> Object.create(null)
res4: any = [Object: null prototype] {}
tspark> Array.from({ length: 1e6 }, () => 0).length
res5: number = 1000000
`,
);

test("an array of a million elements says a hundred and how many are left", async () => {
  await shell.session.reset();
  const said = await shell.type("new Array(1e6).fill(0)");
  assert.match(said, /\.\.\. 999900 more items\n\]$/);
  assert.ok(said.length < 2000);
});

test("a timer looks as it does elsewhere, though contexts are followed", async () => {
  await shell.session.reset();
  const said = await shell.type("const timer = setTimeout(() => {}, 1)");
  assert.match(said, /^timer: NodeJS\.Timeout = Timeout \{/);
  assert.doesNotMatch(said, /kResourceStore/);
});

test("the value and the reason come back", async () => {
  await shell.session.reset();
  assert.deepEqual(await shell.session.evaluate("40 + 2"), { status: "success", value: 42 });
  assert.deepEqual(await shell.session.evaluate("// nothing"), { status: "success", value: undefined });
  const types = await shell.session.evaluate("1 as string");
  assert.equal(types.status === "failure" && types.reason, "types");
  const thrown = await shell.session.evaluate('throw new RangeError("r")');
  assert.ok(thrown.status === "failure" && thrown.reason === "thrown" && thrown.error instanceof RangeError);
  assert.deepEqual(await shell.session.evaluate("exit"), { status: "exit", code: 0 });
  await shell.session.evaluate("const quit = 1");
  assert.deepEqual(await shell.session.evaluate("quit"), { status: "success", value: 1 });
});

test("piped input counts its lines from the beginning, files have their name", async () => {
  await shell.session.reset();
  const piped = await shell.session.evaluate("\nlet a: number = 'x'", { lineOffset: 9 });
  assert.match(piped.status === "failure" ? piped.text : "", /^<console>:11:5 - error TS2322/);
  const file = await shell.session.evaluate('throw new Error("e")', { origin: "a.ts", lineOffset: 2 });
  assert.match(file.status === "failure" ? file.text : "", /at a\.ts:3:7$/);
});

test("nothing is echoed without echo, but names are bound", async () => {
  await shell.session.reset();
  await shell.session.evaluate("const quiet = 1; quiet", { echo: false });
  assert.equal(await shell.type("quiet"), "res1: number = 1");
});

test("types are told without evaluating", async () => {
  await shell.session.reset();
  await shell.type("let count = 0");
  assert.deepEqual(await shell.session.typeOf("count++"), { ok: true, text: "number" });
  assert.deepEqual(await shell.session.typeOf("sc.parallelize([1]).collect()"), {
    ok: true,
    text: "Promise<number[]>",
  });
  assert.equal(await shell.type("count"), "res0: number = 0");
  const wrong = await shell.session.typeOf("nope");
  assert.equal(wrong.ok, false);
  assert.match(wrong.text, /^<console>:1:1 - error TS2304: Cannot find name 'nope'\./);
});

test("completion knows members by type, and names in scope", async () => {
  await shell.session.reset();
  await shell.type("const answer = 42");
  const names = async (text: string) => (await shell.session.complete(text, text.length)).items.map(i => i.name);
  assert.ok((await names("sc.paral")).includes("parallelize"));
  assert.ok((await names("sc.parallelize([1]).")).includes("map"));
  assert.ok((await names("ans")).includes("answer"));
  assert.ok((await names("answer.toF")).includes("toFixed"));
  assert.equal((await shell.session.complete("sc.paral", 8)).start, 3);
  assert.ok(!(await names("")).some(n => n.startsWith("__tspark") || n.startsWith("$")));
});

test("completion in a string is about its whole content", async () => {
  await shell.session.reset();
  await shell.type(
    'const order = { "unit-price": 1, unit: 2 }; const way: { to: "north-east" | "north" } = { to: "north" }',
  );
  const complete = async (text: string) => {
    const { start, items } = await shell.session.complete(text, text.length);
    return items.map(i => text.slice(0, start) + i.name);
  };
  assert.deepEqual(await complete('order["unit-p'), ['order["unit-price']);
  assert.deepEqual(await complete("order['"), ["order['unit", "order['unit-price"]);
  assert.deepEqual(await complete('way.to = "north-'), ['way.to = "north-east']);
  assert.ok((await complete('import * as x from "node:f')).includes('import * as x from "node:fs'));
  assert.deepEqual(await complete('import { FileSystem } from "tspark/h'), ['import { FileSystem } from "tspark/hdfs']);
  for (const text of ["import * as t from 'ts", 'await import("ts', 'require("ts'])
    assert.deepEqual((await complete(text)).slice(0, 3), [`${text}park`, `${text}park/dashboard`, `${text}park/flume`]);
  assert.deepEqual(await complete('Array.from("ts'), []);
  // Behind a string, in a comment and in a template it is about names.
  assert.ok((await complete('"a" + ord')).includes('"a" + order'));
  assert.ok((await complete("/* it's */ ord")).includes("/* it's */ order"));
  assert.ok((await complete("`it's ${order.un")).includes("`it's ${order.unit"));
  for (const text of ["`ord", "`${order.unit} ord", "`a\nord", '"ord', "`x` + `ord"])
    assert.deepEqual(await complete(text), []);
});

test("the shell may change what a name holds, and the user too", async () => {
  await shell.session.reset();
  const sc = shell.session.get("sc");
  shell.session.set("ssc", undefined);
  await shell.type("const mine = 5");
  assert.equal(shell.session.get("mine"), 5);
  await shell.type("mine");
  assert.equal(shell.session.get("res0"), 5);
  assert.equal(shell.session.lastValue, 5);
  assert.equal(shell.session.get("sc"), sc);
});

test("reset forgets names and counts from res0 again", async () => {
  await shell.type("const gone = 1");
  await shell.type('import { join } from "node:path"');
  assert.deepEqual([...shell.session.imports], ['import { join } from "node:path"']);
  await shell.session.reset();
  assert.deepEqual([...shell.session.imports], []);
  assert.match(await shell.type("gone"), /TS2304/);
  assert.equal(await shell.type("7"), "res0: number = 7");
});

test("a file is loaded into the session: its names stay, its imports start from its folder", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-load-"));
  try {
    await shell.session.reset();
    writeFileSync(path.join(folder, "part.ts"), "export const twice = (x: number): number => x * 2;\n");
    const file = path.join(folder, "main.ts");
    writeFileSync(file, 'import { twice } from "./part";\nmain();\nfunction main() {}\nconst loaded = twice(21);\n');
    const loaded = await shell.session.loadFile(file);
    assert.deepEqual(loaded, { status: "success", value: undefined });
    assert.equal(await shell.type("loaded + 0"), "res0: number = 42");
    writeFileSync(file, "const fine = 1;\nconst n: number = 'a';\n");
    const wrong = await shell.session.loadFile(file);
    assert.ok(wrong.status === "failure" && wrong.text.startsWith(`${file}:2:7 - error TS2322`));
    await assert.rejects(shell.session.loadFile(path.join(folder, "none.ts")), /does not exist/);
    await assert.rejects(shell.session.loadFile(folder), /is a directory/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
