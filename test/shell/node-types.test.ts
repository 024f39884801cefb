import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { LanguageTypeService } from "../../src/shell/types/language-type-service.js";
import { NodeTypes } from "../../src/shell/types/node-types.js";
import { findTypePaths } from "../../src/shell/types/package-paths.js";
import { loadTypeScript } from "../../src/shell/types/typescript.js";

async function newService() {
  const service = new LanguageTypeService({ typescript: await loadTypeScript(), paths: findTypePaths() });
  service.start({ directory: process.cwd() });
  return service;
}

/** Compiles and commits an input; gives the type of its last expression. */
async function run(service: LanguageTypeService, input: string): Promise<string | undefined> {
  const cell = await service.compile(input);
  assert.ok(cell.status === "compiled", `${input}: ${JSON.stringify(cell)}`);
  await service.commit({ done: cell.statements.length, results: [] });
  const last = cell.statements.at(-1)!;
  return last.kind === "expression" ? last.type : undefined;
}

// Modules without declarations: what nobody should use, and what is newer than the declarations.
const folder = path.join(findTypePaths().typeRoots[0]!, "node");
const hasTypes = (name: string) => existsSync(path.join(folder, `${name.replace(/^node:/, "")}.d.ts`));

test("every module of Node has its types when it is imported", async () => {
  const service = await newService();
  for (const name of builtinModules.filter(hasTypes)) {
    assert.doesNotMatch((await run(service, `import * as m from "${name}"; m`)) ?? "", /^(any)?$/, name);
  }
  assert.equal(await run(service, 'import { run } from "node:test"; run()'), "test.TestsStream");
});

test("modules that are seldom used come with their first import, in whatever form", async () => {
  for (const [input, type] of [
    ['import { gzipSync } from "zlib"; gzipSync("a")', "NonSharedBuffer"],
    ['import { constants } from "node:http2"; constants.NGHTTP2_NO_ERROR', "number"],
    ['(await import("node:dgram")).createSocket("udp4")', "Socket"],
    ['declare const s: import("node:inspector").Session; s', "Session"],
    ['process.getBuiltinModule("node:http2").constants.NGHTTP2_NO_ERROR', "number"],
    ['import repl = require("repl"); new repl.Recoverable(new Error())', "Recoverable"],
  ] as const) {
    const shown = (await run(await newService(), input)) ?? "";
    assert.equal(shown.replace(/^.*\.|<.*/g, ""), type, input);
  }
});

test("their names are completed before that", async () => {
  const service = await newService();
  const text = 'import {} from "node:http';
  const { items } = await service.complete(text, text.length);
  assert.deepEqual(items.map(i => i.name).sort(), ["node:http", "node:http2", "node:https"]);
});

test("the list of files: without the seldom ones, until one of them is needed by its name", () => {
  const index = ["fs", "http2", "inspector.generated", "test"]
    .map(f => `/// <reference path="${f}.d.ts" />\n`)
    .join("");
  const types = new NodeTypes("/types", () => index);
  assert.equal(types.indexText()!.trim(), '/// <reference path="fs.d.ts" />');
  assert.equal(types.declarationOf("node:http2", "/a.ts"), "/types/node/http2.d.ts");
  assert.equal(types.declarationOf("inspector/promises", "/a.ts"), "/types/node/inspector.generated.d.ts");
  assert.equal(types.declarationOf("node:test", "/a.ts"), "/types/node/test.d.ts");
  assert.equal(types.declarationOf("node:http2", "/types/node/process.d.ts"), undefined);
  // Not listed: declared at the start, if anywhere.
  assert.equal(types.declarationOf("zlib", "/a.ts"), undefined);
  assert.equal(types.declarationOf("fs", "/a.ts"), undefined);
  types.see("process.getBuiltinModule('http2')");
  assert.equal(types.indexText(), index);
  assert.equal(types.declarationOf("node:http2", "/a.ts"), undefined);
});
