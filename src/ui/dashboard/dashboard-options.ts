/** What a chart looks like. */
export type ChartKind = "line" | "bar" | "table" | "number";

/** How `toDashboard` shows a stream. */
export interface DashboardOptions<T> {
  /**
   * - `line`: a line for each label over the latest batches,
   * - `bar`: a bar for each label of the latest batch that had any, the largest first,
   * - `table`: the first elements of the latest batch that had any,
   * - `number`: the sum over all labels in the latest batch, with its course.
   */
  readonly kind: ChartKind;
  /**
   * What an element belongs to: the line or the bar. By default the key of a pair, an element that is a string, else the
   * name of the chart. It may run in a worker thread.
   */
  readonly label?: (element: T) => unknown;
  /**
   * The number of an element; those of one label are added up. By default the value of a pair whose value is a number, an
   * element that is a number, else 1: elements are counted. It may run in a worker thread.
   */
  readonly value?: (element: T) => number;
  /** Stands behind the numbers: `orders/s`; `ms` and `B` are shown in seconds and KiB where they are many. */
  readonly unit?: string;
  /** Lines (default 8), bars (default 12) or rows (default 20) that are shown; of lines and bars those with the largest numbers. */
  readonly limit?: number;
  /** Batches that are remembered; default `spark.tspark.dashboard.retainedBatches`. */
  readonly history?: number;
  /** Names of the columns of a `table`; by default the keys of objects, else `_1`, `_2` … */
  readonly columns?: readonly string[];
}
