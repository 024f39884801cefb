import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { emptyFolder } from "./run-shell.js";

const FILES: Readonly<Record<string, string>> = {
  "helper.ts":
    "export const twice = (n: number): number => n * 2;\nexport default class Helper { id = 7 }\nexport type Id = number;\n",
  "folder/index.ts": 'export * from "../helper.js";\nexport { twice as double } from "../helper";\n',
  "circle-a.ts": 'import { b } from "./circle-b";\nexport const a = (): string => `a${b()}`;\n',
  "circle-b.ts":
    'import { a } from "./circle-a";\nexport const b = (): string => "b";\nexport const both = (): string => a();\n',
  "awaits.ts": "export const ready = await new Promise<string>(resolve => setImmediate(resolve, 'ready'));\n",
  "throws.ts": 'throw new Error("while it was loaded");\n',
  "wrong.ts": 'export const n: number = "text";\n',
  "plain.js": "exports.plain = x => x + 1;\n",
  "modern.mjs": "export const modern = await Promise.resolve('modern');\nexport default { kind: 'mjs' };\n",
  "classic.cjs": "module.exports = function classic() { return typeof require };\n",
  "style.css": "body { margin: 0 }\n",
  "data.json": '{ "name": "data", "list": [1, 2, 3] }\n',
  "typed.mts": "export const typed: string = import.meta.url.split('/').at(-1)!;\n",
  "common.cts": "export const common: boolean = typeof module === 'object';\n",
  "assigned.ts": 'export = { kind: "assigned" };\n',
  "node_modules/es-only/package.json":
    '{ "name": "es-only", "version": "1.0.0", "type": "module", "exports": { ".": { "types": "./index.d.ts", "import": "./index.js" } } }\n',
  "node_modules/es-only/index.js": "export const greet = name => `hello ${name}`;\nexport default 42;\n",
  "node_modules/es-only/index.d.ts":
    "export declare const greet: (name: string) => string;\ndeclare const answer: number;\nexport default answer;\n",
  "node_modules/old-school/package.json":
    '{ "name": "old-school", "version": "1.0.0", "main": "main.js", "types": "main.d.ts" }\n',
  "node_modules/old-school/main.js":
    "module.exports = function shout(s) { return s.toUpperCase() };\nmodule.exports.version = 1;\n",
  "node_modules/old-school/main.d.ts":
    "declare function shout(s: string): string;\ndeclare namespace shout { const version: number }\nexport = shout;\n",
  "node_modules/untyped/package.json": '{ "name": "untyped", "version": "1.0.0", "main": "index.js" }\n',
  "node_modules/untyped/index.js": "exports.add = (a, b) => a + b;\n",
  "node_modules/dual/package.json":
    '{ "name": "dual", "version": "1.0.0", "exports": { ".": { "import": "./index.mjs", "require": "./index.cjs" }, "./sub": "./sub.cjs" } }\n',
  "node_modules/dual/index.mjs": "export const how = 'import';\n",
  "node_modules/dual/index.cjs": "exports.how = 'require';\n",
  "node_modules/dual/sub.cjs": "exports.sub = true;\n",
  "node_modules/broken/package.json": '{ "name": "broken", "version": "1.0.0", "main": "index.js" }\n',
  "node_modules/broken/index.js": "throw new TypeError('the package is broken');\n",
  "node_modules/@scope/pkg/package.json":
    '{ "name": "@scope/pkg", "version": "2.0.0", "type": "module", "exports": "./index.js" }\n',
  "node_modules/@scope/pkg/index.js": "export const scoped = 'yes';\n",
};

/** A folder with files and packages of every kind that can be imported. */
export function moduleFolder(): string {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}
