import assert from "node:assert/strict";
import { before, test } from "node:test";
import { LanguageTypeService } from "../../src/shell/types/language-type-service.js";
import { findTypePaths } from "../../src/shell/types/package-paths.js";
import { loadTypeScript } from "../../src/shell/types/typescript.js";

let service: LanguageTypeService;
before(async () => {
  service = new LanguageTypeService({ typescript: await loadTypeScript(), paths: findTypePaths() });
  service.start({ directory: process.cwd() });
});

/** Compiles and commits an input; gives the types it shows. */
async function run(input: string): Promise<(string | undefined)[]> {
  const cell = await service.compile(input);
  assert.ok(cell.status === "compiled", JSON.stringify(cell));
  const results = cell.statements.flatMap(s => (s.kind === "expression" ? [{ slot: s.slot, name: "res0" }] : []));
  await service.commit({ done: cell.statements.length, results });
  return cell.statements.flatMap(s =>
    s.kind === "expression" ? [s.type] : s.kind === "declare" ? s.bindings.map(b => b.type) : [],
  );
}

test("a committed cell is known by its declarations, so that lines which use each other stay fast", async () => {
  await run("const x = [1].map(n => String(n))");
  await run("const y = x.map(s => s.length)");
  assert.match(service.committedText ?? "", /declare const y: number\[\];/);
  assert.doesNotMatch(service.committedText ?? "", /length/);
});

// What declarations must keep: literal types, classes with private members, enums, generics, companions, engine types.
const KEPT: [declare: string, use: string, type: string][] = [
  ["const five = 5", "const f: 5 = five; f", "5"],
  ["class P { private secret = 1; #own = 2; static made = new P() }", "P.made", "P"],
  ["enum E { A, B = 'b' }", "E.B", "E"],
  ["const enum CE { X = 7 }", "CE.X", "CE"],
  ["function pick<T, K extends keyof T>(o: T, k: K): T[K] { return o[k] }", "pick({ a: 1 }, 'a')", "number"],
  ["const rdd = sc.parallelize([1]).map(n => ({ n }))", "rdd.collect()", "{ n: number; }[]"],
  [
    "abstract class Base { abstract m(): number }",
    "new (class extends Base { m() { return 1 } })()",
    "(Anonymous class)",
  ],
  ["type Pair<A> = [A, A]; const both = (a: number): Pair<number> => [a, a]", "both(1)", "Pair<number>"],
  ["namespace N { export interface I { a: string } export const i: I = { a: '' } }", "N.i", "N.I"],
  ["let open: number | undefined", "open ?? 'none'", "string | number"],
  ["import { Readable } from 'node:stream'; const from = () => Readable.from([1])", "from()", "Stream.Readable"],
  ["const sym: unique symbol = Symbol()", "({ [sym]: 1 })[sym]", "number"],
];
for (const [declare, use, type] of KEPT) {
  test(`keeps its types: ${declare}`, async () => {
    await run(declare);
    assert.equal((await run(use)).at(-1), type);
  });
}
