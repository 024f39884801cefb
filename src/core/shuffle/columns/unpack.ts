import { deserialize } from "node:v8";
import { load } from "../../closure/load.js";
import type { ShuffleBlock } from "../shuffle-block.js";
import { type Column, type PackedBlock, type PackedColumn, TEXT_GROUP } from "./column.js";

/** The values of a packed column, as new objects. */
export function unpackColumn({ memory, length, values }: PackedColumn): unknown[] {
  return readColumn(memory, values, length) as unknown[];
}

/** A packed block of a shuffle, as new objects; columns of numbers as views of its memory. */
export function unpackBlock({ memory, length, keys, values }: PackedBlock): ShuffleBlock {
  return viewBlock(memory, 0, length, keys, values);
}

/** Columns as a block: numbers as views of the memory, which offsets count from `base` in, others as new objects. */
export function viewBlock(
  memory: ArrayBufferLike,
  base: number,
  length: number,
  keys: Column | undefined,
  values: Column,
): ShuffleBlock {
  const view = (column: Column) => {
    if (column.form === "i32") return new Int32Array(memory, column.at - base, length);
    if (column.form === "f64") return new Float64Array(memory, column.at - base, length);
    return readColumn(memory, column, length, base);
  };
  const keyView = keys && view(keys);
  return { keys: keyView, values: values === keys ? keyView! : view(values) };
}

/**
 * The `n` values of a column as new objects.
 *
 * @param base what the column's offsets count from, where that is not the beginning of the memory
 */
function readColumn(memory: ArrayBufferLike, column: Column, n: number, base = 0): unknown[] {
  switch (column.form) {
    case "i32":
      return numbers(new Int32Array(memory, column.at - base, n));
    case "f64":
      return numbers(new Float64Array(memory, column.at - base, n));
    case "text":
      return text(memory, column, n, base);
    case "same":
      return new Array<unknown>(n).fill(column.value);
    case "tuple":
      return tuples(
        column.columns.map(c => readColumn(memory, c, n, base)),
        n,
      );
    case "list": {
      const ends = new Uint32Array(memory, column.ends - base, n);
      return lists(ends, readColumn(memory, column.items, column.count, base));
    }
    case "v8":
      return deserialize(copied(memory, column.at - base, column.bytes)) as unknown[];
    case "graph":
      return load<never>(copied(memory, column.at - base, column.bytes));
  }
}

/** V8's deserializer takes no shared memory. */
function copied(memory: ArrayBufferLike, at: number, bytes: number): Uint8Array {
  return Buffer.from(Buffer.from(memory, at, bytes));
}

function numbers(from: Int32Array | Float64Array): number[] {
  const out = new Array<number>(from.length);
  for (let i = 0; i < out.length; i++) out[i] = from[i]!;
  return out;
}

function text(
  memory: ArrayBufferLike,
  { wide, ends, groups }: Extract<Column, { form: "text" }>,
  n: number,
  base: number,
) {
  const at = new Uint32Array(memory, ends - base, n);
  const out = new Array<string>(n);
  for (let g = 0, i = 0; g < groups.length; g++) {
    const { at: from, length } = groups[g]!;
    const all = wide
      ? Buffer.from(memory, from - base, length * 2).toString("utf16le")
      : Buffer.from(memory, from - base, length).toString("latin1");
    const to = Math.min(n, i + TEXT_GROUP);
    for (let start = 0; i < to; i++) {
      const end = at[i]!;
      out[i] = all.substring(start, end);
      start = end;
    }
  }
  return out;
}

function tuples(columns: readonly (readonly unknown[])[], n: number): unknown[][] {
  const out = new Array<unknown[]>(n);
  const [a, b] = columns;
  if (columns.length === 2) {
    for (let i = 0; i < n; i++) out[i] = [a![i], b![i]];
    return out;
  }
  for (let i = 0; i < n; i++) out[i] = columns.map(c => c[i]);
  return out;
}

function lists(ends: Uint32Array, items: readonly unknown[]): unknown[][] {
  const out = new Array<unknown[]>(ends.length);
  for (let i = 0, start = 0; i < out.length; i++) {
    out[i] = items.slice(start, ends[i]);
    start = ends[i]!;
  }
  return out;
}
