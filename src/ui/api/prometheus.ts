import type { Application } from "../status/application.js";
import { FAMILIES, type Sample } from "./metric-families.js";

/** The media type of Prometheus's text format. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What `/metrics/prometheus` answers: every metric that has a value, labelled with the application's id. */
export function prometheusText(app: Application): string {
  return FAMILIES.map(({ name, type, help, value }) => {
    const given = value(app);
    const samples: readonly Sample[] = typeof given === "number" ? [{ labels: {}, value: given }] : (given ?? []);
    if (samples.length === 0) return "";
    const lines = samples.map(s => `${name}${labelText({ application_id: app.id, ...s.labels })} ${s.value}\n`);
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  }).join("");
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(",")}}`;
}

function escapeLabel(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
