import type { ChartKind } from "./dashboard-options.js";
import type { ChartPoint, ChartView } from "./dashboard-view.js";

/** What a chart got of one batch. */
export interface ChartUpdate {
  readonly values?: ReadonlyMap<string, number>;
  readonly rows?: readonly (readonly string[])[];
  readonly columns?: readonly string[];
  readonly more: number;
}

/** The numbers behind one chart of the dashboard, for the latest batches. */
export class Chart implements ChartView {
  readonly #points: ChartPoint[] = [];
  rows: readonly (readonly string[])[] = [];
  columns: readonly string[] = [];
  more = 0;
  error: string | undefined;

  constructor(
    readonly name: string,
    readonly kind: ChartKind,
    readonly unit: string,
    private readonly history: number,
    /** Of the streaming context it was defined on: another one may take its name. */
    readonly owner: object,
  ) {}

  get points(): readonly ChartPoint[] {
    return this.#points;
  }

  /** Takes in a batch; one that was made again replaces itself. @param time ms since the epoch */
  add(time: number, { values, rows, columns, more }: ChartUpdate): void {
    this.error = undefined;
    if (rows !== undefined && rows.length > 0) {
      this.rows = rows;
      this.columns = columns ?? [];
      this.more = more;
    }
    // An empty batch leaves the bars as they are, and is a point at 0 on the others.
    if (this.kind !== "table" && values !== undefined && (values.size > 0 || this.kind !== "bar")) this.more = more;
    const at = this.#points.findIndex(point => point.time === time);
    const point = { time, values: values ?? new Map<string, number>() };
    if (at >= 0) this.#points[at] = point;
    else this.#points.push(point);
    if (this.#points.length > this.history) this.#points.shift();
  }
}
