import { markOf } from "./mark.js";
import { isPlain } from "./plain.js";
import { Refusal } from "./refusal.js";
import { eachCapture, shipOrRefuse } from "./ship.js";
import { siteOf } from "./site.js";

/** One variable a closure captures. */
export interface CaptureDescription {
  /** Its name, as the closure's text has it in the source. */
  readonly name: string;
  /** What it holds now: `a number`, `a Map of 3`, `a function`, `an instance of P`. */
  readonly what: string;
  /** Why it cannot travel: the path to it and what it is. Absent when it can. */
  readonly stays?: string;
}

/**
 * The variables a closure captures, with what they hold and whether that can travel; `undefined` for a function without
 * capture data.
 *
 * @example
 * // needs: closures marked by the transformer
 * const late = 1;
 * describeCapture((x: number) => x + late); // [{ name: "late", what: "a number" }]
 */
export function describeCapture(fn: Function): readonly CaptureDescription[] | undefined {
  const mark = markOf(fn);
  if (mark === undefined) return undefined;
  if (typeof mark.captures === "string")
    return [{ name: fn.name, what: "a function", stays: `the closure ${mark.captures}` }];
  const entries = mark.captures?.() ?? [];
  const descriptions: CaptureDescription[] = [];
  eachCapture(
    siteOf(fn, mark, entries),
    entries,
    { from: undefined, label: "the closure", direct: true },
    (name, _, value) => {
      const description = { name: name.label, what: describe(value) };
      const stays = whyStays(value, name.label);
      descriptions.push(stays === undefined ? description : { ...description, stays });
    },
  );
  return descriptions;
}

function whyStays(value: unknown, name: string): string | undefined {
  try {
    if (!isPlain(value)) shipOrRefuse(value, name);
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error.message : (error as Error).message;
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function")
    return /^class\b/.test(Function.prototype.toString.call(value)) ? "a class" : "a function";
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Map || value instanceof Set) return `a ${value.constructor.name} of ${value.size}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return `an object of ${Object.keys(value).length}`;
  return `an instance of ${value.constructor?.name ?? "a class without a name"}`;
}
