import { Refusal } from "../closure/refusal.js";
import { getLogger } from "../log/logger.js";
import type { MemoryManager } from "../memory/memory-manager.js";
import { removeSpilled } from "../storage/spill-file.js";
import type { SpillFiles } from "../storage/spill-files.js";
import type { FileBlock, PackedBlock } from "./columns/column.js";
import { packBlocks } from "./columns/pack.js";
import { type OutputFile, writeOutput } from "./output-file.js";
import { isInFile, isPacked, objectsSize, recordsOf, type ShuffleBlock, type StoredBlock } from "./shuffle-block.js";

const log = getLogger("ShuffleStore");

/** The blocks of one reduce partition. */
export interface ReduceInput<B extends StoredBlock = StoredBlock> {
  /** In the order of the map tasks, or what a reduce task made of them. */
  readonly blocks: readonly B[];
  /** Whether a reduce task has made something of them already. */
  readonly merged: boolean;
}

/** Where the outputs of map tasks wait for the reduce tasks. */
export interface ShuffleStore {
  /**
   * Keeps the output of map task `mapId`: one block for each reduce partition, `undefined` for an empty one; and what it
   * had put into a file before, which from now on belongs to the store.
   */
  put(
    shuffleId: number,
    mapId: number,
    blocks: readonly (ShuffleBlock | PackedBlock | undefined)[],
    file?: OutputFile,
  ): void;
  read(shuffleId: number, reduceId: number): ReduceInput;
  /**
   * As {@link read}, but no block is there as objects: for a task in another thread, or one that must not change them.
   *
   * @throws Refusal when something in them cannot leave this thread
   */
  readPacked(shuffleId: number, reduceId: number): ReduceInput<PackedBlock | FileBlock>;
  /** Records of one reduce partition. */
  records(shuffleId: number, reduceId: number): number;
  /** Puts what a reduce task made of its blocks in their place. */
  replace(shuffleId: number, reduceId: number, block: ShuffleBlock): void;
  /** Forgets a shuffle: no RDD needs it any more. */
  remove(shuffleId: number): void;
  clear(): void;
}

/** Blocks that belong together: of a map task for a reduce task, or what a reduce task made of its own. */
interface Entry {
  readonly blocks: readonly StoredBlock[];
  /** Bytes that are counted as memory. */
  readonly memory: number;
}

interface MapOutput {
  readonly byReduce: (Entry | undefined)[];
  readonly files: readonly string[];
}

interface Outputs {
  readonly byMap: (MapOutput | undefined)[];
  /** By reduce partition. */
  readonly merged: Map<number, Entry & { readonly files: readonly string[] }>;
}

/** Shuffle blocks in the memory of this process, and in files where they are too much for it. */
export class LocalShuffleStore implements ShuffleStore {
  readonly #shuffles = new Map<number, Outputs>();

  constructor(
    private readonly memory: MemoryManager,
    private readonly files: SpillFiles,
  ) {}

  put(
    shuffleId: number,
    mapId: number,
    blocks: readonly (ShuffleBlock | PackedBlock | undefined)[],
    file?: OutputFile,
  ): void {
    let outputs = this.#shuffles.get(shuffleId);
    if (outputs === undefined) this.#shuffles.set(shuffleId, (outputs = { byMap: [], merged: new Map() }));
    this.#dropOutput(outputs, mapId);
    const sizes = blocks.map(b => (b === undefined ? 0 : isPacked(b) ? b.to - b.from : objectsSize(b)));
    const total = sizes.reduce((sum, n) => sum + n, 0);
    if (!this.memory.keepShuffle(total)) {
      const written = this.#write(`shuffle_${shuffleId}_${mapId}`, blocks, file);
      if (written !== undefined) {
        const byReduce = written.blocks.map(of => (of!.length === 0 ? undefined : { blocks: of!, memory: 0 }));
        outputs.byMap[mapId] = { byReduce, files: written.paths };
        return;
      }
      this.memory.holdShuffle(total);
    }
    const byReduce = Array.from({ length: Math.max(blocks.length, file?.blocks.length ?? 0) }, (_, r) => {
      const all = [...(file?.blocks[r] ?? []), ...(blocks[r] === undefined ? [] : [blocks[r]])];
      return all.length === 0 ? undefined : { blocks: all, memory: sizes[r] ?? 0 };
    });
    outputs.byMap[mapId] = { byReduce, files: file?.paths ?? [] };
  }

  /** The blocks in a file; `undefined` when they cannot be made bytes. */
  #write(
    name: string,
    blocks: readonly (ShuffleBlock | PackedBlock | undefined)[],
    before?: OutputFile,
  ): OutputFile | undefined {
    try {
      return writeOutput(this.files.create(name), blocks, before);
    } catch (error) {
      if (error instanceof Refusal) {
        log.warn(`A shuffle stays in memory, it cannot be written: ${error.message}`);
        return undefined;
      }
      for (const path of before?.paths ?? []) removeSpilled(path);
      throw error;
    }
  }

  read(shuffleId: number, reduceId: number): ReduceInput {
    const outputs = this.#shuffles.get(shuffleId);
    const merged = outputs?.merged.get(reduceId);
    if (merged !== undefined) return { blocks: merged.blocks, merged: true };
    return { blocks: stored(outputs, reduceId), merged: false };
  }

  readPacked(shuffleId: number, reduceId: number): ReduceInput<PackedBlock | FileBlock> {
    const outputs = this.#shuffles.get(shuffleId);
    const merged = outputs?.merged.get(reduceId);
    if (outputs !== undefined && merged !== undefined) {
      const blocks = merged.blocks.map(b => (isObjects(b) ? packBlocks([b])[0]! : b));
      const memory = blocks.reduce((sum, b) => sum + sizeInMemory(b), 0);
      this.memory.holdShuffle(memory - merged.memory);
      outputs.merged.set(reduceId, { ...merged, blocks, memory });
      return { blocks, merged: true };
    }
    for (const output of outputs?.byMap ?? []) {
      if (output?.byReduce[reduceId]?.blocks.some(isObjects)) this.#pack(output);
    }
    return { blocks: stored(outputs, reduceId) as (PackedBlock | FileBlock)[], merged: false };
  }

  /** Puts all blocks of one map task that are there as objects side by side into shared memory. */
  #pack({ byReduce }: MapOutput): void {
    // Those in files come first: at most the last block of an entry is there as objects.
    const last = byReduce.map(entry => entry?.blocks.at(-1));
    packBlocks(last.map(b => (b !== undefined && isObjects(b) ? b : undefined))).forEach((packed, r) => {
      if (packed === undefined) return;
      const entry = byReduce[r]!;
      const memory = sizeInMemory(packed);
      this.memory.holdShuffle(memory - entry.memory);
      byReduce[r] = { blocks: [...entry.blocks.slice(0, -1), packed], memory };
    });
  }

  records(shuffleId: number, reduceId: number): number {
    let n = 0;
    for (const block of this.read(shuffleId, reduceId).blocks) n += recordsOf(block);
    return n;
  }

  replace(shuffleId: number, reduceId: number, block: ShuffleBlock): void {
    const outputs = this.#shuffles.get(shuffleId);
    if (outputs === undefined) return;
    const size = objectsSize(block);
    let merged: Entry & { readonly files: readonly string[] } = { blocks: [block], memory: size, files: [] };
    if (!this.memory.keepShuffle(size)) {
      // Blocks that nobody could have changed serve the next job as they served this one.
      if (!stored(outputs, reduceId).some(isObjects)) return;
      const written = this.#write(`merged_${shuffleId}_${reduceId}`, [block]);
      if (written === undefined) this.memory.holdShuffle(size);
      else merged = { blocks: written.blocks[0]!, memory: 0, files: written.paths };
    }
    this.#dropMerged(outputs, reduceId);
    outputs.merged.set(reduceId, merged);
    for (const output of outputs.byMap) this.#dropEntry(output, reduceId);
  }

  remove(shuffleId: number): void {
    const outputs = this.#shuffles.get(shuffleId);
    if (outputs === undefined) return;
    this.#shuffles.delete(shuffleId);
    for (let mapId = 0; mapId < outputs.byMap.length; mapId++) this.#dropOutput(outputs, mapId);
    for (const reduceId of [...outputs.merged.keys()]) this.#dropMerged(outputs, reduceId);
  }

  clear(): void {
    for (const id of [...this.#shuffles.keys()]) this.remove(id);
  }

  #dropEntry(output: MapOutput | undefined, reduceId: number): void {
    const entry = output?.byReduce[reduceId];
    if (entry === undefined) return;
    this.memory.holdShuffle(-entry.memory);
    output!.byReduce[reduceId] = undefined;
  }

  #dropOutput(outputs: Outputs, mapId: number): void {
    const output = outputs.byMap[mapId];
    if (output === undefined) return;
    for (let r = 0; r < output.byReduce.length; r++) this.#dropEntry(output, r);
    for (const path of output.files) removeSpilled(path);
    outputs.byMap[mapId] = undefined;
  }

  #dropMerged(outputs: Outputs, reduceId: number): void {
    const merged = outputs.merged.get(reduceId);
    if (merged === undefined) return;
    outputs.merged.delete(reduceId);
    this.memory.holdShuffle(-merged.memory);
    for (const path of merged.files) removeSpilled(path);
  }
}

function stored(outputs: Outputs | undefined, reduceId: number): StoredBlock[] {
  return outputs?.byMap.flatMap(output => output?.byReduce[reduceId]?.blocks ?? []) ?? [];
}

function isObjects(block: StoredBlock): block is ShuffleBlock {
  return !isPacked(block) && !isInFile(block);
}

function sizeInMemory(block: PackedBlock | FileBlock): number {
  return isPacked(block) ? block.to - block.from : 0;
}
