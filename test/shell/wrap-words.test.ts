import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COMMANDS, findCommand } from "../../src/shell/commands/commands.js";
import { textWidth } from "../../src/shell/terminal/text-width.js";
import { formatNames, wrapComment, wrapWords } from "../../src/shell/terminal/wrap-words.js";

const words = (text: string) => text.split(/\s+/).filter(word => word !== "");

test("a line that is too wide is broken at blanks, indented as it is and by more where that is wanted", () => {
  assert.equal(wrapWords("one two three four five", 20), "one two three four\nfive");
  assert.equal(wrapWords("one two three four five", 20, 2), "one two three four\n  five");
  assert.equal(wrapWords("  one two three four five\nsix", 20, 2), "  one two three four\n    five\nsix");
  assert.equal(wrapWords("fits", 20), "fits");
  assert.equal(wrapWords("日本語 日本語 日本語 日本語", 20), "日本語 日本語 日本語\n日本語");
});

test("no row is wider than the screen, no word is lost, and none is broken for which there is room", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "日", "é", "👨‍👩‍👧"), minLength: 1, maxLength: 30 });
  const line = fc.tuple(fc.nat(6), fc.array(word, { minLength: 1, maxLength: 12 }));
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 4 }),
      fc.integer({ min: 20, max: 60 }),
      fc.nat(4),
      (lines, columns, hang) => {
        const text = lines.map(([indent, parts]) => " ".repeat(indent) + parts.join(" ")).join("\n");
        const rows = wrapWords(text, columns, hang).split("\n");
        for (const row of rows) assert.ok(textWidth(row) <= columns, row);
        const seen = rows.join("\n");
        assert.equal(words(seen).join(""), words(text).join(""));
        for (const w of words(text)) if (textWidth(w) <= columns / 2) assert.ok(words(seen).includes(w), w);
      },
    ),
  );
});

test("names stand beside what is said of them, or above it on a narrow screen", () => {
  const rows = [
    [":one", "the first of them all, and more"],
    [":second X", "two"],
  ] as const;
  assert.equal(formatNames(rows, 200), ":one       the first of them all, and more\n:second X  two");
  assert.equal(formatNames(rows, 36), ":one       the first of them all,\n           and more\n:second X  two");
  assert.equal(formatNames(rows, 20), ":one\n  the first of them\n  all, and more\n:second X\n  two");
});

test("a comment: paragraphs are set anew where they are too wide, examples and tables are not", () => {
  const asItIs = `| a | b |
@param x what it is, and
more of that
@example
const one = 1;
const two = 2;
@returns it`;
  const comment = `What comes out is one thing, or
another.

- an item that is too wide
  for it
- two

${asItIs}`;
  assert.equal(wrapComment(comment, 200), comment);
  assert.equal(
    wrapComment(comment, 24),
    `What comes out is one
thing, or another.

- an item that is too
  wide for it
- two

${asItIs}`,
  );
});

test(":help fits on every screen without a word broken that fits", async () => {
  for (let columns = 20; columns <= 130; columns += 11) {
    for (const argument of ["", "keys", ...COMMANDS.map(c => c.name)]) {
      let said = "";
      const write = (text: string) => {
        said += text;
      };
      await findCommand("help").run({ write, width: columns } as never, argument, "");
      let whole = "";
      const writeWhole = (text: string) => {
        whole += text;
      };
      await findCommand("help").run({ write: writeWhole, width: Number.POSITIVE_INFINITY } as never, argument, "");
      for (const row of said.split("\n")) assert.ok(textWidth(row) <= columns, `${columns}: ${row}`);
      assert.equal(words(said).join(""), words(whole).join(""));
      for (const word of words(whole)) if (textWidth(word) <= columns - 2) assert.ok(words(said).includes(word), word);
    }
  }
});
