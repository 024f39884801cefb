import assert from "node:assert/strict";
import { test } from "node:test";
import { Time } from "tspark";
import { LiveViews } from "../../src/shell/display/live-views.js";
import { Screen } from "../../src/shell/terminal/screen.js";
import { TerminalEmulator } from "./helpers/terminal-emulator.js";

function viewsOn(columns: number, rows: number) {
  const terminal = new TerminalEmulator(columns, rows);
  const screen = new Screen({ columns, rows, write: text => terminal.write(text) });
  return { terminal, screen, views: new LiveViews(screen) };
}

const pairs = (n: number) => Array.from({ length: n }, (_, i) => [`word${i}`, i]);

test("a table is drawn again in its place with each batch, and stays when the stream ends", () => {
  const { terminal, screen, views } = viewsOn(60, 24);
  screen.show({ beforeCursor: "> half", afterCursor: "" });
  const view = views.table("live at <console>:1:1");
  view.show({ time: new Time(1000), elements: pairs(1), count: 1 });
  screen.flush();
  view.show({ time: new Time(2000), elements: pairs(2), count: 5 });
  screen.flush();
  const table = [
    "Time: 2000 ms  live at <console>:1:1",
    "┌────────┬────────┐",
    "│ _1     │     _2 │",
    "│ string │ number │",
    "├────────┼────────┤",
    "│ word0  │      0 │",
    "│ word1  │      1 │",
    "└────────┴────────┘",
    "… 3 more rows",
  ];
  assert.deepEqual(terminal.lines, [...table, "> half"]);
  view.end();
  screen.print("after\r\n");
  screen.flush();
  assert.deepEqual(terminal.lines, [...table, "after", "> half"]);
});

test("on a low screen a table leaves room for the line, and shows at least how many rows there are", () => {
  for (const rows of [4, 8, 12, 16]) {
    const { terminal, screen, views } = viewsOn(40, rows);
    screen.show({ beforeCursor: "> ", afterCursor: "" });
    views.table("live").show({ time: new Time(1000), elements: pairs(20), count: 1000 });
    screen.flush();
    assert.ok(terminal.lines.length < rows, terminal.text);
    assert.match(terminal.text, /(1,000 rows|… 9\d\d more rows)\n>$/);
  }
});

test("elements without parts are a column, an empty batch is told", () => {
  const { terminal, screen, views } = viewsOn(40, 20);
  const view = views.table("live");
  view.show({ time: new Time(1000), elements: ["x"], count: 1 });
  screen.flush();
  assert.match(terminal.text, /│ value +│\n│ string +│/);
  view.show({ time: new Time(2000), elements: [], count: 0 });
  screen.flush();
  assert.equal(terminal.text, "Time: 2000 ms  live  0 rows\n");
});

test("a chart grows by a point a batch", () => {
  const { terminal, screen, views } = viewsOn(60, 24);
  const view = views.plot("plot at <console>:1:1");
  for (const value of [1, undefined, 3]) {
    view.show({ time: new Time(1000), value });
    screen.flush();
  }
  assert.equal(terminal.lines[0], "Time: 1000 ms  plot at <console>:1:1  last 3  min 1  max 3");
  assert.equal(terminal.lines.length, 1 + 8 + 1);
  assert.match(terminal.lines[1]!, /^3 ┤ [⠀-⣿]$/);
});

test("two views stand one below the other; when the terminal is given back they stay", () => {
  const { terminal, screen, views } = viewsOn(60, 40);
  views.table("first").show({ time: new Time(1000), elements: [1], count: 1 });
  const second = views.plot("second");
  second.show({ time: new Time(1000), value: 1 });
  screen.flush();
  screen.clear();
  views.close();
  second.show({ time: new Time(2000), value: 1 });
  screen.flush();
  assert.match(terminal.text, /^Time: 1000 ms {2}first\n[\s\S]*\nTime: 1000 ms {2}second .*\n/);
  assert.doesNotMatch(terminal.text, /2000/);
});
