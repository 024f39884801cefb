import { inspect, types } from "node:util";

const custom = Symbol.for("nodejs.util.inspect.custom");

/**
 * A value as one line of JSON. What JSON has no form for becomes what comes nearest: a bigint a string, a `Map` an object (with keys
 * that are no strings: an array of pairs), a `Set` an array, a function or a handle such as an RDD its text, `undefined` null.
 */
export function toJson(value: unknown): string {
  // The way down to here, so that a cycle is told from a value that stands twice.
  const path: { readonly given: unknown; readonly form: unknown }[] = [];
  const replace = function (this: unknown, _: string, given: unknown): unknown {
    while (path.length > 0 && path.at(-1)!.form !== this) path.pop();
    if (path.some(step => step.given === given))
      return typeof given === "object" && given !== null ? "[Circular]" : given;
    const form = formOf(given);
    if (typeof form === "object" && form !== null) path.push({ given, form });
    return form;
  };
  return JSON.stringify(value, replace) ?? "null";
}

function formOf(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return inspect(value);
  if (typeof value !== "object" || value === null) return value;
  if (types.isProxy(value)) return inspect(value);
  if (types.isMap(value)) {
    const entries = [...(value as Map<unknown, unknown>)];
    return entries.every(([key]) => typeof key === "string") ? Object.fromEntries(entries) : entries;
  }
  if (types.isSet(value)) return [...(value as Set<unknown>)];
  if (types.isTypedArray(value)) return Array.from(value as unknown as Iterable<unknown>);
  if (types.isNativeError(value)) return { name: value.name, message: value.message };
  if (types.isRegExp(value) || custom in value) return inspect(value);
  return value;
}
