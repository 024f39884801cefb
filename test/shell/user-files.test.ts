import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { type SessionHarness, startSession } from "./session-harness.js";

let folder: string;
let shell: SessionHarness;

/** Writes files, by name, into the session's folder. */
function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tspark-files-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(path.resolve("node_modules/chalk"), path.join(folder, "node_modules/chalk"));
  shell = await startSession({ directory: folder });
});
after(async () => {
  await shell.dispose();
  rmSync(folder, { recursive: true });
});

test("a file runs as a program: names in scope and typed, imports of every kind, top-level await, closures", async () => {
  write({
    "helper.ts": "export const twice = (x: number): number => x * 2;\n",
    "data.json": '{ "a": 1 }\n',
    "main.ts": `
import chalk from "chalk";
import { readFileSync } from "node:fs";
import { RDD, SparkContext } from "tspark";
import data from "./data.json";
import { twice } from "./helper";

const local = 3;
const rdd: RDD<number> = sc.parallelize([1, 2, 3]).map(x => twice(x) + local);
console.log(await rdd.collect());
console.log(data.a, sc instanceof SparkContext, typeof SparkConf, StorageLevel.MEMORY_ONLY instanceof StorageLevel);
console.log(typeof chalk.red, import.meta.url.endsWith("main.ts"), readFileSync(__filename).length > 3);
const later = await import("./helper");
console.log(later.twice(4), require.main === module);
`,
  });
  assert.equal(await shell.runFile("main.ts"), "[ 5, 7, 9 ]\n1 true function true\nfunction true true\n8 true");
});

test("type errors are told by file, line and column, and nothing runs", async () => {
  write({ "wrong.ts": 'console.log("never");\n\nconst n: string = sc.defaultParallelism;\n' });
  assert.equal(
    await shell.runFile("wrong.ts"),
    "wrong.ts:3:7 - error TS2322: Type 'number' is not assignable to type 'string'.\n" +
      "  const n: string = sc.defaultParallelism;\n        ^",
  );
});

test("run-time errors have the file's own places, in what it imports too", async () => {
  write({
    "deep.ts":
      "interface Unused {\n  a: number;\n}\nexport function deep(): never {\n  throw new TypeError('deep');\n}\n",
    "throws.ts":
      'import { deep } from "./deep.js";\n\ntype T = string;\nfunction start(): T {\n  return deep();\n}\nstart();\n',
  });
  assert.equal(
    await shell.runFile("throws.ts"),
    "TypeError: deep\n    at deep (deep.ts:5:9)\n    at start (throws.ts:5:14)\n    at throws.ts:7:1",
  );
});

test("a file that is a link imports what lies beside the file itself", async () => {
  write({ "elsewhere/beside.ts": "export const n: number = 1;\n" });
  write({ "elsewhere/main.ts": 'import { n } from "./beside";\nconsole.log(n);\n' });
  symlinkSync(path.join("elsewhere", "main.ts"), path.join(folder, "link.ts"));
  assert.equal(await shell.runFile("link.ts"), "1");
  assert.equal(await shell.type(":load link.ts"), 'import { n } from "./beside"\n1');
});

test("what a file imports for its effect alone, and is missing or no program, fails at the file's own place", async () => {
  write({ "look.css": "body { margin: 0 }\n", "css.ts": '\nimport "./look.css";\nconsole.log("not yet");\n' });
  assert.match(
    await shell.runFile("css.ts"),
    /^SyntaxError: Unexpected token '\{'\n(?: +at look\.css:1\n)? +at css\.ts:2:1$/,
  );
  write({ "no.ts": '\nimport "./not-there";\n' });
  assert.match(await shell.runFile("no.ts"), /^Error: Cannot find module '\.\/not-there'\n[\s\S]* +at no\.ts:2:1$/);
});

test("hints in a file: each once, behind the first finding it is about, and none of the prompt's", async () => {
  write({
    "hints.ts":
      'import x from "no-such-package";\nconst rdd = sc.range(3);\nif (rdd.isEmpty()) console.log(1);\nif (rdd.isEmpty()) console.log(2);\n' +
      'const s = StreamingContext.getOrCreate("x", () => ssc);\ns.start();\nrdd.reduceByKey((a, b) => a + b);\n',
  });
  assert.deepEqual(
    (await shell.runFile("hints.ts")).split("\n").filter(line => !line.startsWith("  ")),
    [
      "hints.ts:1:15 - error TS2307: Cannot find module 'no-such-package' or its corresponding type declarations.",
      "hints.ts:3:5 - error TS2801: This condition will always return true since this 'Promise<boolean>' is always defined.",
      "A promise counts as true whatever it promises: await it first, e.g. if (await rdd.isEmpty()) …",
      "hints.ts:4:5 - error TS2801: This condition will always return true since this 'Promise<boolean>' is always defined.",
      "hints.ts:6:3 - error TS2339: Property 'start' does not exist on type 'Promise<StreamingContext>'.",
      "That is a promise of the context: await it first, e.g. const ssc = await StreamingContext.getOrCreate(…)",
      "hints.ts:7:1 - error TS2684: The 'this' context of type 'RDD<number>' is not assignable to method's 'this' of type 'RDD<readonly [unknown, AnyValue]>'.",
      "This operation is for pairs [key, value], and the elements are number: give each its key first, with .keyBy(x => key) or .map(x => [key, x])",
    ],
  );
});

test("a promise in place of its value is warned about in a file", async () => {
  write({ "text.ts": 'console.log("n " + sc.range(3).count());\n' });
  assert.match(
    await shell.runFile("text.ts"),
    /^text\.ts:1:20 - warning: A promise becomes text here, [\s\S]*\nn \[object Promise\]$/,
  );
});

test("a file may import and export as CommonJS does", async () => {
  write({
    "assigned.ts": 'export = { kind: "assigned" };\n',
    "assigns.ts":
      'import assigned = require("./assigned");\nimport path = require("node:path");\nconsole.log(assigned.kind, path.basename("a/b"));\n',
  });
  assert.equal(await shell.runFile("assigns.ts"), "assigned b");
});

test("type errors of what a file imports are told with that file's name", async () => {
  write({ "part.ts": "export const a: number = 'x';\n", "whole.ts": 'import { a } from "./part";\nconsole.log(a);\n' });
  assert.match(await shell.runFile("whole.ts"), /^part\.ts:1:14 - error TS2322/);
});

test("JavaScript runs without types, with ES syntax and with require", async () => {
  write({
    "es.js":
      'import { join } from "node:path";\nconst x = (a) => a + 1;\nconsole.log(join("a", "b"), await sc.parallelize([1]).map(x).collect());\n',
    "cjs.js": 'const { join } = require("node:path");\nconsole.log(join("c", "d"));\n',
  });
  assert.equal(await shell.runFile("es.js"), "a/b [ 2 ]");
  assert.equal(await shell.runFile("cjs.js"), "c/d");
});

test("a cell imports a TypeScript file beside it", async () => {
  write({
    "beside.ts": "export enum Colour { Red, Green }\nexport const bad = () => { throw new Error('from beside'); };\n",
  });
  assert.equal(await shell.type('import { Colour, bad } from "./beside"'), 'import { Colour, bad } from "./beside"');
  assert.equal(await shell.type("Colour.Green"), "res0: Colour = 1");
  assert.equal(await shell.type("bad()"), "Error: from beside\n    at bad (beside.ts:2:34)\n    at <console>:1:1");
});
