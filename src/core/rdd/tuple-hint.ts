/** Tuples and the empty array: as a constraint it makes TypeScript see `[x, 1]` as a pair rather than as an array. */
export type TupleHint = readonly [unknown, ...unknown[]] | [];

/** Any type; as a constraint it makes TypeScript see `[x, 1]` as a pair where a pair is what is already known. */
// biome-ignore lint/complexity/noBannedTypes: {} | null | undefined is what unknown is made of, and does not absorb the rest
export type AnyHint = TupleHint | {} | null | undefined;
