/** What the user wrote, for closures that were shipped and loaded. */
const origins = new WeakMap<Function, Function>();

/** Remembers that `loaded` is what became of the user's `fn`. */
export function noteOrigin(loaded: Function, fn: Function): void {
  if (loaded !== fn) origins.set(loaded, fn);
}

/** The user's own function. */
export function originOf(fn: Function): Function {
  return origins.get(fn) ?? fn;
}
