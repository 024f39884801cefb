import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import ts from "typescript";
import { importFrom } from "../../src/core/closure/import-from.js";
import { noteModule } from "../../src/core/closure/imports.js";
import { registerModule } from "../../src/core/closure/modules.js";
import { closureTransformer } from "../../src/transformer/transformer.js";
import { Cells, folder, session } from "./cells.js";
import { inProcess } from "./elsewhere.js";

import { same, worker } from "./same.js";

describe("modules", () => {
  it("import * of a built-in", async () => {
    const cells = await session(
      "import * as zlib from 'node:zlib'",
      "const f = (x: string) => zlib.gunzipSync(zlib.gzipSync(x)).toString()",
    );
    await same(cells, ["abc"], ["abc"]);
  });
  it("named and default imports of built-ins, in the cell and from an earlier one", async () => {
    const cells = await session(
      "import { createHash as hash } from 'node:crypto'\nimport fs from 'node:fs'",
      "const f = (x: string) => hash('md5').update(x).digest('hex').slice(0, 4) + typeof fs.readFileSync",
    );
    await same(cells, ["3"], ["eccbfunction"]);
    const one = await session(
      "import { createHash } from 'node:crypto'\nimport fs from 'node:fs'\nconst f = (x: string) => createHash('md5').update(x).digest('hex').slice(0, 4) + typeof fs.readFileSync",
    );
    await same(one, ["3"], ["eccbfunction"]);
  });
  it("a CommonJS package", async () => {
    const cells = await session(
      "import { TraceMap } from '@jridgewell/trace-mapping'\nimport table from 'cli-table3'",
      "const f = (x: string) => x + typeof TraceMap + typeof table",
    );
    await same(cells, ["3"], ["3functionfunction"]);
  });
  it("an ES package", async () => {
    const cells = await session(
      "import chalk from 'chalk'\nimport { Chalk } from 'chalk'",
      "const f = (x: string) => typeof chalk.red(x) + typeof Chalk",
    );
    await same(cells, ["3"], ["stringfunction"]);
  });
  it("require, and what it gave", async () => {
    const cells = await session(
      "declare const require: any; const os = require('node:os'); const { basename } = require('node:path'); const f = (x: string) => typeof os.cpus + basename(x) + require('node:path').extname(x)",
    );
    await same(cells, ["/a/b.c"], ["functionb.c.c"]);
  });
  it("a function and a class of a package under another name", async () => {
    const cells = await session(
      "import * as trace from '@jridgewell/trace-mapping'",
      "const { originalPositionFor: at, TraceMap: T } = trace",
      "const f = (x: string) => x + typeof at + new T({ version: 3, sources: [], names: [], mappings: '' }).sources.length",
    );
    await same(cells, ["3"], ["3function0"]);
  });
  it("the user's own files, by value", async () => {
    const { registerTypeScript } = await import("./ts-files.js");
    const dir = folder({
      "lib.ts":
        "import * as zlib from 'node:zlib';\nexport interface Opt { k: number }\nconst inner = (x: number): number => x + 1000 + zlib.gzipSync('').length - zlib.gzipSync('').length;\nexport const local = (x: number, o: Opt = { k: 1 }): number => inner(x) * o.k;\nexport default function dflt(x: number): number {\n  if (x < 0) throw new RangeError('neg ' + x);\n  return x;\n}\n",
    });
    registerTypeScript(dir);
    const cells = new Cells(undefined, {}, `${dir}/session.ts`);
    await cells.run(
      "import dflt, { local } from './lib'\nimport * as lib from './lib'",
      "const f = (x: number) => local(x) + dflt(1) + lib.local(1, { k: 2 })",
    );
    await same(cells, [1], [1001 + 1 + 2002]);
  });
  it("of a namespace of the user's own file what is used: beside it may stand what cannot travel", async () => {
    const { registerTypeScript } = await import("./ts-files.js");
    const dir = folder({
      "beside.ts":
        "import { Socket } from 'node:net';\nexport const sock = new Socket();\nexport const inc = (x: number) => x + 1;\nexport class Base { k = 2 }\n",
    });
    registerTypeScript(dir);
    const cells = new Cells(undefined, {}, `${dir}/session.ts`);
    await cells.run(
      "import * as beside from './beside'; const f = (x: number) => { class D extends beside.Base {} return beside.inc(x) * new D().k + [x].map(y => beside.inc(y))[0] }",
    );
    await same(cells, [1], [6]);
  });
});

describe("ES modules", () => {
  /** A closure of a file that is emitted as an ES module. */
  const esm = async (text: string, files: Record<string, string> = {}) => {
    const dir = folder(files);
    const file = `${dir}/user.mjs`;
    const output = ts.transpileModule(text, {
      fileName: file,
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      transformers: { before: [closureTransformer(ts)] },
    }).outputText;
    registerModule(file, { text: output, file: `file://${file}`, base: file });
    writeFileSync(file, output);
    return { dir, exports: (await import(`file://${file}`)) as Record<string, never> };
  };
  it("import.meta", async () => {
    const { dir, exports } = await esm("export const f = (x: number) => import.meta.url + x");
    for (const elsewhere of [inProcess, worker])
      assert.deepEqual(await elsewhere.call(exports["f"]!, [1]), [`file://${dir}/user.mjs1`]);
  });
  it("a dynamic import, from the file's own place", async () => {
    const { exports } = await esm("export const f = async (x: number) => (await import('./beside.mjs')).k + x", {
      "beside.mjs": "export const k = 4",
    });
    for (const elsewhere of [inProcess, worker]) assert.deepEqual(await elsewhere.call(exports["f"]!, [1]), [5]);
  });
  it("a package with a top-level await", async () => {
    const { dir, exports } = await esm(
      "let late = 0; export const set = (x: unknown) => { late = x as number }; export const f = (x: number) => (late as any)(x)",
    );
    mkdirSync(`${dir}/node_modules/waits`, { recursive: true });
    writeFileSync(
      `${dir}/node_modules/waits/package.json`,
      '{"name":"waits","type":"module","exports":{"import":"./index.js"}}',
    );
    writeFileSync(`${dir}/node_modules/waits/index.js`, "const k = await 5; export const add = x => x + k");
    const waits = await importFrom(`${dir}/user.mjs`, "waits");
    (exports["set"] as (x: unknown) => void)(noteModule("waits", `${dir}/user.mjs`, waits as { add: unknown }).add);
    for (const elsewhere of [inProcess, worker]) assert.deepEqual(await elsewhere.call(exports["f"]!, [1]), [6]);
  });
});
