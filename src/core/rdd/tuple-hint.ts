/** Tuples and the empty array: as a constraint it makes TypeScript see `[x, 1]` as a pair rather than as an array. */
export type TupleHint = readonly [unknown, ...unknown[]] | [];

/** Any type, in parts, since `unknown` would absorb the rest: as a constraint it makes TypeScript see `[x, 1]` as a pair where a pair is what is already known. */
export type AnyHint = TupleHint | {} | null | undefined;
