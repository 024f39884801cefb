import type { RDD } from "../../core/rdd/rdd.js";
import type { DashboardOptions } from "./dashboard-options.js";

/** Each element as the label it belongs to and its number. */
export function labelled<T>(
  rdd: RDD<T>,
  name: string,
  { label, value }: Pick<DashboardOptions<T>, "label" | "value">,
): RDD<[string, number]> {
  return rdd.map((element): [string, number] => [
    label === undefined ? labelOf(element, name) : String(label(element)),
    value === undefined ? numberOf(element) : Number(value(element)),
  ]);
}

function labelOf(element: unknown, name: string): string {
  if (Array.isArray(element) && element.length === 2) return String(element[0]);
  return typeof element === "string" ? element : name;
}

function numberOf(element: unknown): number {
  const x: unknown = Array.isArray(element) && element.length === 2 ? element[1] : element;
  return typeof x === "number" ? x : typeof x === "bigint" ? Number(x) : 1;
}
