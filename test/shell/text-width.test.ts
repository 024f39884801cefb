import assert from "node:assert/strict";
import { test } from "node:test";
import { textWidth } from "../../src/shell/terminal/text-width.js";

/** What a terminal that follows the Unicode tables moves its cursor by. */
const WIDTHS: readonly (readonly [string, string, number])[] = [
  ["letters", "abc", 3],
  ["a letter with an accent of its own", "e\u0301", 1],
  ["ideographs", "日本", 4],
  ["Hangul, whole and in parts", "한한", 4],
  ["a family", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", 2],
  ["a flag: two letters", "\u{1f1e9}\u{1f1ea}", 2],
  ["a sign in its emoji form", "\u2764\ufe0f", 2],
  ["Thai: a vowel that stands beside its consonant", "\u0e19\u0e49\u0e33", 2],
  ["Hindi: signs with a column of their own", "\u0939\u093f\u0928\u094d\u0926\u0940", 5],
  ["colours", "\x1b[31mred\x1b[0m", 3],
];

for (const [what, text, width] of WIDTHS) test(`columns of ${what}`, () => assert.equal(textWidth(text), width));
