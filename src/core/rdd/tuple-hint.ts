/** Tuples and the empty array: as a constraint it makes TypeScript see `[x, 1]` as a pair rather than as an array. */
export type TupleHint = readonly [unknown, ...unknown[]] | [];

/** Any type, in parts, since `unknown` would absorb the rest: as a constraint it makes TypeScript see `[x, 1]` as a pair where a pair is what is already known. Its name is read in messages. */
export type AnyValue = TupleHint | {} | null | undefined;

/**
 * What a value is whose first form was inferred as `C`, for `combineByKey` and `mapValues`: the list that begins with one
 * element, `v => [v]`, is one that grows, where `v => [v, 1]` is a pair.
 */
export type Combiner<C> = C extends readonly [infer X] ? X[] : C;
