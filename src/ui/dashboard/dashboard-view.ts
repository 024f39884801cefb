import type { ChartKind } from "./dashboard-options.js";

/** One batch of a chart: a number for each label. */
export interface ChartPoint {
  /** ms since the epoch. */
  readonly time: number;
  readonly values: ReadonlyMap<string, number>;
}

/** A chart as it is now. */
export interface ChartView {
  readonly name: string;
  readonly kind: ChartKind;
  /** Stands behind the numbers; empty where there is none. */
  readonly unit: string;
  /** The batches it remembers, the oldest first. */
  readonly points: readonly ChartPoint[];
  /** Of a `table`: the rows of its latest batch as text, under {@link columns}. */
  readonly rows: readonly (readonly string[])[];
  readonly columns: readonly string[];
  /** Labels, or rows, of the latest batch that are not shown. */
  readonly more: number;
  /** Of the latest batch it could not be made for; `undefined` when that went well. */
  readonly error: string | undefined;
}

/** The charts of an application, in the order they were defined. */
export interface DashboardView {
  readonly charts: readonly ChartView[];
}
