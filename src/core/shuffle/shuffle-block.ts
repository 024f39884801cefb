import { estimateSize } from "../storage/size-estimate.js";
import { readFileBlock } from "../storage/spill-file.js";
import type { Column, FileBlock, PackedBlock } from "./columns/column.js";
import { unpackBlock } from "./columns/unpack.js";

/** Values in a row: an array, or numbers in a typed one. */
export type ColumnValues = readonly unknown[] | Int32Array | Float64Array;

/**
 * What one map task hands to one reduce task, as columns: `keys[i]` goes with `values[i]`. `keys` is undefined when records
 * were spread evenly rather than by key.
 */
export interface ShuffleBlock {
  readonly keys: ColumnValues | undefined;
  readonly values: ColumnValues;
}

/** A block wherever it lies: as objects of this thread, in shared memory, in a file. */
export type StoredBlock = ShuffleBlock | PackedBlock | FileBlock;

export function isPacked(block: StoredBlock): block is PackedBlock {
  return "memory" in block;
}

export function isInFile(block: StoredBlock): block is FileBlock {
  return "file" in block;
}

/** The block as objects: new ones, unless it is there as objects of this thread. */
export function openBlock(block: StoredBlock): ShuffleBlock {
  if (isPacked(block)) return unpackBlock(block);
  return isInFile(block) ? readFileBlock(block) : block;
}

/** Its values as an array. */
export function valuesOf({ values }: ShuffleBlock): readonly unknown[] {
  return Array.isArray(values) ? values : Array.from(values as Float64Array);
}

/** How many records a block has, wherever it lies. */
export function recordsOf(block: StoredBlock): number {
  return isPacked(block) || isInFile(block) ? block.length : block.values.length;
}

/** Of a block that is there as objects so many are looked at: shuffles have many blocks. */
const SAMPLES = 16;

/** About how many bytes its objects take, or will take once it is opened. */
export function objectsSize(block: StoredBlock): number {
  const alone = block.keys === undefined || block.keys === block.values;
  if (isPacked(block) || isInFile(block)) {
    const { keys, values, length } = block;
    return columnSize(values, length) + (alone ? 0 : columnSize(keys!, length));
  }
  return estimateSize(block.values, SAMPLES) + (alone ? 0 : estimateSize(block.keys!, SAMPLES));
}

/** About how many bytes it takes where it lies: what the metrics of a shuffle count. */
export function storedSize(block: StoredBlock): number {
  if (isPacked(block)) return block.to - block.from;
  return isInFile(block) ? block.bytes : objectsSize(block);
}

function columnSize(column: Column, n: number): number {
  switch (column.form) {
    case "i32":
    case "f64":
    case "same":
      return 8 * n;
    case "text":
      return 32 * n + column.groups.reduce((sum, g) => sum + g.length, 0) * (column.wide ? 2 : 1);
    case "tuple":
      return column.columns.reduce((sum, c) => sum + columnSize(c, n), 40 * n);
    case "list":
      return 40 * n + columnSize(column.items, column.count);
    case "v8":
    case "graph":
      return 8 * n + 4 * column.bytes;
  }
}
