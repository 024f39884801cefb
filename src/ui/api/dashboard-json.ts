import type { ChartView } from "../dashboard/dashboard-view.js";
import { apiDate } from "./dates.js";

/** `dashboard`: what the charts of `toDashboard` show, for programs. tspark's own. */
export function dashboardJson(charts: readonly ChartView[]) {
  return charts.map(({ name, kind, unit, points, rows, columns, error }) => ({
    name,
    kind,
    unit,
    points: points.map(({ time, values }) => ({ time: apiDate(time), values: Object.fromEntries(values) })),
    ...(kind === "table" && { columns, rows }),
    error,
  }));
}
