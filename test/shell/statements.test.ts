import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { completeness, nextStatement, statementEnds } from "../../src/shell/cells/statements.js";
import { loadTypeScript, type TypeScript } from "../../src/shell/types/typescript.js";

let ts: TypeScript;
before(async () => {
  ts = await loadTypeScript();
});

/** The statements of a text that is all there, without the newlines between them. */
function split(text: string, final = true): string[] {
  const ends = statementEnds(ts, text, final);
  return ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end).trim());
}

const COMPLETE = [
  "1 + 1",
  "x",
  "const a = 1 // b",
  "if (true) { a() }",
  "`a${`b${1}`}`",
  '"abc',
  "1 + + )",
  "const = 3",
  "val x = 1",
  "f(a) // (",
  "/[(]/.test(x)",
  ".collect()",
  "declare function f(): void",
  "a ) b (",
  "x /* c */",
];
for (const text of COMPLETE) test(`runs as it stands: ${text}`, () => assert.equal(completeness(ts, text), "complete"));

const OPEN = [
  "function f() {",
  "xs.map(",
  "`abc",
  "`abc ${",
  "/* c",
  "const a =",
  "if (true)",
  "1 +",
  "{",
  "class A",
  "[1,",
  "foo(1",
  "type A =",
  "a ?",
  "import { a",
  "async () =>",
  "for (;;)",
  "interface X {",
  "try {} ",
  "const [a",
  "new",
  "@log",
  "x.",
  "if (a) {} else",
  "do {} ",
  "let x: ",
  "1 + // more",
  ".map(x =>",
  "function over(a: string): string",
  "a &&",
  "const a = 1,",
  "let x = 1, // more",
];
for (const text of OPEN) test(`goes on on the next line: ${text}`, () => assert.equal(completeness(ts, text), "open"));

for (const text of ["", "  \n", "// only a comment", "/* one */ // two"]) {
  test(`holds nothing: ${JSON.stringify(text)}`, () => assert.equal(completeness(ts, text), "empty"));
}

const SPLITS: [name: string, text: string, statements: string[]][] = [
  ["a statement a line", "a()\nb()\n", ["a()", "b()"]],
  ["several on one line stay together", "a(); b()\nc()\n", ["a(); b()", "c()"]],
  ["blank lines and comments go with what follows", "\n// first\na()\n\nb()\n", ["// first\na()", "b()"]],
  [
    "a line that begins with a dot belongs to the one before",
    "sc.range(3)\n  .map(f)\n  .collect()\nb()\n",
    ["sc.range(3)\n  .map(f)\n  .collect()", "b()"],
  ],
  ["also behind a comment", "a\n// why\n.b()\nc\n", ["a\n// why\n.b()", "c"]],
  ["so does ?.", "a\n?.b\nc\n", ["a\n?.b", "c"]],
  [
    "else, catch, finally",
    "if (a) {\n}\nelse {\n}\ntry {\n}\ncatch {\n}\nfinally {\n}\nb\n",
    ["if (a) {\n}\nelse {\n}", "try {\n}\ncatch {\n}\nfinally {\n}", "b"],
  ],
  [
    "overloads",
    "function f(a: string): string\nfunction f(a: number): number\nfunction f(a: any) {\n  return a\n}\nf(1)\n",
    ["function f(a: string): string\nfunction f(a: number): number\nfunction f(a: any) {\n  return a\n}", "f(1)"],
  ],
  ["a parenthesis begins a new statement", "a\n(b)\n", ["a", "(b)"]],
  ["a bracket too", "const a = b\n[1, 2].forEach(f)\n", ["const a = b", "[1, 2].forEach(f)"]],
  ["a template too", "a\n`b`\n", ["a", "`b`"]],
  [
    "operators that begin no statement",
    "const a = b\n  ? c\n  : d\nconst e = f\n  && g\n",
    ["const a = b\n  ? c\n  : d", "const e = f\n  && g"],
  ],
  ["a union type", "type A =\n  | 1\n  | 2\nlet a: A\n", ["type A =\n  | 1\n  | 2", "let a: A"]],
  ["a minus begins a statement", "a\n-b\n", ["a", "-b"]],
  ["templates over lines", "const t = `a\n(${b}\n`\nc\n", ["const t = `a\n(${b}\n`", "c"]],
  ["brackets in regular expressions", "/[(]/.test(a)\nb\n", ["/[(]/.test(a)", "b"]],
  ["commands stand alone", "a\n:help\nb\n", ["a", ":help", "b"]],
  ["a number is no continuation", "a\n.5\n", ["a", ".5"]],
  ["an error is a statement", "const = 3\na\n", ["const = 3", "a"]],
  ["a body on the next line", "function f()\n{\n  return 1\n}\nf()\n", ["function f()\n{\n  return 1\n}", "f()"]],
  ["Windows' line ends", "a()\r\n.b()\r\nc()\r\n", ["a()\r\n.b()", "c()"]],
  ["the last line needs no end", "a()\nb()", ["a()", "b()"]],
];
for (const [name, text, statements] of SPLITS) {
  test(`statements: ${name}`, () => assert.deepEqual(split(text), statements));
}

test("without more input at hand a line that is complete waits for the next", () => {
  assert.equal(nextStatement(ts, "a()\n", 0, false), "more");
  assert.deepEqual(nextStatement(ts, "a()\n", 0, true), { end: 4 });
  assert.deepEqual(nextStatement(ts, "a()\nb", 0, false), "more");
  assert.deepEqual(nextStatement(ts, "a()\nb()\n", 0, false), { end: 4 });
});

test("what is open is never finished by the end of the input", () => {
  assert.equal(nextStatement(ts, "f(\n", 0, true), "more");
  assert.deepEqual(statementEnds(ts, "a()\nf({\n", true), [4]);
  assert.deepEqual(statementEnds(ts, "a()\n/* open", true), [4]);
});

test("property: lines that stand alone are found one by one, however the text arrives", () => {
  const line = fc.constantFrom(
    "a()",
    "const x = [1, 2]",
    "let s = `t`",
    "(b)",
    "[c]",
    "if (x) { y() }",
    "// note\nz",
    "f(\n1\n)",
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(), (lines, cut) => {
      const text = `${lines.join("\n")}\n`;
      assert.deepEqual(split(text), lines);
      // The statements found in a beginning of the text are those of the whole.
      const part = text.slice(0, cut % (text.length + 1));
      const early = split(part, false);
      assert.deepEqual(early, lines.slice(0, early.length));
    }),
    { numRuns: 60 },
  );
});
