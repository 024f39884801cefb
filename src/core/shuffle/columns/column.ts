/**
 * How the values of one column lie in shared memory. `at` is an offset in bytes; how many values there are says whoever
 * holds the column.
 *
 * | form | bytes at `at` |
 * |---|---|
 * | `i32`, `f64` | a number a value |
 * | `text` | the characters one after the other, in groups; `ends` (uint32) where each value ends within its group |
 * | `same` | nothing: all values are this one |
 * | `tuple` | arrays of one length: a column for each place |
 * | `list` | arrays of any length: `ends` (uint32), and their items as one column |
 * | `v8`, `graph` | an array of the values in the form of V8's serializer, or of shipped closures |
 */
export type Column =
  | { readonly form: "i32" | "f64"; readonly at: number }
  | { readonly form: "text"; readonly wide: boolean; readonly ends: number; readonly groups: readonly TextGroup[] }
  | { readonly form: "same"; readonly value: undefined | null | boolean }
  | { readonly form: "tuple"; readonly columns: readonly Column[] }
  | { readonly form: "list"; readonly ends: number; readonly count: number; readonly items: Column }
  | { readonly form: "v8" | "graph"; readonly at: number; readonly bytes: number };

/** Characters that are decoded at once. */
export interface TextGroup {
  readonly at: number;
  /** UTF-16 code units. */
  readonly length: number;
}

/** Values of one group of text: few enough that a string cut out of it does not keep much alive. */
export const TEXT_GROUP = 4096;

/** Values in shared memory, which every thread reads without a copy. */
export interface PackedColumn {
  readonly memory: SharedArrayBuffer;
  readonly length: number;
  readonly values: Column;
}

/** A block of a shuffle in shared memory; `keys` is undefined where records were spread evenly. */
export interface PackedBlock extends PackedColumn {
  readonly keys: Column | undefined;
  /** The bytes of the memory that are this block's, `[from, to)`: those of several may lie side by side. */
  readonly from: number;
  readonly to: number;
}

/** A block in a file. Offsets of its columns count from `base`, which lies at `at` in the file. */
export interface FileBlock {
  readonly file: string;
  readonly at: number;
  readonly bytes: number;
  readonly base: number;
  readonly length: number;
  readonly keys: Column | undefined;
  readonly values: Column;
}
