import type { ConfigEntry, ConfigType } from "./config-entry.js";
import { parseBytes, parseTimeMs, parseTimeSeconds } from "./units.js";

/** The rule a text breaks that cannot be read as its type. */
class Malformed extends Error {}

function wholeNumber(text: string, min: number, max: number): number {
  if (!/^[+-]?[0-9]+$/.test(text.trim())) throw new Malformed(`${JSON.stringify(text)} is not a whole number`);
  const n = Number(text);
  if (n < min || n > max) throw new Malformed(`${JSON.stringify(text)} is not between ${min} and ${max}`);
  return n === 0 ? 0 : n;
}

const READ: Readonly<Record<ConfigType, (text: string) => string | number | boolean>> = {
  string: text => text,
  int: text => wholeNumber(text, -(2 ** 31), 2 ** 31 - 1),
  long: text => wholeNumber(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  double: text => {
    const n = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isNaN(n)) throw new Malformed(`${JSON.stringify(text)} is not a number`);
    return n;
  },
  boolean: text => {
    const word = text.trim().toLowerCase();
    if (word !== "true" && word !== "false") throw new Malformed(`${JSON.stringify(text)} is neither true nor false`);
    return word === "true";
  },
  timeMs: text => parseTimeMs(text),
  timeSeconds: text => parseTimeSeconds(text),
  bytes: text => parseBytes(text),
  mebibytes: text => Math.floor(parseBytes(text, "m") / 2 ** 20),
};

/** The text of a value as its type, or the rule it breaks. */
export function convert(
  text: string,
  type: ConfigType,
): { readonly value: string | number | boolean } | { readonly problem: string } {
  try {
    return { value: READ[type](text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The rule of `entry` that `text` breaks, its type's form first; `undefined` when the value is fine. */
export function problemOf(entry: ConfigEntry, text: string): string | undefined {
  const read = convert(text, entry.type);
  if ("problem" in read) return read.problem;
  if (entry.values && !entry.values.some(v => v.toLowerCase() === text.trim().toLowerCase())) {
    return `${JSON.stringify(text)} must be one of ${entry.values.join(", ")}`;
  }
  return entry.check?.(read.value);
}
