import type { Application } from "../status/application.js";
import { FAMILIES } from "./metric-families.js";

/** The media type of Prometheus's text format. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What `/metrics/prometheus` answers: every metric that has a value, labelled with the application's id. */
export function prometheusText(app: Application): string {
  const labels = `{application_id="${escapeLabel(app.id)}"}`;
  return FAMILIES.flatMap(({ name, type, help, value }) => {
    const v = value(app);
    return v === undefined ? [] : [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}${labels} ${v}\n`];
  }).join("");
}

function escapeLabel(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
