import type { PlotBatch, StreamDisplay, StreamView, TableBatch } from "../../streaming/output/stream-display.js";
import type { Panel, Screen } from "../terminal/screen.js";
import { formatRows } from "./box-table.js";
import { cutText } from "./cell-text.js";
import { chartNumber, drawChart } from "./chart.js";
import { anyRows } from "./rows.js";

export interface LiveViewOptions {
  readonly colors?: boolean;
  /** Charts are drawn with signs that every terminal has. */
  readonly ascii?: boolean;
}

/** Rows of a table that are no rows of it: the title, the frame and the head, the count of what was left out. */
const AROUND_TABLE = 7;

/** Rows that a chart has where there is room. */
const CHART_ROWS = 8;

/** Points that a chart remembers: more than the widest screen shows. */
const MOST_POINTS = 2000;

/** Shows `live()` and `plot()` of streams on a screen, each drawn again in its place above the line being typed. */
export class LiveViews implements StreamDisplay {
  #closed = false;

  constructor(
    private readonly screen: Screen,
    private readonly options: LiveViewOptions = {},
  ) {}

  table(title: string): StreamView<TableBatch> {
    return this.#view((batch: TableBatch, columns, rows) => {
      const heading = `Time: ${batch.time}  ${title}`;
      const most = Math.max(1, Math.min(batch.elements.length, room(rows) - AROUND_TABLE));
      const cells = anyRows(batch.elements);
      if (!cells || cells.count === 0 || rows < AROUND_TABLE + 1) return [`${heading}  ${counted(batch.count)}`];
      const table = formatRows({ ...cells, count: batch.count }, { ...this.options, columns, rows: most });
      return [heading, ...table.split("\n")];
    });
  }

  plot(title: string): StreamView<PlotBatch> {
    const points: (number | undefined)[] = [];
    return this.#view(
      (batch: PlotBatch, columns, rows) => {
        const numbers = points.filter(p => p !== undefined);
        const facts = [
          `last ${batch.value === undefined ? "-" : chartNumber(batch.value)}`,
          ...(numbers.length > 0
            ? [`min ${chartNumber(Math.min(...numbers))}`, `max ${chartNumber(Math.max(...numbers))}`]
            : []),
        ];
        const heading = `Time: ${batch.time}  ${title}  ${facts.join("  ")}`;
        const height = Math.min(CHART_ROWS, room(rows) - 1);
        if (height < 2) return [heading];
        return [
          heading,
          ...drawChart(points, { columns: columns - 1, rows: height, ascii: this.options.ascii ?? false }),
        ];
      },
      batch => {
        points.push(batch.value);
        if (points.length > MOST_POINTS) points.shift();
      },
    );
  }

  /** The terminal is given back: what still comes is not shown any more. */
  close(): void {
    this.#closed = true;
  }

  #view<B>(
    draw: (batch: B, columns: number, rows: number) => readonly string[],
    note?: (batch: B) => void,
  ): StreamView<B> {
    const { screen } = this;
    let newest: B | undefined;
    const panel: Panel = {
      rank: 0,
      stays: true,
      lines: (columns, rows) =>
        newest === undefined
          ? []
          : draw(newest, columns, rows).map(line => (line.includes("\x1b") ? line : cutText(line, columns))),
    };
    return {
      show: batch => {
        if (this.#closed) return;
        newest = batch;
        note?.(batch);
        screen.raise(panel);
      },
      end: () => screen.drop(panel, true),
    };
  }
}

/** A view leaves a quarter of the screen to what is printed above it. */
function room(rows: number): number {
  return Math.max(AROUND_TABLE + 1, Math.floor(rows * 0.75));
}

function counted(count: number): string {
  return `${count.toLocaleString("en-US")} row${count === 1 ? "" : "s"}`;
}
