import { E } from "../errors/engine-errors.js";

/** What generated code calls beside the user's closures; it knows it as `rt`. */
export const runtime = {
  iterator(value: unknown, operation: string): Iterator<unknown> {
    const make = (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator];
    if (typeof make === "function") return make.call(value);
    if (isPromise(value)) refusePromise(value, operation);
    throw E.NOT_ITERABLE(operation, value);
  },
  notAPair(value: unknown): never {
    throw E.NOT_A_PAIR(value);
  },
  truthy(value: unknown): boolean {
    if (isPromise(value)) refusePromise(value, "filter");
    return Boolean(value);
  },
  notPromise(value: unknown): void {
    if (value !== undefined && isPromise(value)) refusePromise(value, "foreach");
  },
};

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

export function refusePromise(promise: Promise<unknown>, operation: string): never {
  // Its own failure must not end the process: the error below tells the story.
  promise.then(undefined, () => {});
  throw E.PROMISE_NOT_AWAITED(operation);
}
