import { inspect, types } from "node:util";

const MARKS = /^(?:async_id_symbol|trigger_async_id_symbol|kResourceStore)$/;

/**
 * Node marks promises and timers with symbols of its own while asynchronous contexts are followed, as the engine does:
 * hidden, so that they look as they do elsewhere.
 */
export function hideAsyncIds(value: unknown): void {
  if (types.isProxy(value) || typeof value !== "object" || value === null) return;
  for (const symbol of Object.getOwnPropertySymbols(value)) {
    if (MARKS.test(symbol.description ?? "")) Reflect.defineProperty(value, symbol, { enumerable: false });
  }
}

/** The same for what the user's code prints of promises, wherever they stand in it. */
export function printPromisesPlainly(): void {
  Object.defineProperty(Promise.prototype, inspect.custom, {
    value(this: unknown) {
      hideAsyncIds(this);
      // That is: as it would have been printed.
      return this;
    },
    configurable: true,
    writable: true,
  });
}
