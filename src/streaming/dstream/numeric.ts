/** Functions of the operators' own: one object each, so that the engine knows them again from batch to batch. */

export const add = (a: number, b: number): number => a + b;
export const subtract = (a: number, b: number): number => a - b;

/** An element as a pair that counts it once. */
export const withOne = <T>(element: T): [T, number] => [element, 1];

/** An element as a pair of the one key that all elements share. */
export const underNull = <T>(element: T): [null, T] => [null, element];

/** The value of a pair. */
export const secondOf = <V>(pair: readonly [unknown, V]): V => pair[1];

/** Whether a count has not gone back to zero. */
export const isCounted = (pair: readonly [unknown, number]): boolean => pair[1] !== 0;
