import { textWidth } from "./text-width.js";

/** How a table is set. */
export interface TableOptions {
  /** Columns of the screen: the last column of the table is folded to fit. */
  readonly columns: number;
  readonly colors?: boolean;
}

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
  const { default: Table } = await import("cli-table3");
  const widths = head.map((name, i) => 2 + Math.max(textWidth(name), ...rows.map(row => textWidth(row[i] ?? ""))));
  shrink(widths, Math.max(head.length * 12, options.columns - head.length - 1));
  const table = new Table({
    head: [...head],
    colWidths: widths,
    wordWrap: true,
    wrapOnWordBoundary: false,
    // One line under the head, none between the rows.
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    style: options.colors ? { head: ["bold"], border: ["gray"] } : { head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return `${table.toString()}\n`;
}

/** Takes columns from the widest until all fit into `room`. */
function shrink(widths: number[], room: number): void {
  for (let over = widths.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    widths[widths.indexOf(Math.max(...widths))]!--;
  }
}
