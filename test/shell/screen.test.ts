import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Screen } from "../../src/shell/terminal/screen.js";
import { TerminalEmulator } from "./helpers/terminal-emulator.js";

function screenOf(columns = 40, rows = 10) {
  const terminal = new TerminalEmulator(columns, rows);
  const port = {
    get columns() {
      return terminal.columns;
    },
    get rows() {
      return terminal.rows;
    },
    write: (text: string) => terminal.write(text),
  };
  return { terminal, screen: new Screen(port) };
}

/** The screen prints with carriage returns of its own; a program's newline alone is what the kernel turns into "\r\n". */
const print = (screen: Screen, text: string) => {
  screen.print(text.replaceAll("\n", "\r\n"));
  screen.flush();
};

test("output is printed above the line being typed, which is drawn again", () => {
  const { terminal, screen } = screenOf();
  screen.show({ beforeCursor: "tspark> sc.para", afterCursor: "llelize" });
  print(screen, "a batch\nof two lines\n");
  assert.equal(terminal.text, "a batch\nof two lines\ntspark> sc.parallelize");
  assert.deepEqual(terminal.cursor, { line: "tspark> sc.parallelize", column: 15 });
});

test("output without an end stands above the prompt and is continued there", () => {
  const { terminal, screen } = screenOf();
  print(screen, "already ");
  screen.show({ beforeCursor: "tspark> x", afterCursor: "" });
  assert.equal(terminal.text, "already\ntspark> x");
  print(screen, "there");
  assert.equal(terminal.text, "already there\ntspark> x");
  print(screen, "!\nnext");
  assert.equal(terminal.text, "already there!\nnext\ntspark> x");
});

test("a line that is written over with carriage returns stays one line", () => {
  const { terminal, screen } = screenOf();
  screen.show({ beforeCursor: "> ", afterCursor: "" });
  for (const percent of ["10%", "20%", "100%"]) screen.print(`\r${percent}`);
  screen.flush();
  assert.equal(terminal.text, "100%\n>");
  print(screen, "\rdone\n");
  assert.equal(terminal.text, "done\n>");
});

test("a full row, wide characters and several rows keep the cursor right", () => {
  const { terminal, screen } = screenOf(10, 6);
  screen.show({ beforeCursor: "> 12345678", afterCursor: "" });
  assert.deepEqual(terminal.cursor, { line: "", column: 0 });
  print(screen, "out\n");
  assert.equal(terminal.text, "out\n> 12345678\n");
  screen.show({ beforeCursor: "> 日本語日本", afterCursor: "語" });
  assert.equal(terminal.text, "out\n> 日本語日\n本語");
  assert.equal(terminal.cursor.column, 2);
});

test("leaving keeps the line and goes below it; clearing takes it away", () => {
  const { terminal, screen } = screenOf();
  screen.show({ beforeCursor: "> 1 +", afterCursor: " 1" });
  screen.leave();
  print(screen, "res0: number = 2\n");
  screen.show({ beforeCursor: "> ", afterCursor: "" });
  screen.clear();
  assert.equal(terminal.text, "> 1 + 1\nres0: number = 2\n");
});

test("a terminal that becomes narrower gets the line drawn for its new width", () => {
  const { terminal, screen } = screenOf(20, 10);
  screen.show({ beforeCursor: "> 0123456789", afterCursor: "" });
  // A terminal that re-wraps has the line on two rows before it tells.
  const rewrapped = new TerminalEmulator(8, 10);
  rewrapped.write("> 0123456789");
  Object.assign(screen.port, { write: (text: string) => rewrapped.write(text) });
  terminal.columns = 8;
  screen.resize();
  assert.equal(rewrapped.text, "> 012345\n6789");
});

test("whatever is printed in whatever pieces, the screen ends with it whole and the line below", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "日", "é"), maxLength: 30 });
  const typed = fc.string({ unit: fc.constantFrom("x", "y", "語", "\n"), maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      typed,
      fc.nat(60),
      fc.integer({ min: 4, max: 30 }),
      (pieces, text, at, columns) => {
        const { terminal, screen } = screenOf(columns, 200);
        const cut = Math.min(at, text.length);
        screen.show({ beforeCursor: `> ${text.slice(0, cut)}`, afterCursor: text.slice(cut) });
        for (const p of pieces) print(screen, p);
        screen.leave();
        const plain = new TerminalEmulator(columns, 200);
        const output = pieces.join("");
        plain.write(
          `${output}${output === "" || output.endsWith("\n") ? "" : "\n"}> ${text}\n`.replaceAll("\n", "\r\n"),
        );
        assert.equal(terminal.text.trimEnd(), plain.text.trimEnd());
      },
    ),
  );
});
