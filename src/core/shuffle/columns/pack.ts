import { serialize } from "node:v8";
import { isPlain } from "../../closure/plain.js";
import { shipOrRefuse } from "../../closure/ship.js";
import type { ShuffleBlock } from "../shuffle-block.js";
import { type Column, type PackedBlock, type PackedColumn, TEXT_GROUP, type TextGroup } from "./column.js";

/** Tuples of more places are left to V8's serializer. */
const MAX_TUPLE = 8;
/** How deep arrays within arrays get columns of their own; also what ends a circle. */
const MAX_DEPTH = 4;
const WIDE = /[^\0-\xff]/;

/**
 * The values as columns in shared memory.
 *
 * @throws Refusal when a value is code or a handle of the system, which no other thread can have
 */
export function packColumn(values: readonly unknown[]): PackedColumn {
  const writer = new ColumnWriter();
  const column = writer.column(values, 0);
  const memory = new SharedArrayBuffer(writer.size);
  writer.finish(Buffer.from(memory));
  return { memory, length: values.length, values: column };
}

/**
 * The columns of one block, and what puts their bytes into a buffer of at least `size` bytes.
 *
 * @throws Refusal as {@link packColumn} does
 */
export function layOut({ keys, values }: ShuffleBlock): {
  readonly keys: Column | undefined;
  readonly values: Column;
  readonly size: number;
  readonly put: (bytes: Buffer) => void;
} {
  const writer = new ColumnWriter();
  const keyColumn = keys && writer.column(keys, 0);
  // Sorted by itself: a value is its key.
  const columns = { keys: keyColumn, values: values === keys ? keyColumn! : writer.column(values, 0) };
  return { ...columns, size: writer.size, put: bytes => writer.finish(bytes) };
}

/** Blocks of a shuffle, all in one piece of shared memory. */
export function packBlocks(blocks: readonly (ShuffleBlock | undefined)[]): (PackedBlock | undefined)[] {
  const writer = new ColumnWriter();
  const columns = blocks.map(block => {
    if (block === undefined) return undefined;
    const from = writer.end;
    const keys = block.keys && writer.column(block.keys, 0);
    const values = block.values === block.keys ? keys! : writer.column(block.values, 0);
    return { length: block.values.length, keys, values, from, to: writer.size };
  });
  const memory = new SharedArrayBuffer(writer.size);
  writer.finish(Buffer.from(memory));
  return columns.map(c => c && { memory, ...c });
}

/** Gathers pieces, then puts them side by side into one buffer. */
class ColumnWriter {
  readonly #pieces: { readonly at: number; readonly put: (bytes: Buffer) => void }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Where the next piece will begin. */
  get end(): number {
    return Math.ceil(this.#size / 8) * 8;
  }

  finish(bytes: Buffer): void {
    for (const { put } of this.#pieces) put(bytes);
  }

  #reserve(length: number, put: (bytes: Buffer, at: number) => void): number {
    const at = this.end;
    this.#size = at + length;
    this.#pieces.push({ at, put: bytes => put(bytes, at) });
    return at;
  }

  #bytes(source: Uint8Array): number {
    return this.#reserve(source.byteLength, (bytes, at) => bytes.set(source, at));
  }

  #view(source: Uint32Array | Int32Array | Float64Array): number {
    return this.#bytes(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }

  column(values: ArrayLike<unknown>, depth: number): Column {
    if (values instanceof Int32Array) return { form: "i32", at: this.#view(values) };
    if (values instanceof Float64Array) return { form: "f64", at: this.#view(values) };
    return this.#array(values as readonly unknown[], depth);
  }

  #array(values: readonly unknown[], depth: number): Column {
    const first = values[0];
    switch (typeof first) {
      case "number":
        return this.#numbers(values) ?? this.#any(values);
      case "string":
        return allStrings(values) ? this.#text(values) : this.#any(values);
      case "undefined":
      case "boolean":
        return allSame(values) ? { form: "same", value: first } : this.#any(values);
      case "object":
        if (first === null) return allSame(values) ? { form: "same", value: null } : this.#any(values);
        if (depth < MAX_DEPTH && Array.isArray(first)) return this.#arrays(values, depth) ?? this.#any(values);
    }
    return this.#any(values);
  }

  #numbers(values: readonly unknown[]): Column | undefined {
    const n = values.length;
    const ints = new Int32Array(n);
    let i = 0;
    for (; i < n; i++) {
      const x = values[i];
      if (typeof x !== "number") return undefined;
      if ((x | 0) !== x || (x === 0 && 1 / x < 0)) break;
      ints[i] = x;
    }
    if (i === n) return { form: "i32", at: this.#view(ints) };
    const doubles = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      const x = values[j];
      if (typeof x !== "number") return undefined;
      doubles[j] = x;
    }
    return { form: "f64", at: this.#view(doubles) };
  }

  #text(values: readonly string[]): Column {
    const n = values.length;
    const ends = new Uint32Array(n);
    const texts: string[] = [];
    let wide = false;
    for (let from = 0; from < n; from += TEXT_GROUP) {
      const group = values.slice(from, from + TEXT_GROUP);
      let end = 0;
      for (let i = 0; i < group.length; i++) ends[from + i] = end += group[i]!.length;
      const text = group.join("");
      wide ||= WIDE.test(text);
      texts.push(text);
    }
    const groups = texts.map((text): TextGroup => {
      const encoding = wide ? "utf16le" : "latin1";
      const at = this.#reserve(wide ? text.length * 2 : text.length, (bytes, to) => bytes.write(text, to, encoding));
      return { at, length: text.length };
    });
    return { form: "text", wide, ends: this.#view(ends), groups };
  }

  #arrays(values: readonly unknown[], depth: number): Column | undefined {
    const n = values.length;
    const { length } = values[0] as readonly unknown[];
    let tuples = length > 0 && length <= MAX_TUPLE;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const x = values[i];
      if (!Array.isArray(x) || Object.getPrototypeOf(x) !== Array.prototype) return undefined;
      if (x.length !== length) tuples = false;
      count += x.length;
    }
    if (tuples) {
      const columns = Array.from({ length }, (_, place) => {
        const column = new Array<unknown>(n);
        for (let i = 0; i < n; i++) column[i] = (values[i] as readonly unknown[])[place];
        return this.column(column, depth + 1);
      });
      return { form: "tuple", columns };
    }
    // A few long arrays: what is in them is more uniform than what is beside them.
    const ends = new Uint32Array(n);
    const items = new Array<unknown>(count);
    let end = 0;
    for (let i = 0; i < n; i++) {
      const x = values[i] as readonly unknown[];
      for (let j = 0; j < x.length; j++) items[end++] = x[j];
      ends[i] = end;
    }
    return { form: "list", ends: this.#view(ends), count, items: this.column(items, depth + 1) };
  }

  #any(values: readonly unknown[]): Column {
    const plain = isPlain(values);
    const bytes = plain ? serialize(values) : shipOrRefuse(values, "the element").bytes;
    return { form: plain ? "v8" : "graph", at: this.#bytes(bytes), bytes: bytes.byteLength };
  }
}

function allStrings(values: readonly unknown[]): values is readonly string[] {
  for (let i = 0; i < values.length; i++) if (typeof values[i] !== "string") return false;
  return true;
}

function allSame(values: readonly unknown[]): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
