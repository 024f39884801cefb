import { inspect } from "node:util";
import { REDACTED } from "../conf/redact.js";

/** Characters of a record, elements of a list or object, levels: what is more is cut. */
const LONGEST = 500;
const WIDEST = 20;
const DEEPEST = 5;

/**
 * A record as one line for people, without secrets: a text in which `secret` finds something, and whatever stands under such
 * a name (in an object, a map, or as the second of a pair), is redacted. It never throws.
 *
 * @example
 * recordText({ user: "ada", password: "x" }, /password/); // "{ user: 'ada', password: '*********(redacted)' }"
 */
export function recordText(record: unknown, secret: RegExp): string {
  let text: string;
  try {
    text = inspect(withoutSecrets(record, secret, 0), {
      depth: DEEPEST + 1,
      compact: true,
      breakLength: Number.POSITIVE_INFINITY,
      maxStringLength: LONGEST,
    });
  } catch (error) {
    return `(cannot be shown: ${error instanceof Error ? error.name : typeof error})`;
  }
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function withoutSecrets(x: unknown, secret: RegExp, depth: number): unknown {
  if (typeof x === "string") return secret.test(x) ? REDACTED : x;
  if (typeof x !== "object" || x === null) return x;
  if (x instanceof Date || x instanceof RegExp) return x;
  if (ArrayBuffer.isView(x)) return new Shown(`${x.constructor.name}(${x.byteLength} bytes)`);
  if (depth === DEEPEST) return new Shown("…");
  if (Array.isArray(x)) return ofArray(x, secret, depth + 1);
  if (x instanceof Set) return new Set(ofArray([...x], secret, depth + 1));
  if (x instanceof Map) return new Map([...x].slice(0, WIDEST).map(([k, v]) => ofPair(k, v, secret, depth + 1)));
  const { toJSON } = x as { toJSON?: unknown };
  if (typeof toJSON === "function") return withoutSecrets(toJSON.call(x), secret, depth + 1);
  if (x instanceof Error) return withoutSecrets(`${x.name}: ${x.message}`, secret, depth);
  return ofObject(x, secret, depth + 1);
}

function ofArray(list: readonly unknown[], secret: RegExp, depth: number): unknown[] {
  if (list.length === 2) return ofPair(list[0], list[1], secret, depth);
  const shown = list.slice(0, WIDEST).map(x => withoutSecrets(x, secret, depth));
  return list.length > WIDEST ? [...shown, new Shown(`… ${list.length - WIDEST} more`)] : shown;
}

function ofPair(key: unknown, value: unknown, secret: RegExp, depth: number): [unknown, unknown] {
  const named = typeof key === "string" && secret.test(key);
  return [withoutSecrets(key, secret, depth), named ? REDACTED : withoutSecrets(value, secret, depth)];
}

function ofObject(x: object, secret: RegExp, depth: number): object {
  // A class that says how it is shown would say it of a copy without its private fields.
  const out = inspect.custom in x ? {} : (Object.create(Object.getPrototypeOf(x) as object | null) as object);
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(x)).slice(0, WIDEST)) {
    if (!property.enumerable) continue;
    const value = secret.test(key)
      ? REDACTED
      : "value" in property
        ? withoutSecrets(property.value, secret, depth)
        : new Shown("[Getter]");
    Object.defineProperty(out, key, { value, enumerable: true });
  }
  return out;
}

/** Stands for what is not shown. */
class Shown {
  constructor(private readonly text: string) {}

  [inspect.custom](): string {
    return this.text;
  }
}
