import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { emptyFolder, runShell } from "./helpers/run-shell.js";

/** A program of files, of which the first is run, and what comes of it. */
interface Program {
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly input?: string;
  readonly code?: number;
  readonly out: string;
  readonly err?: RegExp;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  "an .mjs file: import, export, await and import.meta; what is only for import is found, also behind a path and a pattern":
    {
      files: {
        "a.mjs": `import { basename } from "node:path";
import other from "./b.mjs";
import { only } from "import-only";
import { sub } from "import-only/sub/x";
export const n = await Promise.resolve(5);
console.log(n, other, only, sub, basename(import.meta.url), await sc.range(n).count());
export default n;
`,
        "b.mjs": "export default await Promise.resolve('b');\n",
        "node_modules/import-only/package.json":
          '{ "name": "import-only", "type": "module", "exports": { ".": { "types": "./i.d.ts", "import": "./i.js" }, "./sub/*": { "import": "./sub/*.js" } } }',
        "node_modules/import-only/i.js": "export const only = 'only';\n",
        "node_modules/import-only/sub/x.js": "export const sub = 'sub';\n",
      },
      args: ["a.mjs"],
      out: "5 b only sub a.mjs 5\n",
    },
  "an .mts file": {
    files: { "a.mts": "export const n: number = await Promise.resolve(5);\nconsole.log(n, typeof import.meta.url);\n" },
    args: ["a.mts"],
    out: "5 string\n",
  },
  "a .cjs file whose main() nobody awaits": {
    files: {
      "a.cjs":
        'const { basename } = require("path");\n(async () => {\n  await sc.range(1).count();\n  console.log(basename(__filename), module === require.main);\n})();\n',
    },
    args: ["a.cjs"],
    out: "a.cjs true\n",
  },
  "tspark is the running one, whatever the project's paths say": {
    files: {
      "a.ts":
        'import { KafkaUtils } from "tspark/kafka";\nimport { SparkContext } from "tspark";\nimport "tspark/dashboard";\nconsole.log(typeof KafkaUtils, sc instanceof SparkContext);\n',
      "tsconfig.json":
        '{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "paths": { "tspark": ["./own.ts"], "tspark/*": ["./own.ts"] } } }',
      "own.ts": 'throw new Error("not this one");\n',
    },
    out: "object true\n",
  },
  "a file that imports nothing declares names of the shell's as its own, and awaits at its top level": {
    files: {
      "a.ts":
        "class State { n = 1; }\nconst Time = 2;\nlet sc = 3;\nfor await (const x of [4]) sc += x;\nconsole.log(new State().n, Time, sc);\n",
    },
    out: "1 2 7\n",
  },
  "the same where the folder has options of its own": {
    files: {
      "a.ts": "const Time = 2;\nconst spark = 3;\nconsole.log(Time, spark);\n",
      "tsconfig.json": '{ "compilerOptions": { "strict": true } }',
    },
    out: "2 3\n",
  },
  "JavaScript that is CommonJS stays so": {
    files: {
      "a.ts": 'import b from "./b";\nimport c, { x } from "./c";\nconsole.log(b, c.x, x);\n',
      "b.js": 'module.exports = "b";\n',
      "c.js": "exports.x = 1;\n",
    },
    out: "b 1 1\n",
  },
  "a script whose name does not say what it is": {
    files: {
      report:
        '#!/usr/bin/env tspark-shell\nimport { b } from "./b";\nconst n: number = 1;\nconsole.log(b, await sc.parallelize([1, 2], 2).map(x => x + n).collect());\nfunction f(): never {\n  throw new Error("in the report");\n}\nf();\n',
      "b.ts": 'export const b = await Promise.resolve("b");\n',
    },
    args: ["report"],
    code: 1,
    out: "b [ 2, 3 ]\n",
    err: /Error: in the report\n\s+at f \(report:6:9\)\n\s+at report:8:1\n$/,
  },
  "its type errors have its own name": {
    files: { report: "const n: string = 1;\n" },
    args: ["report"],
    code: 1,
    out: "",
    err: /^report:1:7 - error TS2322/m,
  },
  "a tsconfig.json that is broken": {
    files: { "a.ts": "console.log(1);\n", "tsconfig.json": "{ nope" },
    code: 1,
    out: "",
    err: /^tsconfig\.json:1:7 - error TS1005: '}' expected\.\n {2}\{ nope\n/m,
  },
  "a tsconfig.json with an option that does not exist": {
    files: { "a.ts": "console.log(1);\n", "tsconfig.json": '{ "compilerOptions": { "nope": 1 } }' },
    code: 1,
    out: "",
    err: /^tsconfig\.json - error TS5023: Unknown compiler option 'nope'\.$/m,
  },
  "main() at the end is waited for": {
    files: {
      "a.ts":
        'async function main() {\n  console.log("begins");\n  const n = await sc.range(3).map(x => x + 1).sum();\n  console.log("sum", n);\n}\nmain();\n',
    },
    out: "begins\nsum 6\n",
  },
  "also behind void, in a block, as an immediately called function and with then": {
    files: {
      "a.ts": `
const later = async (name: string) => { await new Promise(setImmediate); console.log(name); return name; };
void later("void");
if (sc) { later("block"); }
(async () => { await later("iife"); })();
later("then").then(name => console.log(name, "done"));
`,
    },
    out: "void\nblock\niife\nthen\nthen done\n",
  },
  "main() that fails is the program's failure": {
    files: {
      "a.ts": 'async function main() {\n  await sc.range(1).count();\n  throw new TypeError("late");\n}\nmain();\n',
    },
    code: 1,
    out: "",
    err: /TypeError: late\n\s+at main \(a\.ts:3:9\)\n$/,
  },
  "a failure does not wait for the rest": {
    files: { "a.ts": 'Promise.reject(new Error("at once"));\nawait new Promise(() => {});\n' },
    code: 1,
    out: "",
    err: /Error: at once\n\s+at a\.ts:1:16\n$/,
  },
  "a rejection that was caught is none": {
    files: { "a.ts": 'Promise.reject(new Error("x")).catch(() => console.log("caught"));\n' },
    out: "caught\n",
  },
  "an action whose promise went into a constant ends, too": {
    files: {
      "a.ts":
        "const p = sc.parallelize([1, 2], 2).map(x => x * 2).collect();\np.then(xs => sc.range(xs.length).count()).then(n => console.log(n));\n",
    },
    out: "2\n",
  },
  "a job nobody waits for ends before the program does, and its failure is told": {
    files: { "a.ts": 'const p = sc.parallelize([1], 1).foreach(() => { throw new Error("in a task"); });\n' },
    code: 1,
    out: "",
    err: /in a task/,
  },
  "the same on standard input": {
    files: {},
    args: [],
    input: 'const p = sc.range(5).count().then(n => console.log("counted", n)); 1\n',
    out: "p: Promise<void> = Promise { <pending> }\nres0: number = 1\ncounted 5\n",
  },
  "an imported file awaits at its top level, and so does what it imports": {
    files: {
      "a.ts":
        'import { b } from "./b";\nimport "./plain.js";\nimport { c } from "./lib/c.js";\nconsole.log("a", b, c);\n',
      "b.ts":
        'import { c } from "./lib/c";\nconsole.log("b");\nexport const b: number = await Promise.resolve(c + 1);\n',
      "plain.ts": 'console.log("plain");\n',
      "lib/c.ts":
        'console.log("c");\nexport let c = 0;\nfor await (const x of [1, 2]) c += x;\nexport const inside = async () => await 1;\n',
    },
    out: "c\nb\nplain\na 4 3\n",
  },
  "an awaiting file that fails is told with its place": {
    files: { "a.ts": 'import "./b";\n', "b.ts": '\nawait Promise.resolve();\nthrow new Error("in b");\n' },
    code: 1,
    out: "",
    err: /Error: in b\n\s+at b\.ts:3:7\n$/,
  },
  "awaiting files that import each other": {
    files: {
      "a.ts": 'import { b } from "./b";\nconsole.log("a", b());\n',
      "b.ts": 'import { c } from "./c";\nawait 0;\nexport const b = () => c();\n',
      "c.ts": 'import * as other from "./b";\nawait 0;\nexport const c = () => typeof other.b;\n',
    },
    out: "a function\n",
  },
  "an awaiting file is imported by import()": {
    files: {
      "a.ts": 'console.log((await import("./b")).b);\n',
      "b.ts": "export const b = await Promise.resolve(7);\n",
    },
    out: "7\n",
  },
  "-i with an awaiting import, and main() in the file itself": {
    files: {
      "i.ts": 'import { b } from "./b";\nasync function main() { await 0; console.log("main", b); }\nmain();\n',
      "b.ts": "export const b = await Promise.resolve(7);\n",
    },
    args: ["-q", "-i", "i.ts", "-e", "console.log(b)"],
    out: "main 7\n7\n",
  },
};

for (const [what, { files, args, input, code = 0, out, err }] of Object.entries(PROGRAMS)) {
  test(what, async () => {
    const cwd = emptyFolder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      writeFileSync(path.join(cwd, name), text);
    }
    const result = await runShell(args ?? ["a.ts"], { cwd, ...(input === undefined ? {} : { input }) });
    assert.equal(result.stdout, out, result.stderr);
    assert.equal(result.code, code, result.stderr);
    if (err) assert.match(result.stderr, err);
  });
}
