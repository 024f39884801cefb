import type { Mark } from "./mark.js";

// A class that travels must be the same class each time it arrives, and the very class of the driver when it comes home:
// `instanceof` holds across closures, and results are instances of what the user wrote. Hence a serial number, given where
// the class was made, and a table in every thread. The same for symbols.

const realm = Math.random().toString(36).slice(2, 10);
let count = 0;
const known = new Map<string, WeakRef<object>>();
const gone = new FinalizationRegistry<string>(serial => {
  if (known.get(serial)?.deref() === undefined) known.delete(serial);
});

/** The serial of a marked class: the same in every thread the class gets to. */
export function serialOf(mark: Mark, classObject: object): string {
  if (mark.serial === undefined) adopt((mark.serial = `${realm}.${++count}`), classObject);
  return mark.serial;
}

/** Remembers that this is the class (or symbol's holder) of that serial in this thread. */
export function adopt(serial: string, object: object): void {
  known.set(serial, new WeakRef(object));
  gone.register(object, serial);
}

/** The class of that serial, if this thread has it. */
export function adopted(serial: string): object | undefined {
  return known.get(serial)?.deref();
}

const serialsOfSymbols = new Map<symbol, string>();
const symbols = new Map<string, symbol>();
const WELL_KNOWN = new Map<symbol, string>(
  Object.getOwnPropertyNames(Symbol).flatMap(name => {
    const value = (Symbol as unknown as Record<string, unknown>)[name];
    return typeof value === "symbol" ? [[value, name] as const] : [];
  }),
);

/** How a symbol is found again: by its key in the registry, as a well-known one, or by a serial. */
export type SymbolName = readonly ["for" | "own", string] | readonly ["serial", string, string | undefined];

export function nameSymbol(symbol: symbol): SymbolName {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return ["for", key];
  const own = WELL_KNOWN.get(symbol);
  if (own !== undefined) return ["own", own];
  let serial = serialsOfSymbols.get(symbol);
  if (serial === undefined) {
    serial = `${realm}.s${++count}`;
    serialsOfSymbols.set(symbol, serial);
    symbols.set(serial, symbol);
  }
  return ["serial", serial, symbol.description];
}

export function findSymbol([how, key, description]: SymbolName): symbol {
  if (how === "for") return Symbol.for(key);
  if (how === "own") return (Symbol as unknown as Record<string, symbol>)[key]!;
  let symbol = symbols.get(key);
  if (symbol === undefined) {
    symbol = Symbol(description);
    symbols.set(key, symbol);
    serialsOfSymbols.set(symbol, key);
  }
  return symbol;
}

/** The class whose prototype this is, when it says so itself. */
export function classOf(prototype: object): Function | undefined {
  const ctor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof ctor === "function" && ctor.prototype === prototype ? ctor : undefined;
}
