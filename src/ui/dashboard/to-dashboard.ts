import type { RDD } from "../../core/rdd/rdd.js";
import { DStream } from "../../streaming/dstream.js";
import type { Time } from "../../streaming/time.js";
import { E } from "../errors.js";
import { Chart, type ChartUpdate } from "./chart.js";
import type { ChartKind, DashboardOptions } from "./dashboard-options.js";
import { makeDashboard } from "./dashboards.js";
import { labelled } from "./labelled.js";
import { rowsOf } from "./rows.js";

declare module "../../streaming/dstream.js" {
  interface DStream<T> {
    /**
     * Shows the stream as a chart on the page `/dashboard/` of the status port, pushed as batches finish. It stays there when
     * the page is loaded again and when the stream stops. Several charts lay themselves out.
     *
     * An output operation. The method comes with `tspark` as well as with `tspark/dashboard`.
     *
     * @param name above the chart; another chart of that name is an error
     * @throws IllegalArgumentError when the kind is none, or the name is taken
     * @example
     * const ssc = new StreamingContext(sc, Seconds(1));
     * const words = ssc.queueStream([sc.parallelize(["a", "b", "a"])]);
     * words.countByValue().toDashboard("words", { kind: "bar" });
     * words.count().toDashboard("rate", { kind: "line", unit: "words/s" });
     */
    toDashboard(name: string, options: DashboardOptions<T>): void;
  }
}

/** Labels or rows where the options say nothing. */
const LIMITS: Readonly<Record<ChartKind, number>> = { line: 8, bar: 12, table: 20, number: 1 };

DStream.prototype.toDashboard = function toDashboard<T>(
  this: DStream<T>,
  name: string,
  options: DashboardOptions<T>,
): void {
  if (typeof name !== "string" || name.trim() === "") throw E.NO_CHART_NAME(name);
  const kind = options?.kind;
  if (!Object.hasOwn(LIMITS, String(kind))) throw E.UNKNOWN_CHART_KIND(name, kind);
  for (const [option, value] of Object.entries({ limit: options.limit, history: options.history })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) throw E.BAD_CHART_NUMBER(name, option, value);
  }
  for (const [option, f] of Object.entries({ label: options.label, value: options.value })) {
    if (f !== undefined && typeof f !== "function") throw E.BAD_CHART_FUNCTION(name, option, f);
  }
  const sc = this.context.sparkContext;
  const dashboard = makeDashboard(sc);
  if (dashboard.get(name)?.owner === this.context) throw E.CHART_NAME_TAKEN(name);
  const history = options.history ?? sc.conf.getInt("spark.tspark.dashboard.retainedBatches");
  const chart = new Chart(name, kind, options.unit ?? "", history, this.context);
  dashboard.set(chart);
  const limit = options.limit ?? LIMITS[kind];
  this.foreachRDD(async (rdd, time) => {
    try {
      chart.add(time.milliseconds, await update(rdd, time, chart, options, limit));
    } catch (error) {
      chart.error = error instanceof Error ? error.message : String(error);
      throw error;
    }
  });
};

async function update<T>(
  rdd: RDD<T>,
  _time: Time,
  chart: Chart,
  options: DashboardOptions<T>,
  limit: number,
): Promise<ChartUpdate> {
  if (chart.kind === "table") return rowsOf(await rdd.take(limit + 1), limit, options.columns);
  const pairs = labelled(rdd, chart.name, options);
  if (chart.kind === "number") return { values: new Map([[chart.name, await pairs.values().sum()]]), more: 0 };
  const sums = await pairs.reduceByKey((a, b) => a + b).collect();
  sums.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return { values: new Map(sums.slice(0, limit)), more: Math.max(0, sums.length - limit) };
}
