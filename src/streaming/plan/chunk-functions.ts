import { E } from "../errors.js";
import type { ChunkFunction } from "./chunk-function-node.js";

/** A key with its state before (none for a new key, else one), and its values of the batch. */
type Grouped<K, V, S> = readonly [K, readonly [readonly S[], V[]]];

/** A key with its value in the window before (one or none), in the batches that left, and in those that entered. */
type Sides<K, V> = readonly [K, readonly [readonly V[], readonly V[], readonly V[]]];

type Update<V, S> = (values: V[], state: S | undefined) => S | undefined;
type Reduce<V> = (a: V, b: V) => V;

/** `updateStateByKey`: the state of each key that has one or new values. */
function updateStates<K, V, S>(update: Update<V, S>): ChunkFunction<Grouped<K, V, S>, [K, S]> {
  return {
    next(groups) {
      const states: [K, S][] = [];
      for (const [key, [before, values]] of groups) {
        const state = update(values, before[0]);
        if (state !== undefined) states.push([key, state]);
      }
      return states;
    },
  };
}

/** The same where nothing came: the states alone. */
function updateAlone<K, V, S>(update: Update<V, S>): ChunkFunction<readonly [K, S], [K, S]> {
  return {
    next(pairs) {
      const states: [K, S][] = [];
      for (const [key, before] of pairs) {
        const state = update([], before);
        if (state !== undefined) states.push([key, state]);
      }
      return states;
    },
  };
}

/** `reduceByKeyAndWindow` with an inverse function: a window from the one before. */
function slideWindow<K, V>(
  reduce: Reduce<V>,
  invReduce: Reduce<V>,
  filter?: (pair: [K, V]) => boolean,
): ChunkFunction<Sides<K, V>, [K, V]> {
  const all = (values: readonly V[]): V => values.reduce((a, b) => reduce(a, b));
  const slid = (before: V, [, left, entered]: Sides<K, V>[1]): V => {
    const rest = left.length > 0 ? invReduce(before, all(left)) : before;
    return entered.length > 0 ? reduce(rest, all(entered)) : rest;
  };
  return {
    next(groups) {
      const pairs: [K, V][] = [];
      for (const [key, sides] of groups) {
        const [before, , entered] = sides;
        if (before.length === 0 && entered.length === 0) {
          // The filter dropped it from the window before: what leaves now was not there any more.
          if (filter !== undefined) continue;
          throw E.WINDOW_LOST_KEY(key);
        }
        const pair: [K, V] = [key, before.length === 0 ? all(entered) : slid(before[0]!, sides)];
        if (filter === undefined || filter(pair)) pairs.push(pair);
      }
      return pairs;
    },
  };
}

/** The same where nothing left or entered. */
function keepWindow<K, V>(): ChunkFunction<readonly [K, V], readonly [K, V]> {
  return { next: pairs => pairs };
}

/** One number: how many elements there are. */
function count(): ChunkFunction<unknown, number> {
  let n = 0;
  return {
    next(chunk) {
      n += chunk.length;
      return [];
    },
    end: () => [n],
  };
}

/** The functions of chunks by name: a plan names them, so that it can be sent to another thread. */
export const CHUNK_FUNCTIONS = { updateStates, updateAlone, slideWindow, keepWindow, count } as const;

export type ChunkFunctionName = keyof typeof CHUNK_FUNCTIONS;
