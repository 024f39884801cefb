import type { SparkContext } from "../../core/spark-context.js";
import type { Chart } from "./chart.js";
import type { DashboardView } from "./dashboard-view.js";

/** The charts of one application: they stay when their streams stop, until another of the same name comes. */
class Dashboard implements DashboardView {
  readonly #charts = new Map<string, Chart>();

  get charts(): readonly Chart[] {
    return [...this.#charts.values()];
  }

  set(chart: Chart): void {
    this.#charts.set(chart.name, chart);
  }

  get(name: string): Chart | undefined {
    return this.#charts.get(name);
  }
}

const dashboards = new WeakMap<SparkContext, Dashboard>();

/** The charts of `sc`; `undefined` where there is none. */
export function dashboardOf(sc: SparkContext): Dashboard | undefined {
  return dashboards.get(sc);
}

/** The charts of `sc`, with an empty dashboard to begin with. */
export function makeDashboard(sc: SparkContext): Dashboard {
  let dashboard = dashboards.get(sc);
  if (dashboard === undefined) dashboards.set(sc, (dashboard = new Dashboard()));
  return dashboard;
}
