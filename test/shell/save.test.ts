import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import * as api from "../../src/index.js";
import { FileTypeError, UserFiles } from "../../src/shell/files/user-files.js";
import { emptyFolder } from "./helpers/run-shell.js";
import { type SessionHarness, startSession } from "./session-harness.js";

let shell: SessionHarness;
let files: UserFiles;
const folder = emptyFolder();
before(async () => {
  shell = await startSession();
  const session = { sc: undefined, ssc: undefined, spark: undefined };
  files = new UserFiles({
    directory: folder,
    api,
    session,
    transpileOnly: false,
    warn: () => {},
    stacksChanged: () => {},
  });
});
after(async () => {
  files.dispose();
  await shell.dispose();
});
beforeEach(() => shell.session.reset());

let count = 0;

/** Types the inputs, saves them, and gives the program, whose types have been checked. */
async function saved(...inputs: string[]): Promise<string> {
  for (const input of inputs) await shell.type(input);
  const file = path.join(folder, `saved${count++}.ts`);
  assert.match(await shell.type(`:save ${file}`), /^\d+ inputs? (?:is|are) saved in .*\.$/);
  const text = readFileSync(file, "utf8");
  try {
    await files.check(file);
  } catch (error) {
    if (!(error instanceof FileTypeError)) throw error;
    assert.fail(`${error.message}\n\n${text}`);
  }
  return text;
}

/** The program without what stands in front and behind. */
const body = (text: string) =>
  text
    .split("\n")
    .filter(line => line !== "" && !/^(?:\/\/|export \{\}|import \{.*\} from "tspark"|if \(!sc)/.test(line))
    .join("\n");

test("a session as a program: contexts, imports of what is used, and the end", async () => {
  assert.equal(
    await saved("const xs = [1, 2, 3]", "sc.parallelize(xs).map(x => x * 2).collect()"),
    `// A session of tspark-shell.
import { SparkConf, SparkContext } from "tspark";

const sc = SparkContext.getOrCreate(
  new SparkConf().setIfMissing("spark.master", "local[*]").setIfMissing("spark.app.name", "saved0"),
);

const xs = [1, 2, 3];
await sc.parallelize(xs).map(x => x * 2).collect();

if (!sc.isStopped) await sc.stop();
`,
  );
});

const CASES: Readonly<Record<string, readonly [inputs: readonly string[], program: string]>> = {
  "a constant and a type of one name, of which either is declared again": [
    [
      "const X = 1; type X = number",
      "const a: X = X",
      "const X: X = 5",
      "type X = string",
      "const b: X = 'b'",
      "X + 1",
    ],
    "const X_1 = 1;\ntype X_2 = number;\nconst a: X_2 = X_1;\nconst X: X_2 = 5;\ntype X = string;\nconst b: X = 'b';\nX + 1;",
  ],
  "what TypeScript merges is one": [
    [
      "class A { y = 1 }; interface A { x?: number }",
      "function F() { return 1 } namespace F { export const k = 2 }",
      "F() + F.k + new A().y",
    ],
    "class A { y = 1 }\ninterface A { x?: number }\nfunction F() { return 1 }\nnamespace F { export const k = 2 }\nF() + F.k + new A().y;",
  ],
  "nobody imports it": [
    [
      "export default { a: 1 }",
      "export default function f() { return 1 }",
      "const v = 1",
      "export { v as w }",
      "f() + v",
    ],
    "({ a: 1 });\nfunction f() { return 1 }\nconst v = 1;\nf() + v;",
  ],
  "failed inputs are left out": [["const a = 1", "nope", "throw 1", "a + 1"], "const a = 1;\na + 1;"],
  "results that are used later are constants": [
    ["[1, 2].length", "[3]", "res0 + res1[0]!", "_ + 1"],
    "const res0 = await [1, 2].length;\nconst res1 = [3];\nconst res2 = res0 + res1[0]!;\nres2 + 1;",
  ],
  "a line that begins with a dot goes on from the last result": [
    ["[3, 1]", ".length", "const xs = [1]", ".concat(2)"],
    "const res0 = [3, 1];\nawait res0.length;\nconst xs = [1];\nawait xs.concat(2);",
  ],
  "what was declared again keeps its older self for those who use it": [
    ["let a = 1", "const f = () => a", 'const a = "x"', "[f(), a]"],
    'let a_1 = 1;\nconst f = () => a_1;\nconst a = "x";\n[f(), a];',
  ],
  "a declaration may use the name it declares again": [
    ["const a = 1", "const a_1 = 5", "const { a, ...rest } = { a: [1], b: 2 }", "const b = { a }"],
    "const a_2 = 1;\nconst a_1 = 5;\nconst { a, ...rest } = { a: [1], b: 2 };\nconst b = { a };",
  ],
  "shorthands are written out": [
    ["const a = 1", "const o = { a }", "const { a } = { a: o }", "a.a"],
    "const a_1 = 1;\nconst o = { a: a_1 };\nconst { a } = { a: o };\nawait a.a;",
  ],
  "functions and types that were replaced before they were used are left out": [
    [
      "function f() { return 1 }",
      "type T = number",
      "function f() { return 2 }",
      "type T = string",
      "let t: T = 'x' + f()",
    ],
    "function f() { return 2 }\ntype T = string;\nlet t: T = 'x' + f();",
  ],
  "names inside functions and properties are none of the session's": [
    [
      "const a = 1",
      "function f(a: number) { return { a, b: [a].map(a => a) } }",
      "const a = 'x'",
      "f(2).a; ({ a: a }).a",
    ],
    "const a_1 = 1;\nfunction f(a: number) { return { a, b: [a].map(a => a) } }\nconst a = 'x';\nawait f(2).a;\nawait ({ a: a }).a;",
  ],
  "imports stand once; one that was replaced has another name": [
    ['import { join } from "node:path"', 'import { join } from "node:path"', "join('a')", "const join = 1", "join + 1"],
    "import { join as join_1 } from \"node:path\";\nawait join_1('a');\nconst join = 1;\njoin + 1;",
  ],
  "types, classes, enums, assignments, loops": [
    [
      "interface Q { n: number }",
      "class P implements Q { n = 1 }",
      "enum E { A }",
      "let p: Q = new P()",
      "p = { n: 2 }",
      "for (const x of [E.A]) console.log(x, p.n)",
    ],
    "interface Q { n: number }\nclass P implements Q { n = 1 }\nenum E { A }\nlet p: Q = new P();\np = { n: 2 };\nfor (const x of [E.A]) console.log(x, p.n);",
  ],
  "an object literal, and looking at a value": [
    ["const o = { a: 1 }", "o", "{ a: o.a }"],
    "const o = { a: 1 };\n({ a: o.a });",
  ],
  "semicolons that a next line needs": [
    ["const f = (x: number) => x", "(1 + 1)", "[1].map(f)"],
    "const f = (x: number) => x;\n(1 + 1);\nawait [1].map(f);",
  ],
};

for (const [what, [inputs, program]] of Object.entries(CASES)) {
  test(`:save: ${what}`, async () => assert.equal(body(await saved(...inputs)), program));
}

test(":save: streams wait for their end; only what is used is made and imported", async () => {
  await shell.type(":reset");
  const text = await saved(
    "const lines = ssc.queueStream([sc.parallelize(['a b'])])",
    "lines.flatMap(l => l.split(' ')).map((w): [string, number] => [w, 1]).reduceByKey((a, b) => a + b).print()",
    "const window: Duration = Seconds(2)",
    "void ssc.start",
  );
  assert.match(
    text,
    /^import \{ Duration, Milliseconds, Seconds, SparkConf, SparkContext, StreamingContext \} from "tspark";$/m,
  );
  assert.match(text, /^const ssc = new StreamingContext\(sc, Milliseconds\(1000\)\);$/m);
});

test(":save: the program runs on its own and does what the session did", async () => {
  const inputs = ["let n = 1", "const inc = () => ++n", "inc()", "const n = 'x'", "console.log(n, inc(), res0)"];
  const said: string[] = [];
  for (const input of inputs) said.push(await shell.type(input));
  assert.equal(said.at(-1), "x 3 2");
  const file = path.join(folder, "run.ts");
  await shell.type(`:save ${file}`);
  assert.equal(await shell.runFile(file), "x 3 2");
});

test(":save: streams that were stopped leave sc alone and are followed by fresh ones, as in the session", async () => {
  await shell.type(":reset");
  const text = await saved(
    "ssc.queueStream([sc.parallelize(['a'])]).print()",
    "await ssc.stop()",
    "ssc.queueStream([sc.parallelize(['b'])]).count().print()",
    "await ssc.stop()",
    "console.log(await sc.range(0, 3).count(), sc.isStopped, ssc.getState())",
    "ssc.stop()",
  );
  assert.equal(text.match(/^if \(ssc\.getState\(\) === "STOPPED"\) ssc = new /gm)?.length, 2);
  assert.match(text, /^let ssc = /m);
  // A program of its own has Spark's default, under which the first stop would be the end of sc.
  assert.match(text, /\.setIfMissing\("spark\.streaming\.stopSparkContextByDefault", "false"\)/);
});

test(":save replaces what it wrote and nothing else", async () => {
  const file = path.join(folder, "mine.ts");
  writeFileSync(file, "// mine\n");
  await shell.type("1 + 1");
  assert.match(await shell.type(`:save ${file}`), /mine\.ts is there and was not written by :save/);
  assert.equal(readFileSync(file, "utf8"), "// mine\n");
  const own = path.join(folder, "own.ts");
  assert.equal(await shell.type(`:save ${own}`), `1 input is saved in ${own}.`);
  await shell.type("2 + 2");
  assert.equal(await shell.type(`:save ${own}`), `2 inputs are saved in ${own}.`);
  assert.equal(await shell.type(":save"), ":save is used as :save FILE");
});
