import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Display, type DisplayOptions } from "../../src/shell/display/display.js";
import { MODES, type Mode } from "../../src/shell/display/modes.js";
import { showPaged } from "../../src/shell/display/pager.js";
import { textWidth } from "../../src/shell/terminal/text-width.js";
import { emptyFolder } from "./helpers/run-shell.js";

/** What is printed for a value on a screen of this size; without one, into a pipe. */
function shown(
  value: unknown,
  screen?: readonly [columns: number, rows: number],
  type = "T",
  mode: Mode = "auto",
): string {
  const display = new Display(screen ? { columns: () => screen[0], rows: () => screen[1] } : {});
  display.mode = mode;
  return display.result("res0", type, value);
}

const pairs = Array.from({ length: 40 }, (_, i): [string, number] => [`word${i}`, i]);

test("what fits on a line stays on a line, on a screen and in a pipe", () => {
  const few = pairs.slice(0, 2);
  const line = "res0: [string, number][] = [ [ 'word0', 0 ], [ 'word1', 1 ] ]";
  assert.equal(shown(few, [80, 24], "[string, number][]"), line);
  assert.equal(shown(few, undefined, "[string, number][]"), line);
  assert.equal(shown([2, 4], [80, 24], "number[]"), "res0: number[] = [ 2, 4 ]");
});

test("pairs that need several lines are a table on a screen, cut to its height, what is left out counted", () => {
  assert.equal(
    shown(pairs, [60, 14], "[string, number][]"),
    [
      "res0: [string, number][] =",
      "┌────────┬────────┐",
      "│ _1     │     _2 │",
      "│ string │ number │",
      "├────────┼────────┤",
      "│ word0  │      0 │",
      "│ word1  │      1 │",
      "│ word2  │      2 │",
      "│ word3  │      3 │",
      "│ word4  │      4 │",
      "└────────┴────────┘",
      "… 35 more rows: :last shows all",
    ].join("\n"),
  );
});

test("objects are a table with a column a key; a key that is absent, undefined and null differ", () => {
  const rows = [
    { id: 1, name: "a long name with 日本語 in it", tags: ["x"] },
    { id: 2, name: undefined, tags: null },
    { id: 3, extra: "two\nlines" },
  ];
  assert.equal(
    shown(rows, [80, 24]),
    [
      "res0: T =",
      "┌────────┬───────────────────────────────┬─────────────────┬────────────┐",
      "│     id │ name                          │ tags            │ extra      │",
      "│ number │ string | undefined            │ string[] | null │ string     │",
      "├────────┼───────────────────────────────┼─────────────────┼────────────┤",
      "│      1 │ a long name with 日本語 in it │ [ 'x' ]         │            │",
      "│      2 │ undefined                     │ null            │            │",
      "│      3 │                               │                 │ two\\nlines │",
      "└────────┴───────────────────────────────┴─────────────────┴────────────┘",
    ].join("\n"),
  );
});

test("columns without room are cut, then left out and counted", () => {
  const rows = [0, 1].map(i => Object.fromEntries("abcdefgh".split("").map(k => [k, k.repeat(30) + i])));
  const text = shown(rows, [40, 24]);
  assert.match(text, /\n… 5 more columns: :last shows all$/);
  for (const line of text.split("\n")) assert.ok(textWidth(line) <= 40, line);
});

test("a pipe gets Node's notation", () => {
  assert.match(shown(pairs), /^res0: T = \[\n {2}\[ 'word0', 0 \],/);
});

test("no table: a matrix, one row, class instances, getters, proxies, lists of lists of several lengths", () => {
  const matrix = Array.from({ length: 30 }, () => [1, 2]);
  class P {
    x = "p".repeat(40);
  }
  let asked = 0;
  const getters = [0, 1].map(i => ({
    name: "n".repeat(60) + i,
    get asked() {
      return ++asked;
    },
  }));
  const watched = [1, 2].map(i => new Proxy({ a: "a".repeat(60), i }, {}));
  assert.doesNotMatch(shown(matrix, [60, 24], "number[][]"), /┌/);
  assert.doesNotMatch(shown([{ a: "a".repeat(70), b: "b".repeat(70) }], [60, 24]), /┌/);
  for (const value of [[new P(), new P()], getters, watched, [[1, "a".repeat(70)], ["b".repeat(70)]]]) {
    assert.doesNotMatch(shown(value, [60, 24]), /┌/);
  }
  assert.equal(asked, 0);
});

test("what is too high for the screen is cut: elements are counted where there are some, else lines, else characters", () => {
  const height = (text: string, columns: number) =>
    text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
  const many = Array.from({ length: 1e6 }, (_, i) => `element ${i} of many`);
  const list = shown(many, [80, 20]);
  assert.ok(height(list, 80) <= 17, list);
  const elements = list.match(/'element/g)!.length;
  assert.match(list, new RegExp(`\\n  \\.\\.\\. ${1e6 - elements} more items\\n\\]$`));
  const lines = shown(Object.fromEntries(many.slice(0, 100).map((text, i) => [`key${i}`, text])), [80, 20]);
  assert.ok(height(lines, 80) <= 18, lines);
  assert.match(lines, /\n… \d+ more lines: :last shows all$/);
  const text = shown("x".repeat(4000), [80, 20]);
  assert.ok(height(text, 80) <= 18, text);
  assert.match(text, /\n… [\d,]+ more characters: :last shows all$/);
});

test("the whole value: every element, on a screen as a table where it was one", () => {
  const screen: DisplayOptions = { columns: () => 60, rows: () => 10 };
  const display = new Display(screen);
  display.result("res0", "[string, number][]", pairs);
  assert.equal(display.whole(pairs).split("\n").length, 40 + 5);
  assert.match(new Display().whole(pairs), /\n {2}\[ 'word39', 39 \]\n\]$/);
  assert.equal(new Display().whole("x".repeat(20_000)).length, 20_002);
});

test("a mode that is set holds everywhere: table, JSON, CSV, Markdown", () => {
  const rows = [
    { id: 1, text: 'say "a|b", c' },
    { id: 2, text: "two\nlines" },
  ];
  assert.equal(
    shown([1, 2], undefined, "number[]", "table"),
    "res0: number[] =\n┌────────┐\n│  value │\n│ number │\n├────────┤\n│      1 │\n│      2 │\n└────────┘",
  );
  assert.equal(shown(5, undefined, "number", "table"), "res0: number = 5");
  assert.equal(
    shown(rows, undefined, "T", "json"),
    '[{"id":1,"text":"say \\"a|b\\", c"},{"id":2,"text":"two\\nlines"}]',
  );
  assert.equal(shown(rows, undefined, "T", "csv"), 'id,text\n1,"say ""a|b"", c"\n2,"two\nlines"');
  assert.equal(
    shown(rows, undefined, "T", "markdown"),
    '| id | text |\n| ---: | --- |\n| 1 | say "a\\|b", c |\n| 2 | two<br>lines |',
  );
  const gaps = [{ id: 1, text: undefined }, { id: undefined, text: null }, { text: "x" }];
  assert.equal(
    shown(gaps, undefined, "T", "markdown"),
    "| id | text |\n| ---: | --- |\n| 1 |  |\n|  | null |\n|  | x |",
  );
  const counts = new Map([["a", 1]]);
  assert.equal(shown(counts, undefined, "T", "csv"), "key,value\na,1");
  assert.equal(shown(counts, undefined, "T", "json"), '{"a":1}');
  assert.equal(shown("text", undefined, "string", "csv"), "text");
  assert.equal(shown(new Date(0), undefined, "Date", "markdown"), "1970-01-01T00:00:00.000Z");
  assert.equal(
    shown(() => 1, undefined, "() => number", "json"),
    "res0: () => number",
  );
});

test("the types of a column do not depend on the order of the rows; lists of one column are told once", () => {
  const heading = (...cells: readonly unknown[]) =>
    shown(
      cells.map(a => ({ a })),
      undefined,
      "T",
      "table",
    )
      .split("\n")[3]!
      .slice(1, -1)
      .trim();
  for (const cells of [
    [undefined, 1, null, "x"],
    ["x", null, 1, undefined],
  ]) {
    assert.equal(heading(...cells.slice(0, 3)), heading(...cells.slice(0, 3).reverse()));
    assert.equal(heading(...cells), "…");
  }
  assert.equal(heading(null, "x", 1), "number | string | null");
  assert.equal(heading(undefined, true), "boolean | undefined");
  assert.equal(heading(["x"], [1, "x"], []), "array");
  assert.equal(heading([], ["x"]), "string[]");
  assert.equal(heading(["x"], [1], []), "number[] | string[]");
  assert.equal(heading([], []), "[]");
});

test("JSON of what JSON has no form for", () => {
  const json = (value: unknown) => shown(value, undefined, "T", "json");
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const twice = { a: 1 };
  assert.equal(json(cycle), '{"self":"[Circular]"}');
  assert.equal(json([twice, twice]), '[{"a":1},{"a":1}]');
  assert.equal(json({ n: 5n, s: new Set([1]), m: new Map([[1, 2]]) }), '{"n":"5","s":[1],"m":[[1,2]]}');
  assert.equal(json(null), "null");
  assert.equal(json(Number.NaN), "null");
});

test("whatever the value is, in every mode and on every screen something is printed and nothing thrown", () => {
  const trap = new Proxy(
    {},
    {
      get: () => assert.fail("asked"),
      ownKeys: () => assert.fail("asked"),
      getPrototypeOf: () => assert.fail("asked"),
    },
  );
  const nasty = [
    trap,
    [trap, trap],
    [{ a: trap }, { a: 1 }],
    { toJSON: () => assert.fail("asked") },
    Object.create(null),
    [Object.create(null), Object.create(null)],
    new (class {
      toString() {
        throw new Error("no");
      }
    })(),
    [[], []],
    [undefined, { a: 1 }],
    new Array(5),
    Symbol("s"),
  ];
  const value = fc.oneof(
    fc.anything({ withBigInt: true, withMap: true, withSet: true, withSparseArray: true }),
    fc.constantFrom(...nasty),
  );
  fc.assert(
    fc.property(
      value,
      fc.constantFrom(...MODES),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 30 }),
      (v, m, c, r) => {
        const display = new Display({ columns: () => c, rows: () => r });
        display.mode = m.name;
        assert.equal(typeof display.result("x", undefined, v), "string");
        assert.equal(typeof display.whole(v), "string");
      },
    ),
    { numRuns: 300 },
  );
});

test("a pager shows what is higher than the terminal; without a terminal the text is written", async () => {
  const text = Array.from({ length: 50 }, (_, i) => `line ${i}`).join("\n");
  const run = async (env: NodeJS.ProcessEnv, rows?: number) => {
    const file = path.join(emptyFolder(), "paged");
    let written = "";
    let held = 0;
    await showPaged(text, {
      env: { PATH: process.env["PATH"], FILE: file, ...env },
      ...(rows === undefined ? {} : { rows }),
      write: t => (written += t),
      hold: () => {
        held++;
        return () => held--;
      },
    });
    assert.equal(held, 0);
    let paged = "";
    try {
      paged = readFileSync(file, "utf8");
    } catch {
      // No pager ran.
    }
    return { written, paged };
  };
  const whole = `${text}\n`;
  const pager = { PAGER: 'cat > "$FILE"' };
  assert.deepEqual(await run(pager, 24), { written: "", paged: whole });
  assert.deepEqual(await run(pager, 60), { written: whole, paged: "" });
  assert.deepEqual(await run(pager), { written: whole, paged: "" });
  assert.deepEqual(await run({ PAGER: "true" }, 24), { written: "", paged: "" });
  assert.deepEqual(await run({ PAGER: "no-such-pager 2>/dev/null" }, 24), { written: whole, paged: "" });
  assert.deepEqual(await run({ PAGER: "cat" }, 24), { written: whole, paged: "" });
});
