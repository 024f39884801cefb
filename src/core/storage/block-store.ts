import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { getLogger } from "../log/logger.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { PackedColumn } from "../shuffle/columns/column.js";
import { packColumn } from "../shuffle/columns/pack.js";
import { unpackColumn } from "../shuffle/columns/unpack.js";
import type { LocalDir } from "./local-dir.js";
import { deserializeElements, serializeElements } from "./serialize-elements.js";
import { estimateSize } from "./size-estimate.js";
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

/** Where the partitions of persisted RDDs are kept. Spark's name: `BlockManager`. */
export interface BlockStore {
  get(rddId: number, partition: number): readonly unknown[] | undefined;
  put(node: PlanNode<unknown>, partition: number, elements: readonly unknown[]): void;
  /** As {@link put}, for what another thread computed. */
  putPacked(node: PlanNode<unknown>, partition: number, packed: PackedColumn): void;
  /**
   * As {@link get}, in shared memory, for a task in another thread.
   *
   * @throws Refusal when something in it cannot leave this thread
   */
  getPacked(rddId: number, partition: number): PackedColumn | undefined;
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
  bytes?: Buffer;
  /** Elements in shared memory: what a worker computed, or needed. */
  packed?: PackedColumn;
  /** Bytes in memory, 0 when it is on disk only. */
  memory: number;
  disk: number;
}

/** Partitions in memory up to a budget, the least recently used leave it first; and on disk. */
export class LocalBlockStore implements BlockStore {
  /** By `rdd_<id>_<partition>`, the least recently used first. */
  readonly #blocks = new Map<string, Block>();
  readonly #counts = new Map<number, number>();
  #used = 0;

  constructor(
    private readonly budget: number,
    private readonly dir: LocalDir,
    private readonly onUpdate: BlockListener,
  ) {}

  get(rddId: number, partition: number): readonly unknown[] | undefined {
    const id = blockId(rddId, partition);
    const block = this.#blocks.get(id);
    if (block === undefined) return undefined;
    this.#blocks.delete(id);
    this.#blocks.set(id, block);
    if (block.elements !== undefined) return block.elements;
    if (block.packed !== undefined) return unpackColumn(block.packed);
    return deserializeElements(block.bytes ?? readFileSync(this.dir.file(id)));
  }

  getPacked(rddId: number, partition: number): PackedColumn | undefined {
    const id = blockId(rddId, partition);
    const block = this.#blocks.get(id);
    if (block === undefined) return undefined;
    this.#blocks.delete(id);
    this.#blocks.set(id, block);
    if (block.packed !== undefined) return block.packed;
    if (block.elements === undefined) return packColumn(this.get(rddId, partition)!);
    const packed = packColumn(block.elements);
    // From now on it lives there: two forms of it would take the place of two blocks.
    this.#used += packed.memory.byteLength - block.memory;
    block.memory = packed.memory.byteLength;
    block.packed = packed;
    delete block.elements;
    return packed;
  }

  loose(rddId: number, partition: number): number | undefined {
    const block = this.#blocks.get(blockId(rddId, partition));
    return block && (block.elements?.length ?? 0);
  }

  putPacked(node: PlanNode<unknown>, partition: number, packed: PackedColumn): void {
    const { storageLevel: level } = node;
    const size = packed.memory.byteLength;
    if (!level.useMemory || !this.#makeRoom(size, node.id)) {
      this.put(node, partition, unpackColumn(packed));
      return;
    }
    const id = blockId(node.id, partition);
    this.#drop(id);
    this.#used += size;
    this.#keep(id, { rddId: node.id, partition, level, packed, memory: size, disk: 0 });
  }

  put(node: PlanNode<unknown>, partition: number, elements: readonly unknown[]): void {
    const id = blockId(node.id, partition);
    this.#drop(id);
    const level = node.storageLevel;
    const block: Block = { rddId: node.id, partition, level, memory: 0, disk: 0 };
    if (
      !(level.useMemory && this.#toMemory(block, elements)) &&
      !(level.useDisk && this.#toDisk(id, block, elements))
    ) {
      if (level.useMemory) log.warn(`Not enough space to cache ${id} in memory! Its elements are computed again`);
      return;
    }
    this.#keep(id, block);
  }

  #keep(id: string, block: Block): void {
    this.#blocks.set(id, block);
    this.#counts.set(block.rddId, (this.#counts.get(block.rddId) ?? 0) + 1);
    this.onUpdate(id, block.memory, block.disk, block.level);
  }

  remove(rddId: number): void {
    for (const [id, block] of [...this.#blocks]) if (block.rddId === rddId) this.#drop(id);
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

  #toMemory(block: Block, elements: readonly unknown[]): boolean {
    const bytes = block.level.deserialized ? undefined : serialized(elements);
    const size = bytes?.length ?? estimateSize(elements);
    if (!this.#makeRoom(size, block.rddId)) return false;
    if (bytes === undefined) block.elements = elements;
    else block.bytes = bytes;
    block.memory = size;
    this.#used += size;
    return true;
  }

  /** Frees memory for a block; those of the same RDD stay, since they would push each other out in turn. */
  #makeRoom(size: number, rddId: number): boolean {
    if (size > this.budget) return false;
    for (const [id, block] of [...this.#blocks]) {
      if (this.#used + size <= this.budget) break;
      if (block.rddId !== rddId && block.memory > 0) this.#evict(id, block);
    }
    return this.#used + size <= this.budget;
  }

  #evict(id: string, block: Block): void {
    const content = block.elements ?? block.bytes ?? unpackColumn(block.packed!);
    if (!block.level.useDisk || !this.#toDisk(id, block, content)) {
      this.#drop(id);
      return;
    }
    this.#used -= block.memory;
    block.memory = 0;
    delete block.elements;
    delete block.bytes;
    delete block.packed;
    this.onUpdate(id, 0, block.disk, block.level);
  }

  #toDisk(id: string, block: Block, content: readonly unknown[] | Buffer): boolean {
    const bytes = Buffer.isBuffer(content) ? content : serialized(content);
    if (bytes === undefined) return false;
    writeFileSync(this.dir.file(id), bytes);
    block.disk = bytes.length;
    return true;
  }

  #drop(id: string): void {
    const block = this.#blocks.get(id);
    if (block === undefined) return;
    this.#blocks.delete(id);
    this.#counts.set(block.rddId, this.#counts.get(block.rddId)! - 1);
    this.#used -= block.memory;
    if (block.disk > 0) rmSync(this.dir.file(id), { force: true });
    this.onUpdate(id, 0, 0, block.level);
  }
}

function blockId(rddId: number, partition: number): string {
  return `rdd_${rddId}_${partition}`;
}

function serialized(elements: readonly unknown[]): Buffer | undefined {
  const bytes = serializeElements(elements);
  if (Buffer.isBuffer(bytes)) return bytes;
  log.warn(`A block stays in memory as objects, it cannot be made bytes: ${bytes.refused}`);
  return undefined;
}
