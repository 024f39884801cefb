/// <reference types="node" preserve="true" />
/**
 * `tspark/dashboard`: charts of streams on the page `/dashboard/` of the status port.
 *
 * @example
 * import "tspark/dashboard";
 * const ssc = new StreamingContext(sc, Seconds(1));
 * ssc.rateStream(100).count().toDashboard("rows", { kind: "line", unit: "rows/s" });
 */
import "./to-dashboard.js";

export type { ChartKind, DashboardOptions } from "./dashboard-options.js";
