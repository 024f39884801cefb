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
 * The name of the type under which `_error` is known: the nearest class of the error that has a name in the session or that
 * is global, `unknown` for what is no error.
 *
 * @param nameOf the name of a class of `tspark` or of the user's
 */
export function errorTypeOf(error: unknown, nameOf: (made: { readonly name: string }) => string | undefined): string {
  try {
    if (!(error instanceof Error)) return "unknown";
    for (let p: object | null = Object.getPrototypeOf(error); p !== null; p = Object.getPrototypeOf(p)) {
      const made: unknown = (p as { constructor?: unknown }).constructor;
      if (typeof made !== "function") continue;
      const named = nameOf(made);
      if (named !== undefined) return named;
      const found = GLOBAL_ERRORS.find(name => globalThis[name] === made);
      if (found !== undefined) return found;
    }
    return "Error";
  } catch {
    return "unknown";
  }
}
