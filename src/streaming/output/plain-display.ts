import { plainTable } from "./plain-table.js";
import { batchHead, printText } from "./print-batch.js";
import type { PlotBatch, StreamDisplay, TableBatch } from "./stream-display.js";

/** Signs that the longest bar of `plot()` has. */
const BAR = 40;

/** Batches one below the other on standard output: for files, pipes and terminals that know no cursor. */
export const plainDisplay: StreamDisplay = {
  table: () => ({
    show({ time, elements, count }: TableBatch) {
      const left = count > elements.length ? [`only showing the first ${elements.length} of ${count} rows`] : [];
      printText([...batchHead(time), ...plainTable(elements), ...left, ""].join("\n"));
    },
    end() {},
  }),
  plot() {
    let largest = 0;
    return {
      show({ time, value }: PlotBatch) {
        if (value !== undefined && Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
        const bar = value !== undefined && largest > 0 ? "*".repeat(Math.round((Math.abs(value) / largest) * BAR)) : "";
        printText(`Time: ${time}  ${value === undefined ? "-" : formatNumber(value)}${bar === "" ? "" : ` ${bar}`}`);
      },
      end() {},
    };
  },
};

/** A number in at most six digits: `0.333333`, `1.23457e+21`. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
