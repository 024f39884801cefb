import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { History } from "../../src/shell/editor/history.js";
import { type EditorResult, LineEditor } from "../../src/shell/editor/line-editor.js";
import { KeySource } from "../../src/shell/terminal/key-source.js";
import { Screen } from "../../src/shell/terminal/screen.js";
import type { Completeness, Completions } from "../../src/shell/types/type-service.js";
import { KEYS, Keyboard } from "./helpers/keyboard.js";
import { TerminalEmulator } from "./helpers/terminal-emulator.js";

interface Setup {
  readonly history?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly completeness?: (text: string) => Promise<Completeness>;
  readonly complete?: (text: string, cursor: number) => Promise<Completions>;
  readonly colors?: boolean;
}

function editorOf(setup: Setup = {}) {
  const terminal = new TerminalEmulator(setup.columns ?? 60, setup.rows ?? 12);
  const keyboard = new Keyboard();
  const keys = new KeySource(keyboard);
  const history = new History();
  for (const entry of setup.history ?? []) history.add(entry);
  const screen = new Screen({
    get columns() {
      return terminal.columns;
    },
    get rows() {
      return terminal.rows;
    },
    // As the terminal's driver does with what a program writes.
    write: text => terminal.write(text.replace(/(?<!\r)\n/g, "\r\n")),
  });
  const editor = new LineEditor({
    keys,
    screen,
    history,
    prompt: "> ",
    continuation: "| ",
    completeness: setup.completeness ?? (async text => (/[({[]\s*$/.test(text) ? "open" : "complete")),
    colors: setup.colors ?? false,
    complete: setup.complete ?? (async (_, cursor) => ({ start: cursor, items: [] })),
  });
  return { terminal, keyboard, keys, history, screen, editor };
}

/** What the editor gives when these keys are pressed, and what the screen shows then. */
async function press(keys: string, setup: Setup = {}): Promise<EditorResult & { screen: string }> {
  const { editor, keyboard, terminal } = editorOf(setup);
  const result = editor.read();
  keyboard.type(keys);
  return { ...(await result), screen: terminal.text };
}

const text = (result: EditorResult) => (result.kind === "input" ? result.text : result.kind);

test("a line is typed, shown behind the prompt and handed over", async () => {
  const result = await press(`1 + 1${KEYS.enter}`);
  assert.equal(text(result), "1 + 1");
  assert.equal(result.screen, "> 1 + 1\n");
});

const EDITS: readonly (readonly [string, string, string])[] = [
  ["left and insert", `ac${KEYS.left}b`, "abc"],
  ["home, end", `bc${KEYS.home}a${KEYS.end}d`, "abcd"],
  ["Ctrl-A, Ctrl-E", `bc${KEYS.ctrl("a")}a${KEYS.ctrl("e")}d`, "abcd"],
  ["backspace, delete", `abXc${KEYS.left}${KEYS.backspace}d${KEYS.delete}`, "abd"],
  ["word left", `const xs${KEYS.ctrlLeft}my`, "const myxs"],
  ["word right", `a bc d${KEYS.home}${KEYS.ctrlRight}${KEYS.ctrlRight}!`, "a bc! d"],
  ["kill to the end and yank", `abc def${KEYS.ctrlLeft}${KEYS.ctrl("k")}${KEYS.home}${KEYS.ctrl("y")} `, "def abc "],
  ["kill to the beginning", `abc def${KEYS.ctrlLeft}${KEYS.ctrl("u")}`, "def"],
  ["kill a blank-delimited word", `a.b c.d${KEYS.ctrl("w")}x`, "a.b x"],
  ["kill a word to the left", `a.b${KEYS.alt("\x7f")}c`, "a.c"],
  ["kill a word to the right", `ab cd${KEYS.home}${KEYS.alt("d")}x`, "x cd"],
  ["kills in a row add up", `a b c${KEYS.ctrl("w")}${KEYS.ctrl("w")}${KEYS.home}${KEYS.ctrl("y")}`, "b ca "],
  ["transpose", `ab${KEYS.ctrl("t")}`, "ba"],
  [
    "the cut before the last, round and round",
    `a b${KEYS.ctrl("u")}c d${KEYS.ctrl("w")}${KEYS.left}${KEYS.right}${KEYS.ctrl("y")}${KEYS.alt("y")}${KEYS.alt("y")}`,
    "c d",
  ],
  ["only after a yank there is an older one", `a b${KEYS.ctrl("w")}${KEYS.alt("y")}c`, "a c"],
  [
    "a word in capitals, small, with a capital",
    `ab cd EF${KEYS.home}${KEYS.alt("u")}${KEYS.alt("c")}${KEYS.alt("l")}`,
    "AB Cd ef",
  ],
  ["accents belong to the word", `e\u0301a b${KEYS.ctrlLeft}${KEYS.ctrlLeft}x`, "xe\u0301a b"],
  ["undo takes back a word", `abc def${KEYS.ctrl("_")}`, "abc"],
  [
    "wide and combining characters are one step",
    `日e\u0301👨‍👩‍👧x${KEYS.left}${KEYS.left}${KEYS.left}a`,
    "日ae\u0301👨‍👩‍👧x",
  ],
  ["a tab in the indentation is two blanks", `f(${KEYS.enter}${KEYS.tab}x`, "f(\n  x"],
];

for (const [what, keys, expected] of EDITS) {
  test(`editing: ${what}`, async () => assert.equal(text(await press(keys + KEYS.enter)), expected));
}

test("an open input goes on on the next line behind the continuation prompt", async () => {
  const result = await press(`f(${KEYS.enter}1)${KEYS.enter}`);
  assert.equal(text(result), "f(\n1)");
  assert.equal(result.screen, "> f(\n| 1)\n");
});

test("Up and Down move within the lines of an input, keeping the column", async () => {
  const keys = `f(${KEYS.enter}abcd${KEYS.altEnter}x${KEYS.up}${KEYS.up}!${KEYS.down}${KEYS.down}?${KEYS.enter}${KEYS.enter}`;
  assert.equal(text(await press(keys)), "f!(\nabcd\nx?");
});

test("Enter inside an input of several lines opens a line", async () => {
  const keys = `f(${KEYS.enter}1)${KEYS.up}${KEYS.end}${KEYS.enter}0,${KEYS.down}${KEYS.end}${KEYS.enter}`;
  assert.equal(text(await press(keys)), "f(\n0,\n1)");
});

test("Up brings the inputs before, Down the ones after and at last what was being typed", async () => {
  const history = ["one", "two", "three"];
  assert.equal(text(await press(`${KEYS.up}${KEYS.enter}`, { history })), "three");
  assert.equal(text(await press(`${KEYS.up}${KEYS.up}${KEYS.down}${KEYS.enter}`, { history })), "three");
  assert.equal(text(await press(`t${KEYS.up}${KEYS.up}${KEYS.up}${KEYS.enter}`, { history })), "two");
  assert.equal(text(await press(`t${KEYS.up}${KEYS.down}!${KEYS.enter}`, { history })), "t!");
});

test("an input of several lines comes back as one", async () => {
  const history = ["f(\n1)", "x"];
  const result = await press(`${KEYS.up}${KEYS.up}${KEYS.enter}`, { history });
  assert.equal(text(result), "f(\n1)");
  assert.equal(result.screen, "> f(\n| 1)\n");
});

test("Ctrl-R finds the newest entry that contains the text, and older ones", async () => {
  const history = ["sc.range(5)", "ssc.start()", "sc.range(9)", "x"];
  assert.equal(text(await press(`${KEYS.ctrl("r")}ran${KEYS.enter}`, { history })), "sc.range(9)");
  assert.equal(text(await press(`${KEYS.ctrl("r")}ran${KEYS.ctrl("r")}${KEYS.enter}`, { history })), "sc.range(5)");
  assert.equal(text(await press(`${KEYS.ctrl("r")}ran${KEYS.ctrl("g")}y${KEYS.enter}`, { history })), "y");
  // What is found in the middle of several lines runs all the same.
  const found = await press(`${KEYS.ctrl("r")}2${KEYS.enter}`, { history: ["f(\n2,\n3)"] });
  assert.equal(text(found), "f(\n2,\n3)");
});

test("Ctrl-S in a search goes to newer entries, Ctrl-G leaves it", async () => {
  const history = ["range(1)", "range(2)", "range(3)"];
  const keys = `${KEYS.ctrl("r")}ran${KEYS.ctrl("r")}${KEYS.ctrl("r")}${KEYS.ctrl("s")}${KEYS.enter}`;
  assert.equal(text(await press(keys, { history })), "range(2)");
  assert.equal(text(await press(`x${KEYS.ctrl("r")}ran${KEYS.ctrl("g")}${KEYS.enter}`, { history })), "x");
});

/** An editor with colours, when they are there, and these keys typed. */
async function typedInColour(keys: string, history: readonly string[]) {
  const setup = editorOf({ colors: true, history: [...history, "warm up"] });
  const result = setup.editor.read();
  setup.keyboard.type("warm");
  await setup.terminal.until(t => t.text === "> warm up");
  setup.keyboard.type(KEYS.ctrl("u") + keys);
  return { ...setup, result };
}

test("the rest of the newest input that begins so stands behind the cursor, until it is taken or typed over", async () => {
  const history = ["sc.range(1).count()", "sc.parallelize(xs)\n  .count()"];
  for (const [keys, expected] of [
    [KEYS.right, "sc.parallelize(xs)\n  .count()"],
    [KEYS.end, "sc.parallelize(xs)\n  .count()"],
    [KEYS.ctrl("e"), "sc.parallelize(xs)\n  .count()"],
    [KEYS.ctrlRight, "sc.parallelize"],
    ["r", "sc.r"],
    ["x", "sc.x"],
    ["", "sc."],
    [`${KEYS.left}${KEYS.right}`, "sc."],
  ] as const) {
    const { terminal, keyboard, result } = await typedInColour("sc.", history);
    await terminal.until(t => t.text === "> sc.parallelize(xs)");
    assert.equal(terminal.cursor.column, 5);
    keyboard.type(keys + KEYS.enter);
    assert.equal(text(await result), expected);
    assert.equal(terminal.text, `> ${expected.replace("\n", "\n| ")}\n`);
  }
});

test("without colours nothing is suggested", async () => {
  const { screen } = await press(`sc.${KEYS.right}${KEYS.enter}`, { history: ["sc.range(1)"] });
  assert.equal(screen, "> sc.\n");
});

test("whatever keys are pressed, on any width, the line that is handed over is the one that was shown", async () => {
  const { up, down, left, right, home, end, backspace, delete: del, ctrlLeft, ctrlRight } = KEYS;
  const more = ["k", "u", "w", "y", "t", "_", "p", "n", "a", "e"]
    .map(KEYS.ctrl)
    .concat(["d", "y", "u", "c", "b"].map(KEYS.alt));
  const key = fc.oneof(
    fc.constantFrom(
      "a",
      "const ",
      "'s",
      "日本",
      "e\u0301",
      "👨‍👩‍👧",
      "\t",
      "{",
      "`",
      "${",
      "/",
      KEYS.altEnter,
      KEYS.paste("p\n  q"),
    ),
    fc.constantFrom(up, down, left, right, home, end, backspace, del, ctrlLeft, ctrlRight, ...more),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 8, arbitrary: key }, { weight: 1, arbitrary: fc.constant(undefined) }), {
        maxLength: 25,
      }),
      fc.integer({ min: 6, max: 40 }),
      fc.boolean(),
      async (keys, columns, colors) => {
        const history = ["const older = 1", "two\nlines"];
        const { editor, keyboard, terminal, screen } = editorOf({
          columns,
          rows: 300,
          colors,
          history,
          completeness: async () => "complete",
        });
        const result = editor.read();
        let printed = 0;
        for (const k of keys) {
          if (k === undefined) {
            screen.print("out\n");
            printed++;
          } else keyboard.type(k);
          if (printed % 2 === 0) await new Promise<void>(resolve => setImmediate(resolve));
        }
        keyboard.type(`${KEYS.paste(";")}\x1b[1;5F${KEYS.enter}`);
        const shown = text(await result)
          .replaceAll("\t", "  ")
          .replaceAll("\n", "\r\n| ");
        const expected = new TerminalEmulator(columns, 300);
        expected.write(`${"out\r\n".repeat(printed)}> ${shown}\r\n`);
        assert.equal(terminal.text.trimEnd(), expected.text.trimEnd());
      },
    ),
    { numRuns: 150 },
  );
});

test("a paste is one piece of text, whatever is in it, also when it comes in pieces", async () => {
  const pasted = KEYS.paste("if (a) {\r\tb()\r}\r");
  const { editor, keyboard, terminal } = editorOf();
  const result = editor.read();
  for (const c of pasted) keyboard.type(c);
  keyboard.type(KEYS.enter);
  assert.equal(text(await result), "if (a) {\n\tb()\n}");
  assert.equal(terminal.text, "> if (a) {\n|   b()\n| }\n");
});

test("a paste that comes in pieces of whatever sizes is the same paste", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom("a", "\x1b", "[", "2", "0", "1", "~", "日") }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (pasted, sizes) => {
        fc.pre(!`${pasted}\x1b[201~`.slice(0, -1).includes("\x1b[201~"));
        const keyboard = new Keyboard();
        const keys = new KeySource(keyboard);
        keys.start();
        // The opening mark in one piece: cut, it is found by another way, which the test above takes.
        keyboard.type("\x1b[200~");
        const rest = `${pasted}\x1b[201~x`;
        for (let at = 0, i = 0; at < rest.length; i++) {
          const size = sizes[i % sizes.length]!;
          keyboard.type(rest.slice(at, at + size));
          at += size;
        }
        assert.deepEqual(await keys.next(), { type: "paste", text: pasted });
        assert.deepEqual(await keys.next(), { type: "key", name: "x", text: "x" });
      },
    ),
  );
});

test("Ctrl-C throws the line away, and on an empty line says that it was empty", async () => {
  const half = await press(`1 +${KEYS.ctrl("c")}`);
  assert.deepEqual([half.kind, half.screen], ["interrupt", "> 1 +^C\n"]);
  assert.deepEqual((await press(KEYS.ctrl("c"))) as unknown, { kind: "interrupt", empty: true, screen: ">\n" });
});

test("Ctrl-D deletes to the right, and on an empty line leaves", async () => {
  assert.equal(text(await press(`ab${KEYS.left}${KEYS.ctrl("d")}${KEYS.enter}`)), "a");
  assert.equal((await press(KEYS.ctrl("d"))).kind, "end");
});

test("Ctrl-D typed ahead of a prompt is one also where the prompt before it has just gone", async () => {
  const keyboard = new Keyboard();
  const keys = new KeySource(keyboard);
  keys.start();
  await new Promise(setImmediate);
  keys.stop();
  keys.start();
  await new Promise(setImmediate);
  // So the terminal keeps it that was not raw when it was typed.
  keyboard.type("a\0");
  assert.equal((await keys.next())?.type === "key" && keys.pending, true);
  assert.deepEqual(await keys.next(), { type: "key", name: "ctrl-d", text: "" });
});

test("what was typed before a question is no answer to it: it is there at the next prompt", async () => {
  const { editor, keyboard, terminal } = editorOf();
  const first = editor.read();
  keyboard.type(`:require x${KEYS.enter}1 + 1${KEYS.enter}2 +`);
  assert.equal(text(await first), ":require x");
  const answer = editor.read({ prompt: "install? ", question: true });
  keyboard.type(`3${KEYS.enter}`);
  while (!terminal.text.includes("install?")) await new Promise(setImmediate);
  // The answer needs no type service: it is no code.
  keyboard.type(`(${KEYS.enter}4`);
  assert.equal(text(await answer), "(");
  assert.match(terminal.text, /install\? \($/m);
  assert.equal(text(await editor.read()), "1 + 1");
  const last = editor.read();
  keyboard.type(KEYS.enter);
  assert.equal(text(await last), "2 +3");
});

test("what is typed ahead of an answer is not lost", async () => {
  const { editor, keyboard } = editorOf();
  keyboard.raw = true;
  const first = editor.read();
  keyboard.type(`a${KEYS.enter}b${KEYS.enter}c`);
  assert.equal(text(await first), "a");
  assert.equal(text(await editor.read()), "b");
  const third = editor.read();
  keyboard.type(KEYS.enter);
  assert.equal(text(await third), "c");
});

test("Ctrl-C while Enter waits for the type service empties the line", async () => {
  const { editor, keyboard } = editorOf({ completeness: () => new Promise(() => {}) });
  const result = editor.read();
  keyboard.type(`f(${KEYS.enter}`);
  await new Promise<void>(resolve => setImmediate(resolve));
  keyboard.type(KEYS.ctrl("c"));
  assert.deepEqual(await result, { kind: "interrupt", empty: false });
});

const names = (...all: string[]) => all.map(name => ({ name, kind: "method" }));

test("Tab completes what is certain, a second Tab lists the rest", async () => {
  const complete = async (input: string, cursor: number) => ({
    start: input.lastIndexOf(".", cursor) + 1,
    items: names("map", "mapValues", "mapPartitions", "filter"),
  });
  assert.equal(
    text(await press(`rdd.fi${KEYS.tab}(${KEYS.enter}`, { complete, completeness: async () => "complete" })),
    "rdd.filter(",
  );
  const listed = await press(`rdd.m${KEYS.tab}${KEYS.tab}${KEYS.tab}${KEYS.enter}`, { complete });
  assert.equal(text(listed), "rdd.map");
  assert.equal(listed.screen, "> rdd.map\nmap            mapValues      mapPartitions\n> rdd.map\n");
});

test("output while a line is being typed stands above it, on any width", async () => {
  for (const columns of [7, 20, 60]) {
    const { editor, keyboard, terminal, screen } = editorOf({ columns, rows: 40 });
    const result = editor.read();
    keyboard.type("sc.parallelize([1,");
    await terminal.until(t => t.text.replaceAll("\n", "").endsWith("[1,"));
    for (let i = 0; i < 5; i++) {
      screen.print(`b${i}\n`);
      screen.flush();
      const shown = terminal.lines;
      assert.deepEqual(shown.slice(0, i + 1), ["b0", "b1", "b2", "b3", "b4"].slice(0, i + 1));
      assert.equal(shown.slice(i + 1).join(""), "> sc.parallelize([1,");
    }
    keyboard.type(`2])${KEYS.enter}`);
    assert.equal(text(await result), "sc.parallelize([1,2])");
  }
});

test("an input higher than the screen shows the lines around the cursor", async () => {
  const { editor, keyboard, terminal } = editorOf({ rows: 4 });
  const result = editor.read();
  keyboard.type(KEYS.paste(Array.from({ length: 30 }, (_, i) => `line${i}`).join("\n")));
  await terminal.until(t => t.text.includes("line29"));
  assert.deepEqual(terminal.lines, ["| line27", "| line28", "| line29"]);
  keyboard.type(KEYS.enter);
  assert.equal(text(await result).split("\n").length, 30);
});

test("the terminal is in raw mode while a line is read, and only then", async () => {
  const { editor, keyboard } = editorOf();
  const result = editor.read();
  assert.equal(keyboard.raw, true);
  keyboard.type(`x${KEYS.enter}`);
  await result;
  assert.equal(keyboard.raw, false);
});
