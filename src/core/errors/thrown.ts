import { inspect } from "node:util";

/**
 * What the user's code has thrown, fit to be looked at: the very value, unless looking at it throws in turn (a `Proxy` that
 * traps everything, a getter, a `toString` that fails, a symbol as message). Then an Error with what could be read of it.
 */
export function tame(thrown: unknown): unknown {
  const fault = faultOf(thrown);
  if (fault === undefined) return thrown;
  const message = read(() => String((thrown as Error).message));
  const error = new Error(
    isError(thrown) && message !== undefined ? message : `something that cannot be shown (${fault})`,
  );
  const name = read(() => String((thrown as Error).name));
  const stack = read(() => (thrown as Error).stack);
  if (isError(thrown) && name !== undefined) Object.defineProperty(error, "name", { value: name, configurable: true });
  error.stack = typeof stack === "string" ? stack : `${error.name}: ${error.message}`;
  return error;
}

/** What is thrown and no Error, as text: on one line where it would only be `[object Object]`. */
export function thrownText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const isPlain = value.toString === Object.prototype.toString || value.toString === Array.prototype.toString;
  if (!isPlain) return String(value);
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 2 });
}

/** `instanceof Error`, also of what throws when it is asked. */
export function isError(thrown: unknown): thrown is Error {
  return read(() => thrown instanceof Error) === true;
}

/** What goes wrong when a value is looked at as thrown ones are. */
function faultOf(thrown: unknown): string | undefined {
  try {
    let e = thrown;
    for (let i = 0; i < 10 && e instanceof Error; i++, e = e.cause) {
      if (!isText(e.name) || !isText(e.message)) return "its name or message is no text";
      if (e.stack !== undefined && typeof e.stack !== "string") return "its stack is no text";
    }
    // What is no Error is told as text.
    if (!(e instanceof Error)) thrownText(e);
    return undefined;
  } catch (error) {
    return read(() => (error instanceof Error ? String(error.message) : String(error))) ?? "looking at it throws";
  }
}

function isText(value: unknown): boolean {
  return value === null || !["symbol", "function", "object"].includes(typeof value);
}

function read<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
