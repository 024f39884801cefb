/** What a computation may hand over at once or later. */
export type MaybePromise<T> = T | Promise<T>;

/** What `f` makes of it: at once where it is there. A promise a step is what most of an empty batch would consist of. */
export function after<A, B>(value: MaybePromise<A>, f: (value: A) => MaybePromise<B>): MaybePromise<B> {
  return value instanceof Promise ? value.then(f) : f(value);
}

/** All of them, in their order: at once where all are there. */
export function all<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some(isPromise) ? Promise.all(values) : (values as T[]);
}

/** What somebody else's function returned: whatever can be awaited becomes a promise. */
export function given<T>(value: MaybePromise<T>): MaybePromise<T> {
  if (value instanceof Promise || typeof (value as { then?: unknown } | undefined)?.then !== "function") return value;
  return Promise.resolve(value);
}

function isPromise(value: unknown): boolean {
  return value instanceof Promise;
}
