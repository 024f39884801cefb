import { E } from "../errors/engine-errors.js";

const f64 = new Float64Array(1);
const bits = new Int32Array(f64.buffer);

/**
 * The hash of a key: equal keys (by value) have equal hashes, in every thread and process. Whole numbers of 32 bits,
 * strings, booleans, larger whole numbers (as a long), other numbers (as a double) and dates have Java's `hashCode`, so that
 * partitions are those of Spark. Arrays and objects combine the hashes of what they hold.
 *
 * @returns a signed 32-bit integer
 */
export function hashCode(key: unknown): number {
  if (typeof key === "string") return hashString(key);
  if (typeof key === "number") return (key | 0) === key ? key | 0 : hashNumber(key);
  return hashOther(key, 0);
}

/** What is nested deeper holds itself, most likely. */
const MAX_DEPTH = 500;

function hashPart(key: unknown, depth: number): number {
  if (typeof key === "string") return hashString(key);
  if (typeof key === "number") return (key | 0) === key ? key | 0 : hashNumber(key);
  if (depth > MAX_DEPTH) throw E.KEY_NOT_COMPARABLE(`nested more than ${MAX_DEPTH} deep, or holds itself`, key);
  return hashOther(key, depth);
}

/** Java's `String.hashCode`. */
export function hashString(s: string): number {
  let h = 0;
  for (let i = 0; i < s.length; i++) h = (Math.imul(h, 31) + s.charCodeAt(i)) | 0;
  return h;
}

/** Java's `Long.hashCode` of a whole number beyond 32 bits, `Double.hashCode` of any other. */
export function hashNumber(n: number): number {
  if (Number.isSafeInteger(n)) {
    const high = Math.floor(n / 4294967296);
    return (n | 0) ^ (high | 0);
  }
  f64[0] = Number.isNaN(n) ? Number.NaN : n;
  return bits[0]! ^ bits[1]!;
}

function hashOther(key: unknown, depth: number): number {
  switch (typeof key) {
    case "boolean":
      return key ? 1231 : 1237;
    case "undefined":
      return 0;
    case "bigint":
      return hashBigInt(key);
    case "object":
      break;
    case "symbol":
      throw E.KEY_NOT_COMPARABLE("a symbol", key);
    default:
      throw E.KEY_NOT_COMPARABLE("a function", key);
  }
  if (key === null) return 0;
  if (Array.isArray(key)) {
    let h = 1;
    for (let i = 0; i < key.length; i++) h = (Math.imul(h, 31) + hashPart(key[i], depth + 1)) | 0;
    return h;
  }
  if (key instanceof Date) {
    const t = key.getTime();
    return (t | 0) ^ (Math.floor(t / 4294967296) | 0);
  }
  if (hasOwnSemantics(key)) return key.hashCode() | 0;
  return hashPlainObject(key as Record<string, unknown>, depth);
}

/** Objects that say themselves when they are equal. */
export interface Hashable {
  equals(other: unknown): boolean;
  hashCode(): number;
}

export function hasOwnSemantics(key: object): key is Hashable {
  const k = key as Partial<Hashable>;
  return typeof k.hashCode === "function" && typeof k.equals === "function";
}

export function isPlainObject(key: object): boolean {
  const proto = Object.getPrototypeOf(key) as object | null;
  // The last test recognises plain objects of another realm (a vm context), whose Object is not ours.
  return (
    proto === Object.prototype ||
    proto === null ||
    (Object.getPrototypeOf(proto) === null && Object.hasOwn(proto, "hasOwnProperty"))
  );
}

function hashPlainObject(key: Record<string, unknown>, depth: number): number {
  if (!isPlainObject(key)) {
    const name = (key as { constructor?: { name?: string } }).constructor?.name ?? "unnamed class";
    throw E.KEY_NOT_COMPARABLE(`an instance of ${name}`, key);
  }
  // A sum, since the order in which properties were added does not matter.
  let h = 17;
  for (const name of Object.keys(key)) {
    h = (h + (hashString(name) ^ Math.imul(hashPart(key[name], depth + 1), 31))) | 0;
  }
  return h;
}

function hashBigInt(n: bigint): number {
  if (BigInt.asIntN(64, n) === n) {
    return Number(BigInt.asIntN(32, n)) ^ Number(BigInt.asIntN(32, n >> 32n));
  }
  return hashString(n.toString());
}
