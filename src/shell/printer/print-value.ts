import { inspect, types } from "node:util";

export interface PrintOptions {
  readonly colors?: boolean;
  /** Columns of the screen. Default 80. */
  readonly columns?: number;
}

/** More characters than this are cut: a value must not drown the screen, nor the terminal. */
const MOST_CHARACTERS = 10_000;
const MOST_LINES = 150;

/** A value as text, in Node's notation. Never throws, whatever the value does, and is bounded however big it is. */
export function printValue(value: unknown, options: PrintOptions = {}): string {
  const text = attempt(value, options);
  const lines = text.split("\n");
  if (lines.length > MOST_LINES) {
    return `${lines.slice(0, MOST_LINES).join("\n")}\n… ${lines.length - MOST_LINES} more lines`;
  }
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}… ${text.length - MOST_CHARACTERS} more characters`;
}

function attempt(value: unknown, options: PrintOptions): string {
  const layout = {
    colors: options.colors ?? false,
    breakLength: options.columns ?? 80,
    maxArrayLength: 100,
    maxStringLength: 5000,
    depth: 4,
  };
  try {
    hideAsyncIds(value);
    return inspect(value, layout);
  } catch {
    // The value's own `inspect` or `toString` threw: look at it without asking it.
  }
  try {
    return inspect(value, { ...layout, customInspect: false, getters: false });
  } catch (error) {
    return `[a value that cannot be shown: ${errorText(error)}]`;
  }
}

/**
 * Node marks promises with symbols of its own while asynchronous contexts are followed, as the engine does: hidden, so that
 * a promise looks like one.
 */
function hideAsyncIds(value: unknown): void {
  if (types.isProxy(value) || typeof value !== "object" || value === null) return;
  const parts = Array.isArray(value) ? value.slice(0, 100) : [value];
  for (const part of parts) {
    if (!types.isPromise(part) || types.isProxy(part)) continue;
    for (const symbol of Object.getOwnPropertySymbols(part)) {
      if (/^(?:async_id_symbol|trigger_async_id_symbol|kResourceStore)$/.test(symbol.description ?? "")) {
        Object.defineProperty(part, symbol, { enumerable: false });
      }
    }
  }
}

function errorText(error: unknown): string {
  try {
    return String((error as Error).message);
  } catch {
    return "it throws when it is looked at";
  }
}
