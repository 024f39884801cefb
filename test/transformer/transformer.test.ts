import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runInThisContext } from "node:vm";
import ts from "typescript";
import { markOf } from "../../src/core/closure/mark.js";
import { closureTransformer } from "../../src/transformer/transformer.js";

const emit = (text: string, compilerOptions: ts.CompilerOptions = {}, key = "k") =>
  ts.transpileModule(text, {
    fileName: "a.ts",
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, ...compilerOptions },
    transformers: { before: [closureTransformer(ts, { key: () => key })] },
  }).outputText;

const run = (text: string, options?: ts.CompilerOptions): Record<string, never> => {
  const exports = {};
  runInThisContext(`(function(exports,require){${emit(text, options)}\n})`)(exports, (s: string) =>
    process.getBuiltinModule(s as "fs"),
  );
  return exports;
};

describe("names of functions are those they have without the transformer", () => {
  const cases: Record<string, string> = {
    "a variable": "const f = () => 1; export const r = f.name",
    "an exported variable": "export const f = function () {}; export const r = f.name",
    "in parentheses": "const f = (() => 1); export const r = f.name",
    "an assignment": "let f; f = () => 1; let g: any; g ??= () => 2; export const r = [f.name, g.name]",
    "an assignment to a member": "const o: any = {}; o.f = () => 1; export const r = o.f.name",
    "a property, quoted, numeric, computed":
      "const k = 'dyn'; const o: any = { a: () => 1, 'b c': () => 2, 1.50: () => 3, [k]: () => 4, [Symbol.iterator]: () => 5 }; export const r = [o.a.name, o['b c'].name, o[1.5].name, o.dyn.name, o[Symbol.iterator].name]",
    "a property named __proto__": "const __proto__ = () => 1; export const r = __proto__.name",
    defaults:
      "const { a = () => 1 } = {} as any, [b = () => 2] = [] as any; const g = (c = () => 3) => c.name; let d: any; ({ d = () => 4 } = {} as any); export const r = [a.name, b.name, g(), d.name]",
    "a member of a class":
      "class K { f = () => 1; static g = () => 2; #h = () => 3; get h() { return this.#h } } export const r = [new K().f.name, K.g.name, new K().h.name]",
    "an argument": "const id = (f: any) => f.name; export const r = id(() => 1)",
    "a named expression": "const f = function g() {}; export const r = f.name",
    "a class that looks at its name while it is made":
      "const K = class { static n = this.name }; export const r = [K.n, K.name]",
    "a method, a getter": "const o = { m() {}, get g() { return 1 } }; export const r = [o.m.name, o.g]",
  };
  for (const [name, text] of Object.entries(cases))
    it(name, () => {
      const exports = {} as { r?: unknown };
      runInThisContext(
        `(function(exports){${ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } }).outputText}\n})`,
      )(exports);
      assert.deepEqual(run(text)["r"], exports.r);
    });
});

describe("what the program does stays the same", () => {
  const cases: Record<string, readonly [string, unknown]> = {
    "hoisting, in the file and in blocks": [
      "const a = f(); function f() { return 1 } { g; function g() { return 2 } } export const r = a",
      1,
    ],
    "a directive stays first": [
      "'use strict'; function f(this: any) { return this } export const r = f.call(undefined)",
      undefined,
    ],
    "functions in cases": [
      "let r0: any; switch (1 as number) { case 1: r0 = f(); function f() { return 3 } break; default: function g() {} } export const r = r0",
      3,
    ],
    overloads: [
      "function f(a: string): number; function f(a: number): number; function f(a: any) { return 4 } export const r = f(1)",
      4,
    ],
    "a default export of a function without a name": ["export default function () { return 5 } export const r = 5", 5],
    "a namespace that adds to a function": [
      "function f() { return f.k } namespace f { export const k = 6 } export const r = f()",
      6,
    ],
    "a function called at once": ["export const r = (() => 7)() + (function () { return 1 })()", 8],
    "an arrow before super()": [
      "class A { constructor(f: any) { } } class B extends A { k = 9; constructor() { super(() => this.k) } } export const r = new B().k",
      9,
    ],
    "generators, async, getters and setters": [
      "const o = { *g() { yield 1 }, get v() { return 2 }, set v(x) {}, async a() {} }; export const r = [[...o.g()], o.v]",
      [[1], 2],
    ],
    "static blocks and private members": [
      "class K { static #n = 1; static { K.#n++ } static n() { return [1].map(() => K.#n)[0] } } export const r = K.n()",
      2,
    ],
    "JSX-like generics": ["const f = <T,>(x: T) => x; export const r = f(10)", 10],
  };
  for (const [name, [text, expected]] of Object.entries(cases))
    it(name, () => assert.deepEqual(run(text)["r"], expected));
});

describe("what is marked", () => {
  const isMarked: Record<string, readonly [string, boolean]> = {
    "an arrow": ["export const r = () => 1", true],
    "a function expression": ["export const r = function () {}", true],
    "a declaration": ["export function r() {}", true],
    "a declaration in a block": ["export let r: any; { function f() {} r = f }", true],
    "a default export": ["function r() {} export { r }; export default class {}", true],
    "an async generator": ["export async function* r() {}", true],
    "a class": ["export class r {}", true],
    "a class expression": ["export const r = class {}", true],
    "an abstract class": ["export abstract class r {}", true],
    "a method of an object": ["export const { r } = { r() {} }", true],
    "a method of a class": ["export const r = new (class { m() {} })().m", false],
    "a subclass made by hand": ["class A {} export const r = new Function('A', 'return class extends A {}')(A)", false],
    "in a namespace": ["namespace N { export const f = () => 1 } export const r = N.f", true],
    "a parameter's default": ["export const r = ((f = () => 1) => f)()", true],
  };
  for (const [name, [text, expected]] of Object.entries(isMarked))
    it(`${name}: ${expected ? "yes" : "no"}`, () => assert.equal(markOf(run(text)["r"]) !== undefined, expected));

  it("leaves declaration files and excluded files alone", () => {
    const output = ts.transpileModule("export const f = () => 1", {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
      transformers: { before: [closureTransformer(ts, { include: () => false })] },
    }).outputText;
    assert.ok(!output.includes("__tspark"));
  });
  it("numbers the functions of a file in the same way each time", () => {
    const text = "const a = () => 1; function b() { return () => 2 }";
    assert.equal(emit(text), emit(text));
  });
  it("writes a key that is not ASCII as it is", () => {
    assert.match(emit("export const f = () => 1", {}, "/höhe/日.ts"), /__tspark_mark\("\/höhe\/日\.ts#0"/);
  });
  it("keeps types and comments out of the captures", () => {
    assert.match(
      emit("import { a, type B } from './x'; export const f = (x: B) => /* why */ a"),
      /\(\) => \[\(\) => x_1\.a\]\)/,
    );
  });
  it("takes of a namespace what is used of it, that of a package whole", () => {
    assert.match(
      emit("import * as x from './x'; export const f = () => x.a.b + x.c(x.a)"),
      /\(\) => \[\(\) => x\.a, \(\) => x\.c\]\)/,
    );
    assert.match(
      emit("import * as T from 'tspark'; export const f = () => T.SparkFiles.get('a')"),
      /\(\) => \["tspark\|SparkFiles", \(\) => T\.SparkFiles\]\)/,
    );
    assert.match(emit("import * as x from 'x'; export const f = () => x.a"), /\(\) => \["x\|\*", \(\) => x\]\)/);
  });
  it("works behind another transformer, and in front of one that replaces import.meta", () => {
    const other: ts.TransformerFactory<ts.SourceFile> = context => file => {
      const visit = (node: ts.Node): ts.Node => {
        if (ts.isNumericLiteral(node)) return context.factory.createNumericLiteral(Number(node.text) + 1);
        if (ts.isMetaProperty(node)) return context.factory.createIdentifier("meta");
        return ts.visitEachChild(node, visit, context);
      };
      return ts.visitNode(file, visit) as ts.SourceFile;
    };
    const text =
      "let k = 1; export const o = { m() { return k + 1 } }; export const f = (x = 1) => [x, k, import.meta]";
    const own = closureTransformer(ts, { key: () => "k" });
    for (const before of [
      [other, own],
      [own, other],
    ]) {
      const output = ts.transpileModule(text, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
        transformers: { before },
      }).outputText;
      assert.match(output, /k = 2/);
      assert.match(output, /\["m"\]: \["k#\d", \(\) => \[\(\) => k\]\]/);
      assert.match(
        output,
        /f = __tspark_mark\("k#\d", \{ f: \(x = 2\) => \[x, k, (?:meta|__tspark_import_meta)\] \}\.f, \(\) => \[\(\) => k, \(\) => __tspark_import_meta\]\)/,
      );
    }
  });
  it("in ES modules reads imports by their own name", () => {
    assert.match(
      emit("import { a } from './x'; export const f = () => a", { module: ts.ModuleKind.ESNext }),
      /\(\) => \[\(\) => a\]\)/,
    );
  });
});
