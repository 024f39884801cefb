import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { drawChart } from "../../src/shell/display/chart.js";
import { textWidth } from "../../src/shell/terminal/text-width.js";

test("a line from the oldest to the newest number, with its scale", () => {
  const ramp = [1, 2, 3, 4, 5, 6, 7, 8];
  assert.deepEqual(drawChart(ramp, { columns: 20, rows: 4, ascii: true }), [
    "8 +      **",
    "  |    **",
    "  | ***",
    "0 +*",
  ]);
  assert.deepEqual(drawChart(ramp, { columns: 20, rows: 2 }), ["8 ┤  ⡠⠊", "0 ┤⠔⠉"]);
});

test("a gap, a constant, nothing", () => {
  const ascii = { columns: 20, rows: 3, ascii: true };
  assert.deepEqual(drawChart([2, undefined, Number.NaN, 4], ascii), ["4 +   *", "  |*", "0 +"]);
  assert.deepEqual(drawChart([3, 3], ascii), ["  |", "3 +**", "  |"]);
  assert.deepEqual(drawChart([], ascii), [" |", " |", " |"]);
});

test("the newest numbers that have room are shown", () => {
  const [top] = drawChart([9, 9, 9, 1, 1, 1, 1, 9], { columns: 8, rows: 2, ascii: true });
  assert.equal(top, "9 +   *");
});

test("whatever the numbers and the screen, the chart has its rows and none is too wide", () => {
  const numbers = fc.array(fc.option(fc.double(), { nil: undefined }), { maxLength: 100 });
  fc.assert(
    fc.property(
      numbers,
      fc.integer({ min: 30, max: 90 }),
      fc.integer({ min: 2, max: 12 }),
      fc.boolean(),
      (series, columns, rows, ascii) => {
        const lines = drawChart(series, { columns, rows, ascii });
        assert.equal(lines.length, rows);
        for (const line of lines) assert.ok(textWidth(line) <= columns, line);
      },
    ),
  );
});
