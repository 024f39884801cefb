import { printResult } from "../printer/print-result.js";
import { printValue, printWhole } from "../printer/print-value.js";
import { formatRows } from "./box-table.js";
import { toCsv } from "./csv.js";
import { toJson } from "./json.js";
import { toMarkdown } from "./markdown.js";
import type { Mode } from "./modes.js";
import { anyRows, listRows, type Rows } from "./rows.js";

export interface DisplayOptions {
  /** Columns of the screen; a function because the screen may change. Default 80. */
  readonly columns?: () => number;
  /** Rows of the screen; absent where results go to no terminal: then nothing is cut to the screen. */
  readonly rows?: () => number;
  readonly colors?: boolean;
}

/** Rows of a table where there is no screen to cut to. */
const ROWS_WITHOUT_SCREEN = 100;

/** Rows of the screen that a result leaves for its first line, the count of what was left out, and the next prompt. */
const ROWS_AROUND = 4;

/** Rows that the frame of a table and its head take. */
const TABLE_FRAME = 5;

const HINT = ":last shows all";

/** How results look: in the mode that `:mode` has set, cut to the screen they go to. */
export class Display {
  mode: Mode = "auto";
  /** Of the result that was printed last: its type says more than its value. */
  #last: { readonly value: unknown; readonly type: string | undefined } | undefined;

  constructor(private readonly options: DisplayOptions = {}) {}

  /**
   * What the echo of a result says, without the last newline: `name: Type = value`, a table below `name: Type =`, or in the
   * modes for other programs the value alone.
   */
  result(name: string, type: string | undefined, value: unknown): string {
    this.#last = { value, type };
    const data = typeof value === "function" ? undefined : this.#data(value);
    if (data !== undefined) return data;
    const { columns, rows, colors } = this.#screen;
    const line = printResult(name, type, value, {
      columns,
      colors,
      ...(rows === undefined ? {} : { rows: rows - ROWS_AROUND + 1, hint: HINT }),
    });
    const table = this.#table(value, type, line.includes("\n"));
    if (!table) return line;
    const most = rows === undefined ? ROWS_WITHOUT_SCREEN : Math.max(3, rows - ROWS_AROUND - TABLE_FRAME);
    return `${name}${type === undefined ? "" : `: ${type}`} =\n${formatRows(table, { columns, rows: most, colors, hint: HINT })}`;
  }

  /** The value uncut, in the mode that is set, without the last newline: for `:last`. */
  whole(value: unknown): string {
    const data = this.#data(value);
    if (data !== undefined) return data;
    const { columns, rows, colors } = this.#screen;
    const last = this.#last;
    const whole = printWhole(value, { columns, colors });
    const table = this.#table(
      value,
      last && last.value === value ? last.type : undefined,
      rows !== undefined && whole.includes("\n"),
    );
    return table ? formatRows(table, { columns, rows: Number.POSITIVE_INFINITY, colors }) : whole;
  }

  get #screen() {
    const { columns, rows, colors } = this.options;
    return { columns: Math.max(1, columns?.() ?? 80), rows: rows?.(), colors: colors ?? false };
  }

  /** The value in a mode for other programs; `undefined` in the other modes. */
  #data(value: unknown): string | undefined {
    const format = { auto: undefined, table: undefined, json: toJson, csv: toCsv, markdown: toMarkdown }[this.mode];
    if (!format) return undefined;
    try {
      return format(value);
    } catch {
      // A getter or `toJSON` of the user's that throws.
      return printValue(value);
    }
  }

  #table(value: unknown, type: string | undefined, tall: boolean): Rows | undefined {
    if (this.mode === "table") return anyRows(value, { type });
    const onTerminal = this.options.rows !== undefined;
    const rows = onTerminal && tall ? listRows(value, { type }) : undefined;
    return rows && rows.count > 1 ? rows : undefined;
  }
}
