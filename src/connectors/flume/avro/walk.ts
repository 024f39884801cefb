import type { Type, types } from "avsc";

/** Bytes that are no value of the type they should be of. */
export class BadBytes extends Error {}

/** Goes over the bytes of a value without making it; where it ends is in {@link at}. */
type Walk = (bytes: Buffer) => void;

/** Items that the lists of a value may have in all: in two bytes there can be one that takes a hundred times as much as an object. */
const MOST_ITEMS = 1_000_000;

// Where the walk stands, and the items it has gone over. Module variables instead of results: it goes over every byte that is
// received.
let at = 0;
let items = 0;

/**
 * Looks whether bytes hold a value of a type, from `from` on, and says where it ends. A decoder that is made for speed trusts
 * counts and lengths: one of a few bytes that says "a billion of them follow" would keep it at work, or fill the memory. Here
 * no more can follow than there are bytes for, and no more than {@link MOST_ITEMS}.
 *
 * @throws BadBytes when they do not
 */
export function walkerOf(type: Type): (bytes: Buffer, from: number) => number {
  const walk = walkOf(type, new Map());
  return (bytes, from) => {
    at = from;
    items = 0;
    walk(bytes);
    return at;
  };
}

function walkOf(type: Type, known: Map<Type, Walk>): Walk {
  const before = known.get(type);
  if (before !== undefined) return before;
  // A type may hold itself.
  let walk: Walk = bytes => made(bytes);
  known.set(type, bytes => walk(bytes));
  const made = walkOfKind(type, inner => walkOf(inner, known));
  walk = made;
  known.set(type, made);
  return made;
}

function walkOfKind(type: Type, of: (inner: Type) => Walk): Walk {
  const [kind] = type.typeName.split(":", 1);
  switch (kind) {
    case "null":
      return () => {};
    case "boolean":
      return bytes => skip(bytes, 1);
    case "int":
    case "long":
      return bytes => void long(bytes);
    case "float":
      return bytes => skip(bytes, 4);
    case "double":
      return bytes => skip(bytes, 8);
    case "bytes":
    case "string":
      return bytes => skip(bytes, long(bytes));
    case "fixed": {
      const { size } = type as types.FixedType;
      return bytes => skip(bytes, size);
    }
    case "enum": {
      const { length } = (type as types.EnumType).symbols;
      return bytes => void below(length, long(bytes));
    }
    case "union": {
      const branches = (type as types.UnwrappedUnionType).types.map(of);
      return bytes => branches[below(branches.length, long(bytes))]!(bytes);
    }
    case "array":
      return blocks(of((type as types.ArrayType).itemsType));
    case "map": {
      const value = of((type as types.MapType).valuesType as Type);
      return blocks(bytes => {
        skip(bytes, long(bytes));
        value(bytes);
      });
    }
    case "record":
    case "error": {
      const fields = (type as types.RecordType).fields.map(field => of(field.type));
      return bytes => {
        for (let i = 0; i < fields.length; i++) fields[i]!(bytes);
      };
    }
    case "logical":
      return of((type as types.LogicalType).underlyingType);
    default:
      throw new BadBytes(`it has a type of the unknown kind ${type.typeName}`);
  }
}

/** Blocks of a count and so many items; a negative count has the size of its block behind it; a count of 0 ends them. */
function blocks(item: Walk): Walk {
  return bytes => {
    for (;;) {
      const count = long(bytes);
      if (count === 0) return;
      if (count < 0) long(bytes);
      const n = Math.abs(count);
      if (n > bytes.length - at) throw tooShort(bytes);
      items += n;
      if (items > MOST_ITEMS)
        throw new BadBytes(`it has lists of more than ${MOST_ITEMS} items, which no batch may have`);
      for (let i = 0; i < n; i++) {
        const begin = at;
        item(bytes);
        // Else the same bytes would stand for so many items again and again.
        if (at === begin) throw new BadBytes("it has a list of items that take no bytes");
      }
    }
  };
}

function skip(bytes: Buffer, length: number): void {
  if (!(length >= 0 && length <= bytes.length - at)) throw tooShort(bytes);
  at += length;
}

function below(length: number, index: number): number {
  if (index >= 0 && index < length) return index;
  throw new BadBytes(`its bytes name choice ${index} of ${length}`);
}

/** Zigzag, seven bits a byte, the lowest first. Beyond 2^53 it is not exact, which is no length or count of anything. */
function long(bytes: Buffer): number {
  let byte = bytes[at++]!;
  let value = byte & 0x7f;
  for (let factor = 128; byte & 0x80; factor *= 128) {
    if (at >= bytes.length || factor > 2 ** 63) throw tooShort(bytes);
    byte = bytes[at++]!;
    value += (byte & 0x7f) * factor;
  }
  if (at > bytes.length) throw tooShort(bytes);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function tooShort(bytes: Buffer): Error {
  return new BadBytes(`its ${bytes.length} bytes end too early`);
}
