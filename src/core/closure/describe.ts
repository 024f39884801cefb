import { findImported } from "./imports.js";

// What is said, and what is known, of functions and values from their text and their class.

/** A class of an installed package whose instances are no more than their properties. */
export function isPackageClass(ctor: Function): boolean {
  const imported = findImported(ctor);
  return imported !== undefined && !/^node:/.test(imported.specifier) && isOpen(ctor);
}

/** Whether its text shows all that its instances hold. */
export function isOpen(ctor: Function): boolean {
  return !/#[\p{ID_Start}$_]|\[native code\]/u.test(Function.prototype.toString.call(ctor));
}

export function describeUnmarked(fn: Function): string {
  const source = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}$/.test(source))
    return fn.name.startsWith("bound ") ? "a bound function" : "a native function";
  if (/^class\b/.test(source)) return `a class compiled without capture data (${fn.name || "anonymous"})`;
  return "a function compiled without capture data";
}

export function classNameOf(value: object): string {
  try {
    const name: unknown = value.constructor?.name;
    if (typeof name === "string" && name !== "") return name;
  } catch {
    // a getter of the user's own: the tag below says enough
  }
  return Object.prototype.toString.call(value).slice(8, -1);
}
