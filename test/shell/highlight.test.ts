import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { highlight } from "../../src/shell/editor/highlight.js";

/** The pieces with a colour, each with its style. */
const pieces = (text: string) => highlight(text).map(s => `${s.style} ${text.slice(s.start, s.end)}`);

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["const x = 1_000n + .5e3", ["keyword const", "number 1_000n", "number .5e3"]],
  [`f('a\\'b', "c`, ["string 'a\\'b'", 'string "c']],
  ["a / b / c", []],
  ["x = /a[/]\\/b/gi.test(y)", ["regexp /a[/]\\/b/gi"]],
  ["return /x/", ["keyword return", "regexp /x/"]],
  ["(a) / 2 / b[0] / 3", ["number 2", "number 0", "number 3"]],
  ["1 // rest", ["number 1", "comment // rest"]],
  ["/* open\nstill", ["comment /* open\nstill"]],
  ["`a${b + `c${1}`}d`", ["string `a${", "string `c${", "number 1", "string }`", "string }d`"]],
  ["`open ${ {a: 1} } on", ["string `open ${", "number 1", "string } on"]],
  ["type T = string", ["keyword type"]],
  ["const type = 1; type.of(2)", ["keyword const", "number 1", "number 2"]],
  ["({ class: 1, new: 2 }).class", ["number 1", "number 2"]],
  ["for (const x of xs) await x", ["keyword for", "keyword const", "keyword of", "keyword await"]],
  ["[...new Set()]", ["keyword new"]],
  [":load file.ts", ["command :load"]],
  [":type 'a'.length", ["command :type", "string 'a'"]],
  ["a ? b : null", ["keyword null"]],
  ["日本.語 + 'é'", ["string 'é'"]],
];

for (const [text, expected] of CASES) {
  test(`colours of ${JSON.stringify(text)}`, () => assert.deepEqual(pieces(text), expected));
}

test("whatever the text, the pieces stand in it one after the other", () => {
  const unit = fc.constantFrom(
    "`",
    "$",
    "{",
    "}",
    "'",
    '"',
    "/",
    "*",
    "\\",
    "\n",
    "a",
    "1",
    ".",
    ":",
    " ",
    "(",
    "]",
    "é",
    "😀",
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), text => {
      let at = 0;
      for (const { start, end } of highlight(text)) {
        assert.ok(start >= at && end > start && end <= text.length);
        at = end;
      }
    }),
    { numRuns: 500 },
  );
});

test("a text that is too long to be looked at with each key has no colours", () => {
  assert.deepEqual(highlight("const ".repeat(10_000)), []);
});
