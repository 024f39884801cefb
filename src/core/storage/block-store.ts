import { Refusal } from "../closure/refusal.js";
import { getLogger } from "../log/logger.js";
import type { MemoryManager } from "../memory/memory-manager.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { FileBlock, PackedColumn } from "../shuffle/columns/column.js";
import { packColumn } from "../shuffle/columns/pack.js";
import { unpackColumn } from "../shuffle/columns/unpack.js";
import { valuesOf } from "../shuffle/shuffle-block.js";
import { LentFiles, type Reader } from "./lent-files.js";
import { estimateSize } from "./size-estimate.js";
import { readFileBlock, type SpillFile } from "./spill-file.js";
import type { SpillFiles } from "./spill-files.js";
import type { StorageLevel } from "./storage-level.js";

const log = getLogger("BlockManager");

/** What the cache holds of one RDD; sizes in bytes. */
export interface StoredRDD {
  readonly cachedPartitions: number;
  readonly memory: number;
  readonly disk: number;
}

/** Told when a block was put into the cache, moved or dropped. */
export type BlockListener = (blockId: string, memory: number, disk: number, level: StorageLevel) => void;

/** A partition in a file, in pieces. */
export interface FilePartition {
  readonly path: string;
  readonly pieces: readonly FileBlock[];
}

/** Where the partitions of persisted RDDs are kept. Spark's name: `BlockManager`. */
export interface BlockStore {
  /** The elements of a partition, in pieces, for a task; `undefined` when they are not here. */
  get(rddId: number, partition: number, reader: Reader): Iterable<readonly unknown[]> | undefined;
  put(node: PlanNode<unknown>, partition: number, elements: readonly unknown[]): void;
  /** As {@link put}, for what another thread computed. */
  putPacked(node: PlanNode<unknown>, partition: number, packed: PackedColumn): void;
  /** As {@link put}, for what was too much for memory while it was computed. The file belongs to the store from now on. */
  putFile(node: PlanNode<unknown>, partition: number, file: FilePartition): void;
  /** The size up to which a partition is gathered in memory to be kept there, bytes. */
  unrollLimit(): number;
  /**
   * As {@link get}, in shared memory or in a file, for a task in another thread.
   *
   * @throws Refusal when something in it cannot leave this thread
   */
  getPacked(rddId: number, partition: number, reader: Reader): PackedColumn | FilePartition | undefined;
  /** How many elements would have to be packed for another thread; 0 when none, `undefined` when the block is not here. */
  loose(rddId: number, partition: number): number | undefined;
  /** Forgets all partitions of an RDD. */
  remove(rddId: number): void;
  /** Whether all `n` partitions are here, so that nothing before them is needed. */
  hasAll(rddId: number, n: number): boolean;
  stored(rddId: number): StoredRDD;
  clear(): void;
}

interface Block {
  readonly rddId: number;
  readonly partition: number;
  readonly level: StorageLevel;
  elements?: readonly unknown[];
  /** Elements in shared memory: what a worker computed, or needed; and those of a level that keeps bytes. */
  packed?: PackedColumn;
  file?: FilePartition;
  /** Bytes in memory, 0 when it is on disk only. */
  memory: number;
  disk: number;
}

/** Partitions in memory up to a budget, the least recently used leave it first; and on disk. */
export class LocalBlockStore implements BlockStore {
  /** By `rdd_<id>_<partition>`, the least recently used first. */
  readonly #blocks = new Map<string, Block>();
  readonly #counts = new Map<number, number>();
  readonly #lent = new LentFiles();
  #used = 0;

  constructor(
    private readonly memory: MemoryManager,
    private readonly files: SpillFiles,
    private readonly onUpdate: BlockListener,
  ) {
    memory.evict = bytes => this.#free(this.#used - bytes);
  }

  unrollLimit(): number {
    return this.memory.storageLimit;
  }

  get(rddId: number, partition: number, reader: Reader): Iterable<readonly unknown[]> | undefined {
    const block = this.#touch(blockId(rddId, partition));
    if (block === undefined) return undefined;
    if (block.elements !== undefined) return [block.elements];
    return block.packed === undefined ? readPieces(this.#lend(block, reader)) : [unpackColumn(block.packed)];
  }

  getPacked(rddId: number, partition: number, reader: Reader): PackedColumn | FilePartition | undefined {
    const block = this.#touch(blockId(rddId, partition));
    if (block === undefined) return undefined;
    if (block.packed !== undefined) return block.packed;
    if (block.elements === undefined) return this.#lend(block, reader);
    const packed = packColumn(block.elements);
    // From now on it lives there: two forms of it would take the place of two blocks.
    this.#count(block, packed.memory.byteLength);
    block.packed = packed;
    delete block.elements;
    return packed;
  }

  #lend({ file }: Block, reader: Reader): FilePartition {
    this.#lent.lend(file!.path, reader);
    return file!;
  }

  #touch(id: string): Block | undefined {
    const block = this.#blocks.get(id);
    if (block !== undefined) {
      this.#blocks.delete(id);
      this.#blocks.set(id, block);
    }
    return block;
  }

  #count(block: Block, memory: number): void {
    this.#used += memory - block.memory;
    this.memory.noteStorage(memory - block.memory);
    block.memory = memory;
  }

  loose(rddId: number, partition: number): number | undefined {
    const block = this.#blocks.get(blockId(rddId, partition));
    return block && (block.elements?.length ?? 0);
  }

  put(node: PlanNode<unknown>, partition: number, elements: readonly unknown[]): void {
    const { useMemory, deserialized } = node.storageLevel;
    const packed = useMemory && deserialized ? undefined : this.#pack(elements);
    if (packed !== undefined) {
      this.putPacked(node, partition, packed);
      return;
    }
    const block = this.#open(node, partition);
    const size = estimateSize(elements);
    if (useMemory && this.#makeRoom(size, node.id)) {
      block.elements = elements;
      this.#count(block, size);
      this.#keep(block);
    } else {
      const bytes = node.storageLevel.useDisk ? this.#pack(elements) : undefined;
      if (bytes === undefined) this.#giveUp(block);
      else this.#toDisk(block, bytes);
    }
  }

  putPacked(node: PlanNode<unknown>, partition: number, packed: PackedColumn): void {
    const block = this.#open(node, partition);
    const { useMemory, useDisk } = node.storageLevel;
    if (useMemory && this.#makeRoom(packed.memory.byteLength, node.id)) {
      block.packed = packed;
      this.#count(block, packed.memory.byteLength);
      this.#keep(block);
    } else if (useDisk) this.#toDisk(block, packed);
    else this.#giveUp(block);
  }

  putFile(node: PlanNode<unknown>, partition: number, file: FilePartition): void {
    const block = this.#open(node, partition);
    block.file = file;
    block.disk = file.pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    this.#keep(block);
  }

  #open(node: PlanNode<unknown>, partition: number): Block {
    this.#drop(blockId(node.id, partition));
    return { rddId: node.id, partition, level: node.storageLevel, memory: 0, disk: 0 };
  }

  #giveUp({ rddId, partition, level }: Block): void {
    if (!level.useMemory) return;
    log.warn(`Not enough space to cache ${blockId(rddId, partition)} in memory! Its elements are computed again`);
  }

  #keep(block: Block): void {
    const id = blockId(block.rddId, block.partition);
    this.#blocks.set(id, block);
    this.#counts.set(block.rddId, (this.#counts.get(block.rddId) ?? 0) + 1);
    this.onUpdate(id, block.memory, block.disk, block.level);
  }

  remove(rddId: number): void {
    let left = this.#counts.get(rddId) ?? 0;
    // What goes first has mostly come first: the rest need not be looked at.
    for (const [id, block] of this.#blocks) {
      if (left === 0) break;
      if (block.rddId !== rddId) continue;
      left--;
      this.#drop(id);
    }
  }

  hasAll(rddId: number, n: number): boolean {
    return this.#counts.get(rddId) === n;
  }

  stored(rddId: number): StoredRDD {
    const blocks = [...this.#blocks.values()].filter(b => b.rddId === rddId);
    return {
      cachedPartitions: blocks.length,
      memory: blocks.reduce((sum, b) => sum + b.memory, 0),
      disk: blocks.reduce((sum, b) => sum + b.disk, 0),
    };
  }

  clear(): void {
    for (const id of [...this.#blocks.keys()]) this.#drop(id);
  }

  /** Frees memory for a block; those of the same RDD stay, since they would push each other out in turn. */
  #makeRoom(size: number, rddId: number): boolean {
    const limit = this.memory.storageLimit;
    if (size > limit) return false;
    this.#free(limit - size, rddId);
    return this.#used + size <= limit;
  }

  /** Moves the least recently used blocks out of memory until no more than `bytes` are used. */
  #free(bytes: number, sparedRdd?: number): void {
    if (this.#used <= bytes) return;
    for (const [id, block] of [...this.#blocks]) {
      if (this.#used <= bytes) return;
      if (block.rddId !== sparedRdd && block.memory > 0) this.#evict(id, block);
    }
  }

  #evict(id: string, block: Block): void {
    const packed =
      block.packed ?? (block.level.useDisk && block.file === undefined ? this.#pack(block.elements!) : undefined);
    if (!block.level.useDisk || (packed === undefined && block.file === undefined)) {
      this.#drop(id);
      return;
    }
    if (block.file === undefined) this.#write(block, packed!);
    this.#count(block, 0);
    delete block.elements;
    delete block.packed;
    this.onUpdate(id, 0, block.disk, block.level);
  }

  #toDisk(block: Block, packed: PackedColumn): void {
    this.#write(block, packed);
    this.#keep(block);
  }

  #write(block: Block, packed: PackedColumn): void {
    const file = this.files.create(blockId(block.rddId, block.partition));
    try {
      block.file = { path: file.path, pieces: [copy(packed, file)] };
      file.close();
    } catch (error) {
      file.remove();
      throw error;
    }
    block.disk = packed.memory.byteLength;
  }

  /** The elements in shared memory; `undefined`, and a line that says why, when they cannot be made bytes. */
  #pack(elements: readonly unknown[]): PackedColumn | undefined {
    try {
      return packColumn(elements);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn(`A block stays in memory as objects, it cannot be made bytes: ${error.message}`);
      return undefined;
    }
  }

  #drop(id: string): void {
    const block = this.#blocks.get(id);
    if (block === undefined) return;
    this.#blocks.delete(id);
    const left = this.#counts.get(block.rddId)! - 1;
    if (left === 0) this.#counts.delete(block.rddId);
    else this.#counts.set(block.rddId, left);
    this.#count(block, 0);
    if (block.file !== undefined) this.#lent.remove(block.file.path);
    this.onUpdate(id, 0, 0, block.level);
  }
}

function blockId(rddId: number, partition: number): string {
  return `rdd_${rddId}_${partition}`;
}

function copy({ memory, length, values }: PackedColumn, file: SpillFile): FileBlock {
  const at = file.write(new Uint8Array(memory));
  return { file: file.path, at, bytes: memory.byteLength, base: 0, length, keys: undefined, values };
}

/** The elements of a partition in a file, a piece at a time. */
export function* readPieces({ pieces }: FilePartition): Generator<readonly unknown[]> {
  for (const piece of pieces) yield valuesOf(readFileBlock(piece));
}
