import type { PackedBlock } from "./columns/column.js";
import { packBlocks } from "./columns/pack.js";
import { isPacked, unpackBlock } from "./columns/unpack.js";

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
  put(shuffleId: number, mapId: number, blocks: readonly (ShuffleBlock | PackedBlock | undefined)[]): void;
  /** The blocks of one reduce partition, in the order of the map tasks, or the one that {@link replace} put in their place. */
  read(shuffleId: number, reduceId: number): { readonly blocks: readonly ShuffleBlock[]; readonly merged: boolean };
  /**
   * As {@link read}, in shared memory, for a task in another thread.
   *
   * @throws Refusal when something in them cannot leave this thread
   */
  readPacked(
    shuffleId: number,
    reduceId: number,
  ): { readonly blocks: readonly PackedBlock[]; readonly merged: boolean };
  /** Records of one reduce partition. */
  records(shuffleId: number, reduceId: number): number;
  /** Puts what a reduce task made of its blocks in their place. */
  replace(shuffleId: number, reduceId: number, block: ShuffleBlock): void;
  /** Forgets a shuffle: no RDD needs it any more. */
  remove(shuffleId: number): void;
  clear(): void;
}

type Stored = ShuffleBlock | PackedBlock;

interface Outputs {
  readonly byMap: (Stored | undefined)[][];
  readonly merged: Map<number, Stored>;
}

/** Shuffle blocks in the memory of this process. */
export class MemoryShuffleStore implements ShuffleStore {
  readonly #shuffles = new Map<number, Outputs>();

  put(shuffleId: number, mapId: number, blocks: readonly (Stored | undefined)[]): void {
    let outputs = this.#shuffles.get(shuffleId);
    if (outputs === undefined) this.#shuffles.set(shuffleId, (outputs = { byMap: [], merged: new Map() }));
    outputs.byMap[mapId] = [...blocks];
  }

  read(shuffleId: number, reduceId: number): { readonly blocks: readonly ShuffleBlock[]; readonly merged: boolean } {
    const outputs = this.#shuffles.get(shuffleId);
    const merged = outputs?.merged.get(reduceId);
    if (merged !== undefined) return { blocks: [here(merged)], merged: true };
    return { blocks: [...stored(outputs, reduceId)].map(here), merged: false };
  }

  readPacked(
    shuffleId: number,
    reduceId: number,
  ): { readonly blocks: readonly PackedBlock[]; readonly merged: boolean } {
    const outputs = this.#shuffles.get(shuffleId);
    const merged = outputs?.merged.get(reduceId);
    if (merged !== undefined) {
      const packed = isPacked(merged) ? merged : packBlocks([merged])[0]!;
      outputs!.merged.set(reduceId, packed);
      return { blocks: [packed], merged: true };
    }
    for (const byReduce of outputs?.byMap ?? []) {
      // All blocks of one map task lie together.
      if (byReduce?.[reduceId] === undefined || isPacked(byReduce[reduceId])) continue;
      packBlocks(byReduce.map(b => (b === undefined || isPacked(b) ? undefined : b))).forEach((packed, i) => {
        if (packed !== undefined) byReduce[i] = packed;
      });
    }
    return { blocks: [...stored(outputs, reduceId)] as PackedBlock[], merged: false };
  }

  records(shuffleId: number, reduceId: number): number {
    const outputs = this.#shuffles.get(shuffleId);
    const merged = outputs?.merged.get(reduceId);
    let n = 0;
    for (const block of merged === undefined ? stored(outputs, reduceId) : [merged]) n += recordsOf(block);
    return n;
  }

  replace(shuffleId: number, reduceId: number, block: ShuffleBlock): void {
    const outputs = this.#shuffles.get(shuffleId);
    if (outputs === undefined) return;
    outputs.merged.set(reduceId, block);
    for (const byReduce of outputs.byMap) if (byReduce !== undefined) byReduce[reduceId] = undefined;
  }

  remove(shuffleId: number): void {
    this.#shuffles.delete(shuffleId);
  }

  clear(): void {
    this.#shuffles.clear();
  }
}

function* stored(outputs: Outputs | undefined, reduceId: number): Generator<Stored> {
  for (const byReduce of outputs?.byMap ?? []) {
    const block = byReduce?.[reduceId];
    if (block !== undefined) yield block;
  }
}

function here(block: Stored): ShuffleBlock {
  return isPacked(block) ? unpackBlock(block) : block;
}

/** How many records a block has, wherever it lies. */
export function recordsOf(block: Stored): number {
  return isPacked(block) ? block.length : block.values.length;
}
