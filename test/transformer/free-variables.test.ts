import assert from "node:assert/strict";
import { describe, it } from "node:test";
import ts from "typescript";
import type { Closure } from "../../src/transformer/free.js";
import { freeVariables } from "../../src/transformer/free-variables.js";

/**
 * What the function marked by the name `F` takes from around it: `a`, `b=` where it assigns to it, `!a` where nothing in
 * the file declares it, `this`, `arguments`, and what stands in its way in brackets.
 */
function free(text: string): string {
  const kind = text.includes("</") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile("a.ts", text, ts.ScriptTarget.ES2022, true, kind);
  const found = freeVariables(ts, file);
  let target: Closure | undefined;
  const isF = (node: ts.Node | undefined): boolean => node !== undefined && ts.isIdentifier(node) && node.text === "F";
  for (const node of found.keys())
    if (isF(node.name) || (ts.isVariableDeclaration(node.parent) && isF(node.parent.name))) target = node;
  assert.ok(target, "no function F");
  const { variables, usesThis, usesArguments, obstacles } = found.get(target)!;
  return [
    ...[...variables.values()].map(v => `${v.binding ? "" : "!"}${v.name}${v.writes.length > 0 ? "=" : ""}`).sort(),
    ...(usesThis ? ["this"] : []),
    ...(usesArguments ? ["arguments"] : []),
    ...obstacles.map(o => `[${o}]`),
  ].join(" ");
}

const groups: Record<string, Record<string, readonly [text: string, expected: string]>> = {
  "names in and out of scope": {
    "a variable outside": ["const a = 1; const F = () => a", "a"],
    "declared behind the function": ["const F = () => a; const a = 1", "a"],
    "a parameter": ["const F = (a: number) => a", ""],
    "an undeclared name": ["const F = () => a + console.log", "!a !console"],
    "a local": ["const a = 1; const F = () => { const a = 2; return a }", ""],
    "a local of an inner block only": ["const a = 1; const F = () => { { const a = 2; a } return a }", "a"],
    "var is hoisted out of blocks": ["var a = 1; const F = () => { if (1) { var a = 2 } return a }", ""],
    "var is hoisted out of loops, tries and switches": [
      "const F = () => { for (var a of [1]); try { var b = 1 } catch {} switch (1) { case 1: var c = 1 } return [a, b, c] }",
      "",
    ],
    "var is not hoisted out of an inner function": [
      "var a = 1; const F = () => { (() => { var a = 2; return a })(); return a }",
      "a",
    ],
    "var in a for head": ["let i = 9; const F = () => { for (var i = 0; i < 2; i++); return i }", ""],
    "let of a loop is gone behind it": ["let i = 9; const F = () => { for (let i = 0; i < 2; i++); return i }", "i"],
    "for-of and for-in": ["const xs = [1]; const F = () => { for (const x of xs) x; for (const k in xs) k }", "xs"],
    "for-of into an outer variable": ["let x = 0; const F = () => { for (x of [1]); }", "x="],
    "a function in a block is the block's": ["const g = 1; const F = () => { { function g() {} g() } return g }", "g"],
    "a function is in scope in front of it": ["const F = () => { g(); function g() {} }", ""],
    "a class in a block": ["const F = () => { { class K {} new K() } return K }", "!K"],
    "a catch variable, plain and destructured": [
      "const e = 1; const F = () => { try {} catch (e) { e } try {} catch ({ message: m = e }) { m } return e }",
      "e",
    ],
    "a catch without variable": ["const F = () => { try {} catch { e } }", "!e"],
    "a case block is one scope": [
      "const a = 1; const F = (x: number) => { switch (x) { case 1: let a = 2; break; default: return a } return 0 }",
      "",
    ],
    "a label is no variable": ["const F = () => { out: for (;;) { continue out } }", ""],
    "a labelled function": ["const F = () => { l: function g() {} }", ""],
    using: ["const r = 1; const F = () => { using a = r as any; return a }", "r"],
  },
  functions: {
    "a declaration's own name": ["function F(n: number): number { return n ? F(n - 1) : 0 }", ""],
    "an expression's own name": ["const f = function F(n: number): number { return n ? F(n - 1) : f }", "f"],
    "a variable's name is outside": ["const F = (): number => F()", "F"],
    "a named expression does not leak": ["(function g() {}); const F = () => g", "!g"],
    "a default sees parameters, not the body": [
      "const a = 1, b = 2; const F = (x = a, y = x) => { const a = 3; return a + y + b }",
      "a b",
    ],
    "a default sees an outer name the body declares by var": [
      "const a = 1; const F = (x = a) => { var a = 3; return a + x }",
      "a",
    ],
    "destructured parameters, defaults and computed keys": [
      "const k = 'k', d = 1; const F = ({ [k]: x = d, ...r }: any, [y, , z = x]: any) => [x, y, z, r]",
      "d k",
    ],
    "a rest parameter": ["const F = (...xs: number[]) => xs", ""],
    "an inner function's free names are the outer's": [
      "const a = 1; const F = () => () => { const b = 2; return () => a + b }",
      "a",
    ],
    "a generator and an async function": ["const a = 1; async function* F() { yield* await a }", "a"],
    overloads: [
      "function F(a: string): void; function F(a: number): void; function F(a: unknown) { F(a as never) }",
      "",
    ],
    "arguments of its own": ["function F() { return (() => arguments)() }", ""],
    "arguments around an arrow": ["function g() { const F = () => arguments; return F }", "arguments"],
    "a variable named arguments is a variable": ["const F = (arguments: any) => arguments", ""],
    "this of its own": ["function F(this: any) { return (() => this)() }", ""],
    "this around an arrow": ["class K { m() { const F = () => () => this; return F } }", "this"],
    "this in an inner function is not the arrow's": ["const F = () => function (this: any) { return this }", ""],
    "this in an inner class is not the arrow's": [
      "const F = () => class { a = this; m() { return this } static { this } }",
      "",
    ],
    "this in an inner class's computed key is": ["const F = () => class { [this.k] = 1 }", "this"],
    "this in an object's method is not": ["const F = () => ({ m() { return this } })", ""],
    super: ["class A { m() { const F = () => super.toString(); return F } }", "[uses super]"],
    "super in an object's method": ["const F = () => ({ m() { return super.toString() } })", ""],
    "new.target": ["function g() { const F = () => new.target; return F }", "[uses new.target]"],
    "import.meta is no variable": ["const F = () => import.meta.url", ""],
    "a private name outside": [
      "class A { #p = 1; m() { const F = (o: A) => #p in o && o.#p; return F } }",
      "[uses the private member #p of the class around it]",
    ],
    "a private name of an inner class": ["const F = () => class { #p = 1; get() { return this.#p } }", ""],
  },
  "patterns and assignments": {
    "destructuring declares": [
      "const o: any = 1; const F = () => { const { a, b: [c, { d }], ...e } = o; return [a, c, d, e] }",
      "o",
    ],
    "a destructuring default and key": [
      "const k = 1, v = 2, o: any = 3; const F = () => { const { [k]: a = v } = o; return a }",
      "k o v",
    ],
    assignments: [
      "let a = 1, b = 1, c: any, d = 1; const F = () => { a = 2; b += 1; c ??= 1; d++; --d }",
      "a= b= c= d=",
    ],
    "assignment to a pattern": [
      "let a = 1, b: any, c: any, d: any; const o: any = 1; const F = () => { [a, ...b] = o; ({ c, x: d = 1 } = o) }",
      "a= b= c= d= o",
    ],
    "assignment through wrappers": ["let a: any, b: any; const F = () => { (a as any) = 1; b! = 2 }", "a= b="],
    "assignment to a member reads the object": [
      "const a: any = {}; const F = () => { a.x = 1; a.y++; [a.z] = [1]; delete a.x }",
      "a",
    ],
    "assignment to a local": ["const F = () => { let a; a = 1; return a }", ""],
    "an assignment in an inner function": ["let a = 1; const F = () => () => { a = 2 }", "a="],
    "a shorthand property": ["const a = 1; const F = () => ({ a })", "a"],
    "property names": [
      "const a = 1, o: any = 1; const F = () => ({ a: 1, b() {}, get c() { return 1 }, [o.a]: o?.a.b, 'd': 1 })",
      "o",
    ],
  },
  classes: {
    "a class's own name": ["class F { static a = 1; m() { return F.a } }", ""],
    "an expression's own name, and the variable's": ["const F = class G { m() { return [G, F] } }", "F"],
    extends: ["class A {} class F extends A {}", "A"],
    "extends a call": ["const mix = (x: any) => x, A = 1; class F extends mix(A) {}", "A mix"],
    "implements is a type": ["interface I {} class F implements I {}", ""],
    "members, computed names, static blocks": [
      "const a = 1, b = 2, c = 3, d = 4, k = 'k'; class F { x = a; [k]() { return b } static y = c; static { var q = d; q } }",
      "a b c d k",
    ],
    "a constructor's parameters": [
      "const d = 1; class F { constructor(readonly a = d, private b: number) { a; b } }",
      "d",
    ],
    "var of a static block": ["const F = class { static { { var v = 1 } v } }", ""],
    "a method's own names": [
      "const a = 1; class F { m(a: number) { return a } get g() { return a } set s(a) { a } }",
      "a",
    ],
    "a field without value, and a declared one": ["class F { a: string; declare b: typeof F }", ""],
    decorators: ["const d: any = 1, e: any = 1; @d class F { @e m() {} }", "e"],
    "an abstract class": ["abstract class F { abstract m(): void; n() { return 1 } }", ""],
  },
  "types are no uses": {
    "annotations, generics, assertions": [
      "interface A {} type B<T> = T; const v = 1; const F = <T extends A>(x: B<T>): x is any => { const y = x as unknown as A; y satisfies A; return <any>v }",
      "v",
    ],
    "typeof in a type": ["const v = 1; const F = (x: typeof v): typeof v => x", ""],
    "an imported type": ["import type { A } from 'a'; import { type B, c } from 'b'; const F = (x: A): B => c", "c"],
    "an instantiation expression": ["const g = <T>(x: T) => x; const F = () => g<string>", "g"],
    "local types": ["const F = () => { interface A {} type B = A; enum E { X } let b: B; return E.X }", ""],
    declare: ["declare const a: number; const F = () => a", "!a"],
    "a declared function in the body": ["const F = () => { declare const z: number; return z }", "!z"],
    "an ambient class and namespace": [
      "declare class A {} declare namespace N { const x: 1 } const F = () => [A, N]",
      "!A !N",
    ],
    "a namespace of types only": ["namespace N { export interface A {} } const F = () => N", "!N"],
  },
  "enums, namespaces, imports": {
    "an enum": ["enum E { A } const F = () => E.A", "E"],
    "an enum's members see each other": ["const F = () => { enum E { A = 1, B = A << 1, 'C' = B } return E }", ""],
    "a namespace's inner names": [
      "const o = 1; const F = () => { return 1 }; namespace N { const a = 1; export const g = function F() { return a + o } }",
      "a o",
    ],
    "a dotted namespace": ["namespace A.B { export const x = 1 } const F = () => A.B.x", "A"],
    "the inner name of a dotted namespace": ["namespace A.B { export const x = 1; export const F = () => B.x }", "B"],
    "a name of another part of a namespace": [
      "namespace N { export const q = 1 } namespace N { export const F = () => q }",
      "!q",
    ],
    "imports of every form": [
      "import a, { b as c, default as d } from 'a'; import * as e from 'e'; import f = require('f'); const F = () => [a, c, d, e, f]",
      "a c d e f",
    ],
    "an alias": ["namespace N { export const z = 1 } import z = N.z; const F = () => z", "z"],
    "an export default": ["const a = 1; export default function F() { return a }", "a"],
    JSX: ["const A: any = 1, p = 1; const F = () => <A b={p}>{p}</A>", "p [contains JSX]"],
  },
};

for (const [group, cases] of Object.entries(groups))
  describe(`free variables: ${group}`, () => {
    for (const [name, [text, expected]] of Object.entries(cases)) it(name, () => assert.equal(free(text), expected));
  });

describe("free variables: imports", () => {
  it("know the module and the name there", () => {
    const file = ts.createSourceFile(
      "a.ts",
      "import a, { b as c } from 'm'; import * as e from 'e'; import f = require('f'); const F = () => [a, c, e, f]",
      ts.ScriptTarget.ES2022,
      true,
    );
    const [found] = [...freeVariables(ts, file).values()];
    assert.deepEqual(
      [...found!.variables.values()].map(v => [v.name, v.binding!.from]),
      [
        ["a", { specifier: "m", name: "default" }],
        ["c", { specifier: "m", name: "b" }],
        ["e", { specifier: "e", name: "*" }],
        ["f", { specifier: "f", name: "=" }],
      ],
    );
  });
  it("know which members of a namespace are used, where nothing else of it is", () => {
    const membersIn = (body: string) => {
      const text = `import * as e from 'e'; import a from 'a'; const F = () => [${body}]`;
      const file = ts.createSourceFile("a.ts", text, ts.ScriptTarget.ES2022, true);
      const { variables } = [...freeVariables(ts, file).values()].at(-1)!;
      return [...variables.values()].map(v =>
        v.members === undefined ? v.name : `${v.name}: ${[...v.members.keys()]}`,
      );
    };
    assert.deepEqual(membersIn("e.b.c(), () => e.d, e.b, a.x"), ["e: b,d", "a"]);
    assert.deepEqual(membersIn("e.b, e"), ["e"]);
    assert.deepEqual(membersIn("e, e.b"), ["e"]);
    assert.deepEqual(membersIn("e['b'], e.c"), ["e"]);
    assert.deepEqual(membersIn("(x: typeof e.T) => e.b as e.U"), ["e: b"]);
  });
});
