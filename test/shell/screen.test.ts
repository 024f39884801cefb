import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Panel, Screen } from "../../src/shell/terminal/screen.js";
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

test("a new size draws the line again without erasing everything from the first row on, which tmux keeps", () => {
  const { terminal, screen } = screenOf(30, 10);
  screen.show({ beforeCursor: "> a line of two rows at first, ", afterCursor: "of one later" });
  terminal.written = "";
  terminal.columns = 60;
  screen.resize();
  assert.match(terminal.written, /\x1b\[J/);
  assert.doesNotMatch(terminal.written, /(?<!\x1b\[B)\x1b\[J/);
});

test("of a line without end that no screen could show nothing is lost", () => {
  const { terminal, screen } = screenOf();
  screen.show({ beforeCursor: "> ", afterCursor: "" });
  print(screen, "x".repeat(100_000));
  assert.equal(terminal.written.split("x").length - 1, 100_000);
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

test("what moves the cursor happens once, however often the line is drawn again", () => {
  const { terminal, screen } = screenOf();
  print(screen, "old\n");
  screen.show({ beforeCursor: "> x", afterCursor: "" });
  const clear = "\x1b[1;1H\x1b[0J";
  print(screen, `gone${clear}`);
  screen.show({ beforeCursor: "> xy", afterCursor: "" });
  assert.equal(terminal.text, "> xy");
  assert.equal(terminal.written.split("\x1b[1;1H").length, 2);
  // The same while nothing is typed.
  screen.leave();
  screen.print(clear);
  screen.show({ beforeCursor: "> ", afterCursor: "" });
  assert.equal(terminal.text, ">");
  assert.equal(terminal.written.split("\x1b[1;1H").length, 3);
});

test("a spinner that begins its row anew, or goes up to earlier rows, stays above the line being typed", () => {
  const { terminal, screen } = screenOf();
  screen.show({ beforeCursor: "> ", afterCursor: "" });
  for (const sign of ["-", "/", "|"]) print(screen, `\x1b[?25l\x1b[2K\x1b[1G${sign} working`);
  assert.equal(terminal.text, "| working\n>");
  print(screen, "\x1b[2K\x1b[1Gdone\n");
  assert.equal(terminal.text, "done\n>");
  print(screen, "a\nb\n");
  print(screen, "\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2K\x1b[Gc\nd\n");
  assert.equal(terminal.text, "done\nc\nd\n>");
});

test("a colour that output has left on does not reach the line being typed", () => {
  const { terminal, screen } = screenOf();
  screen.print("\x1b[31mred");
  screen.show({ beforeCursor: "> ", afterCursor: "" });
  assert.match(terminal.written, /\x1b\[31mred\x1b\[0m\r\n> /);
  print(screen, "\n\x1b[32mgreen\n");
  assert.ok(
    terminal.written.endsWith("\x1b[32mgreen\r\n\x1b[0m> \r\x1b[2C\x1b[?25h"),
    JSON.stringify(terminal.written),
  );
});

test("the top row is never erased together with all below it, which tmux keeps as an emptied screen", () => {
  const { terminal, screen } = screenOf();
  screen.show({ beforeCursor: "> x", afterCursor: "" });
  screen.show({ beforeCursor: "> x\n| y", afterCursor: "\n| z" });
  screen.show({ beforeCursor: "> x", afterCursor: "" });
  assert.equal(terminal.text, "> x");
  assert.doesNotMatch(terminal.written, /\r\x1b\[J/);
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

/** A panel that shows these lines, as many as there is room for. */
function panelOf(lines: readonly string[], options: Partial<Panel> = {}): Panel & { shown: readonly string[] } {
  return {
    rank: 0,
    stays: false,
    ...options,
    shown: lines,
    lines(_, rows) {
      return this.shown.slice(0, rows);
    },
  };
}

test("a panel stands above the line being typed, output above the panel", () => {
  const { terminal, screen } = screenOf();
  const table = panelOf(["| 1 |"], { stays: true });
  screen.show({ beforeCursor: "> half", afterCursor: "" });
  screen.raise(panelOf(["[===>   ]"], { rank: 1 }));
  screen.raise(table);
  screen.flush();
  assert.equal(terminal.text, "| 1 |\n[===>   ]\n> half");
  print(screen, "out\nof");
  table.shown = ["| 2 |", "| 3 |"];
  screen.raise(table);
  screen.flush();
  assert.equal(terminal.text, "out\nof\n| 2 |\n| 3 |\n[===>   ]\n> half");
  assert.deepEqual(terminal.cursor, { line: "> half", column: 6 });
  print(screen, "f\n");
  screen.leave();
  assert.equal(terminal.text, "out\noff\n> half\n");
  screen.flush();
  assert.equal(terminal.text, "out\noff\n> half\n| 2 |\n| 3 |\n[===>   ]\n");
  print(screen, "result");
  assert.equal(terminal.text, "out\noff\n> half\nresult\n| 2 |\n| 3 |\n[===>   ]\n");
  // Only what is meant to stay is left behind.
  screen.clear();
  assert.equal(terminal.text, "out\noff\n> half\nresult\n| 2 |\n| 3 |\n");
});

test("while something runs, output is written at once, and the panels come back when it pauses", async () => {
  const { terminal, screen } = screenOf();
  const panel = panelOf(["[=>  ]"]);
  screen.raise(panel);
  screen.flush();
  screen.print("a\r\nb");
  assert.equal(terminal.text, "a\nb");
  screen.print("c\r\n");
  assert.equal(terminal.text, "a\nbc\n");
  await new Promise(setImmediate);
  assert.equal(terminal.text, "a\nbc\n[=>  ]\n");
  screen.drop(panel);
  await new Promise(setImmediate);
  assert.equal(terminal.text, "a\nbc\n");
});

test("panels take no more rows than there are beside the line, those nearest to it first", () => {
  const { terminal, screen } = screenOf(20, 6);
  screen.raise(panelOf(["a", "b", "c", "d", "e", "f"]));
  screen.raise(panelOf(["progress"], { rank: 1 }));
  screen.show({ beforeCursor: "> 1\n| 2", afterCursor: "" });
  assert.equal(terminal.text, "a\nb\nprogress\n> 1\n| 2");
  screen.show({ beforeCursor: "> 1\n| 2\n| 3\n| 4\n| 5", afterCursor: "" });
  assert.equal(terminal.text, "> 1\n| 2\n| 3\n| 4\n| 5");
});

test("while another program has the terminal nothing is written, afterwards everything", () => {
  const { terminal, screen } = screenOf();
  const panel = panelOf(["[=>  ]"]);
  screen.raise(panel);
  screen.flush();
  const release = screen.hold();
  assert.equal(terminal.text, "");
  screen.raise(panel);
  screen.print("late\r\n");
  screen.flush();
  assert.equal(terminal.text, "");
  release();
  screen.flush();
  assert.equal(terminal.text, "late\n[=>  ]\n");
});

test("whatever is printed, typed, raised and dropped in whatever order, everything stands where it belongs", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "日", "é"), maxLength: 12 });
  const piece = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "日", "é"), maxLength: 20 });
  const typed = fc.string({ unit: fc.constantFrom("x", "y", "語", "\n"), maxLength: 30 });
  const step = fc.oneof(
    fc.record({ print: piece }),
    fc.record({ type: typed, at: fc.nat(30) }),
    fc.record({ raise: fc.nat(2), lines: fc.array(line, { maxLength: 4 }) }),
    fc.record({ drop: fc.nat(2), keep: fc.boolean() }),
    fc.constant({ leave: true as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), fc.integer({ min: 14, max: 40 }), (steps, columns) => {
      const { terminal, screen } = screenOf(columns, 400);
      const panels = [0, 1, 2].map(rank => panelOf([], { rank }));
      const up = new Set<number>();
      let output = "";
      let frame: string | undefined;
      for (const s of steps) {
        if ("print" in s) {
          print(screen, s.print);
          output += s.print;
        } else if ("type" in s) {
          const cut = Math.min(s.at, s.type.length);
          screen.show({ beforeCursor: `> ${s.type.slice(0, cut)}`, afterCursor: s.type.slice(cut) });
          frame = `> ${s.type}`;
        } else if ("raise" in s) {
          panels[s.raise]!.shown = s.lines;
          screen.raise(panels[s.raise]!);
          up.add(s.raise);
        } else if ("drop" in s) {
          screen.drop(panels[s.drop]!, s.keep);
          if (up.delete(s.drop) && s.keep) {
            if (panels[s.drop]!.shown.length > 0 && output !== "" && !output.endsWith("\n")) output += "\n";
            output += panels[s.drop]!.shown.map(l => `${l}\n`).join("");
          }
        } else if (frame !== undefined) {
          screen.leave();
          if (output !== "" && !output.endsWith("\n")) output += "\n";
          output += `${frame}\n`;
          frame = undefined;
        }
        screen.flush();
        const live = [...up].sort().flatMap(i => panels[i]!.shown);
        const expected = new TerminalEmulator(terminal.columns, 400);
        const above = output === "" || output.endsWith("\n") || (live.length === 0 && frame === undefined) ? "" : "\n";
        const below = `${live.map(l => `${l}\n`).join("")}${frame ?? ""}`;
        expected.write(`${output}${above}${below}`.replaceAll("\n", "\r\n"));
        assert.equal(terminal.text.trimEnd(), expected.text.trimEnd());
      }
    }),
    { numRuns: 300 },
  );
});
