// Values that every thread has: they travel by name.

const ROOTS = [
  "AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError",
  "FinalizationRegistry Float32Array Float64Array Function Int16Array Int32Array Int8Array Intl JSON Map Math Number",
  "Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError",
  "URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI",
  "decodeURIComponent encodeURI encodeURIComponent escape eval isFinite isNaN parseFloat parseInt unescape AbortController",
  "AbortSignal Blob Buffer Event EventTarget Headers Request Response TextDecoder TextEncoder URL URLSearchParams atob btoa",
  "clearImmediate clearInterval clearTimeout console crypto fetch performance process queueMicrotask setImmediate",
  "setInterval setTimeout structuredClone",
]
  .join(" ")
  .split(" ");

let table: Map<unknown, readonly string[]> | undefined;

/** `["Math", "max"]` for `Math.max`: the path from the global object to a value every thread has. */
export function wellKnownPath(value: object): readonly string[] | undefined {
  return (table ??= build()).get(value);
}

function build(): Map<unknown, readonly string[]> {
  const paths = new Map<unknown, readonly string[]>();
  const global = globalThis as unknown as Record<string, unknown>;
  paths.set(globalThis, []);
  const members = (object: object, path: readonly string[]) => {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      const value: unknown = property.value;
      const worth =
        typeof value === "function" || (name === "prototype" && typeof value === "object" && value !== null);
      if (!worth || name === "constructor" || paths.has(value)) continue;
      paths.set(value, [...path, name]);
      if (name === "prototype" || path[0] === "Intl") members(value as object, [...path, name]);
    }
  };
  for (const name of ROOTS) {
    if (!(name in global)) continue;
    const value = global[name];
    if ((typeof value === "object" && value !== null) || typeof value === "function") {
      paths.set(value, [name]);
      if (name !== "process") members(value as object, [name]);
    }
  }
  return paths;
}

/** The value at a path from the global object. */
export function wellKnown(path: readonly string[]): unknown {
  let value: unknown = globalThis;
  for (const name of path) value = (value as Record<string, unknown>)[name];
  return value;
}

/** The errors, collections and others of JavaScript itself that a class may extend and whose instances travel. */
export const BASES = new Map<object, "Error" | "Map" | "Set" | "Array">([
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    E => [E.prototype, "Error"] as const,
  ),
  [Map.prototype, "Map"],
  [Set.prototype, "Set"],
  [Array.prototype, "Array"],
]);

type Remake = readonly [name: string, args: (value: never) => readonly unknown[]];

/** Instances of Node's and JavaScript's own classes with hidden state: by which arguments they are constructed again. */
const REMAKE: readonly Remake[] = [
  ["URL", (url: URL) => [url.href]],
  ["URLSearchParams", (params: URLSearchParams) => [params.toString()]],
  ["TextEncoder", () => []],
  ["TextDecoder", (d: InstanceType<typeof TextDecoder>) => [d.encoding, { fatal: d.fatal, ignoreBOM: d.ignoreBOM }]],
  ...["NumberFormat", "DateTimeFormat", "Collator", "PluralRules", "ListFormat", "RelativeTimeFormat", "Segmenter"].map(
    name => [`Intl.${name}`, (f: Intl.NumberFormat) => [f.resolvedOptions().locale, f.resolvedOptions()]] as Remake,
  ),
];

let remakes: Map<object, Remake> | undefined;

/** The class and the arguments from which an object with hidden state is made again. */
export function remakeOf(value: object): { path: readonly string[]; args: readonly unknown[] } | undefined {
  remakes ??= new Map(REMAKE.map(row => [(wellKnown(row[0].split(".")) as Function).prototype as object, row]));
  const row = remakes.get(Object.getPrototypeOf(value));
  return row && { path: row[0].split("."), args: row[1](value as never) };
}
