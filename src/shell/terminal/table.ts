import { createRequire } from "node:module";
import type CliTable from "cli-table3";
import { textWidth } from "./text-width.js";

/** How a table is set. */
export interface TableOptions {
  /** Columns of the screen, to fit which the widest columns are folded; infinite where there is none. */
  readonly columns: number;
  readonly colors?: boolean;
}

const require = createRequire(import.meta.url);

/** `compact`: one line under the head, none between the rows. */
const styleOf = (colors: boolean | undefined) =>
  colors ? { compact: true, head: ["bold"], border: ["gray"] } : { compact: true, head: [], border: [] };

/**
 * Rows under a head, in a frame of lines. Cells longer than there is room for are folded.
 *
 * @example
 * await formatTable(["key", "value"], [["spark.master", "local[*]"]], { columns: 80 });
 */
export async function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): Promise<string> {
  const widths = head.map((name, i) => 2 + Math.max(textWidth(name), ...rows.map(row => textWidth(row[i] ?? ""))));
  shrink(widths, Math.max(head.length * 12, options.columns - head.length - 1));
  const table = new (load())({
    head: [...head],
    colWidths: widths,
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: styleOf(options.colors),
  });
  for (const row of rows) table.push([...row]);
  return `${table.toString()}\n`;
}

/**
 * Rows under a head, in a frame of lines, every cell as it is: who calls has cut them to the screen. A cell of the head may have
 * several lines. Without the last newline.
 */
export function drawTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: { readonly align: readonly ("left" | "right")[]; readonly colors?: boolean },
): string {
  const table = new (load())({
    head: [...head],
    colAligns: [...options.align],
    style: styleOf(options.colors),
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

// Loaded with the first table, and at once, since a result is printed in the middle of the input that makes it.
function load(): typeof CliTable {
  return require("cli-table3") as typeof CliTable;
}

/** Takes columns from the widest until all fit into `room`. */
function shrink(widths: number[], room: number): void {
  for (let over = widths.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    widths[widths.indexOf(Math.max(...widths))]!--;
  }
}
