import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { type CheckedExample, checkExampleTypes } from "./helpers/check-example-types.js";
import { analyseExample, expectationOf } from "./helpers/example-code.js";
import { namesOf } from "./helpers/example-names.js";
import { examplesOf, findExamples } from "./helpers/find-examples.js";
import { runExample } from "./helpers/run-example.js";

// Every `@example` of a doc comment is type-checked and run.
//
//   statement; // value            the (awaited) value is compared deeply with the comment, read as an expression
//   statement; // throws E: text…  the statement must fail so; `…` stands for anything
//   // needs: kafka                as the first line: only type-checked
//
// `sc`, `ssc` (on `clock`, a ManualClock), `spark` and the names of `helpers/example-scope.ts` are there when they are used,
// so is what the documented file, `tspark` and the other files of the folder export. The rest is imported by the example.

const src = path.resolve("src");
const built = new URL("../../src/", import.meta.url);
const examples: CheckedExample[] = findExamples(src).map(example => {
  const code = analyseExample(example.code);
  return { example, code, names: namesOf(src, example, code) };
});

test("examples are valid TypeScript with the types of the library", () => {
  const said = checkExampleTypes(process.cwd(), examples);
  assert.equal([...said.values()].flat().join("\n"), "");
});

describe("examples do what they say", () => {
  for (const checked of examples) {
    const { file, symbol, needs } = checked.example;
    if (needs !== undefined) continue;
    test(`${file}: ${symbol}`, () => runExample(built, checked));
  }
});

describe("how examples are read", () => {
  const text = `/** A class.
 *
 * @example
 * f(1); // 2
 */
export class C {
  /** Adds. @example c.add(1) */
  add(n: number) {}
}`;

  test("an example has the name of what it documents", () => {
    assert.deepEqual(
      examplesOf("a.ts", text).map(e => [e.symbol, e.code.trim(), e.line]),
      [
        ["C", "f(1); // 2", 4],
        ["C.add", "c.add(1)", 7],
      ],
    );
  });

  test("a comment is a value, an error or words", () => {
    assert.equal(expectationOf("[1, 2]").kind, "value");
    assert.equal(expectationOf("new Map([[1, 2]])").kind, "value");
    assert.equal(expectationOf("lazily").kind, "prose");
    assert.equal(expectationOf("how many there were").kind, "prose");
    assert.deepEqual(expectationOf("throws IllegalArgumentError: n is …"), {
      kind: "error",
      name: "IllegalArgumentError",
      message: "n is …",
    });
  });

  test("names that an example declares, or that are members, are not looked up", () => {
    const { free } = analyseExample("const a = b.c; class D { e = a } new D().e; ({ f: g })");
    assert.deepEqual([...free], ["b", "g"]);
  });
});
