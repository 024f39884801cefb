const GLOBAL_ERRORS = [
  "Error",
  "AggregateError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
] as const;

/**
 * The name of the type under which `_error` is known: the nearest class of the error that `tspark` exports or that is
 * global, `unknown` for what is no error.
 *
 * @param api the exports of `tspark`
 */
export function errorTypeOf(error: unknown, api: Readonly<Record<string, unknown>>): string {
  try {
    if (!(error instanceof Error)) return "unknown";
    for (let p: object | null = Object.getPrototypeOf(error); p !== null; p = Object.getPrototypeOf(p)) {
      const made: unknown = (p as { constructor?: unknown }).constructor;
      if (typeof made !== "function") continue;
      if (api[made.name] === made) return made.name;
      const found = GLOBAL_ERRORS.find(name => globalThis[name] === made);
      if (found !== undefined) return found;
    }
    return "Error";
  } catch {
    return "unknown";
  }
}
