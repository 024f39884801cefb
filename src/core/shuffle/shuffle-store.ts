/**
 * What one map task hands to one reduce task, as columns: `keys[i]` goes with `values[i]`. `keys` is undefined when records
 * were spread evenly rather than by key.
 */
export interface ShuffleBlock {
  readonly keys: readonly unknown[] | undefined;
  readonly values: readonly unknown[];
}

/**
 * Where the outputs of map tasks wait for the reduce tasks. In the driver's memory now; files and other threads implement
 * the same.
 */
export interface ShuffleStore {
  /** Keeps the output of map task `mapId`: one block for each reduce partition, `undefined` for an empty one. */
  put(shuffleId: number, mapId: number, blocks: readonly (ShuffleBlock | undefined)[]): void;
  /** The blocks of one reduce partition, in the order of the map tasks, or the one that {@link replace} put in their place. */
  read(shuffleId: number, reduceId: number): { readonly blocks: readonly ShuffleBlock[]; readonly merged: boolean };
  /** Puts what a reduce task made of its blocks in their place. */
  replace(shuffleId: number, reduceId: number, block: ShuffleBlock): void;
  /** Forgets a shuffle: no RDD needs it any more. */
  remove(shuffleId: number): void;
  clear(): void;
}

interface Outputs {
  readonly byMap: (readonly (ShuffleBlock | undefined)[])[];
  readonly merged: Map<number, ShuffleBlock>;
}

/** Shuffle blocks in the memory of this process. */
export class MemoryShuffleStore implements ShuffleStore {
  readonly #shuffles = new Map<number, Outputs>();

  put(shuffleId: number, mapId: number, blocks: readonly (ShuffleBlock | undefined)[]): void {
    let outputs = this.#shuffles.get(shuffleId);
    if (outputs === undefined) this.#shuffles.set(shuffleId, (outputs = { byMap: [], merged: new Map() }));
    outputs.byMap[mapId] = [...blocks];
  }

  read(shuffleId: number, reduceId: number): { readonly blocks: readonly ShuffleBlock[]; readonly merged: boolean } {
    const outputs = this.#shuffles.get(shuffleId);
    const merged = outputs?.merged.get(reduceId);
    if (merged !== undefined) return { blocks: [merged], merged: true };
    const blocks: ShuffleBlock[] = [];
    for (const byReduce of outputs?.byMap ?? []) {
      const block = byReduce?.[reduceId];
      if (block !== undefined) blocks.push(block);
    }
    return { blocks, merged: false };
  }

  replace(shuffleId: number, reduceId: number, block: ShuffleBlock): void {
    const outputs = this.#shuffles.get(shuffleId);
    if (outputs === undefined) return;
    outputs.merged.set(reduceId, block);
    for (const byReduce of outputs.byMap) (byReduce as (ShuffleBlock | undefined)[])[reduceId] = undefined;
  }

  remove(shuffleId: number): void {
    this.#shuffles.delete(shuffleId);
  }

  clear(): void {
    this.#shuffles.clear();
  }
}
