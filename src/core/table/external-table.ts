import { Refusal } from "../closure/refusal.js";
import { getLogger } from "../log/logger.js";
import type { MemoryConsumer } from "../memory/task-memory.js";
import type { AnySink } from "../pipeline/codegen.js";
import { type Kernel, kernelOf } from "../pipeline/kernel.js";
import type { Combined } from "../pipeline/sinks.js";
import { BUSY } from "../plan/chunks.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { FileBlock } from "../shuffle/columns/column.js";
import { objectsSize, openBlock, type ShuffleBlock, type StoredBlock } from "../shuffle/shuffle-block.js";
import { estimateSize } from "../storage/size-estimate.js";
import type { SpillFile } from "../storage/spill-file.js";
import { KeyTable } from "./key-table.js";

const log = getLogger("ExternalAppendOnlyMap");

/** Into so many parts a table is split that does not fit. */
const FANOUT = 16;
/** A part that does not fit is split again, so often at most: keys that are still together have one hash. */
const MAX_DEPTH = 7;
/** A part that holds so much of a table was not divided. */
const UNDIVIDED = 0.8;
/** Rows between two turns of the event loop. */
const WINDOW = 16384;
const SAMPLES = 64;

/**
 * A table of keys and what was made of their values, which goes to disk in parts when it does not fit into the task's
 * memory: by hash, so that each part can be put together again by itself, and be split again when it is still too big.
 */
export class ExternalTable {
  #state: Combined = { table: new KeyTable(), values: [] };
  /** At least what the state takes, without looking at it. */
  #bound = 0;
  /** What was put away, by part. */
  #parts: FileBlock[][] | undefined;
  #file: SpillFile | undefined;
  /** Its contents cannot be made bytes. */
  #stuck = false;
  readonly #memory: MemoryConsumer;

  /**
   * @param merge puts a combiner of a key to another one of it
   * @param shrinks whether a combiner is smaller than the values it was made of
   * @param depth how often what comes in was split already
   */
  constructor(
    private readonly context: TaskContext,
    private readonly merge: AnySink,
    private readonly shrinks: boolean,
    private readonly depth = 0,
  ) {
    this.#memory = context.memory.consumer();
  }

  /** Feeds blocks to `sink`, whose state is that of this table. Yields now and then. */
  *add(blocks: Iterable<StoredBlock>, sink: AnySink): Generator<typeof BUSY> {
    const kernel = kernelOf("columns", [], sink);
    for (const block of blocks) {
      const { keys, values } = openBlock(block);
      const size = objectsSize(block) / Math.max(1, values.length);
      for (let from = 0; from < values.length; from += WINDOW) {
        const to = Math.min(values.length, from + WINDOW);
        kernel.run(this.#state, keys, from, to, values);
        this.#bound += size * (to - from);
        this.#check();
        yield BUSY;
      }
    }
  }

  /** Feeds an array of pairs to the kernel of a sink whose state is that of this table. */
  addPairs(kernel: Kernel, pairs: readonly unknown[]): void {
    kernel.run(this.#state, pairs, 0, pairs.length);
    this.#bound += estimateSize(pairs, 16);
    this.#check();
  }

  /** Its keys and combiners, in pieces; between them empty ones. It is empty afterwards. */
  *result(): Generator<ShuffleBlock> {
    try {
      if (this.#parts === undefined) {
        yield { keys: this.#state.table.keys, values: this.#state.values };
        return;
      }
      this.#putAway();
      this.#file!.close();
      const total = this.#parts.reduce((sum, blocks) => sum + bytesOf(blocks), 0);
      for (const [i, blocks] of this.#parts.entries()) {
        if (blocks.length === 0) continue;
        this.#parts[i] = [];
        // Nearly all in one part is one key, most likely: it is not tried as often then.
        const steps = bytesOf(blocks) > UNDIVIDED * total ? 3 : 1;
        const part = new ExternalTable(this.context, this.merge, this.shrinks, this.depth + steps);
        try {
          for (const _ of part.add(blocks, this.merge)) yield NOTHING;
          yield* part.result();
        } finally {
          part.close();
        }
      }
    } finally {
      this.close();
    }
  }

  /** Whether something of it is on disk. */
  get hasSpilled(): boolean {
    return this.#parts !== undefined;
  }

  close(): void {
    this.#memory.release();
    this.#file?.remove();
  }

  #check(): void {
    const { table, values } = this.#state;
    if (this.#memory.fits(this.#bound + table.overhead)) return;
    // Combining shrinks: what came in is more than what is there. Groups hold all of it, and a sample would miss a long one.
    if (this.shrinks) {
      this.#bound = Math.min(this.#bound, estimateSize(table.keys, SAMPLES) + estimateSize(values, SAMPLES));
      if (this.#memory.fits(this.#bound + table.overhead)) return;
    }
    if (values.length > 1 && this.depth < MAX_DEPTH) this.#putAway();
  }

  #putAway(): void {
    const { table, values } = this.#state;
    if (values.length === 0 || this.#stuck) return;
    const parts = split(this.#state, this.depth);
    const file = (this.#file ??= this.context.environment.spills.ofTask(this.context).file);
    const before = file.bytes;
    try {
      const written = parts.map(part => (part === undefined ? [] : file.append(part)));
      this.#parts ??= Array.from({ length: FANOUT }, () => []);
      for (const [i, blocks] of written.entries()) this.#parts[i]!.push(...blocks);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn(`A table stays in memory, it cannot be spilled: ${error.message}`);
      this.#stuck = true;
      return;
    }
    const { metrics } = this.context;
    metrics.memoryBytesSpilled += Math.round(this.#bound + table.overhead);
    metrics.diskBytesSpilled += file.bytes - before;
    log.debug(`Task ${this.context.taskAttemptId()} spilled ${values.length} of ${table.size} keys`);
    this.#state = { table: new KeyTable(), values: [] };
    this.#bound = 0;
    this.#memory.fits(0);
  }
}

const bytesOf = (blocks: readonly FileBlock[]) => blocks.reduce((sum, block) => sum + block.bytes, 0);

const NOTHING: ShuffleBlock = { keys: [], values: [] };

function split({ table, values }: Combined, depth: number): (ShuffleBlock | undefined)[] {
  const parts: ({ keys: unknown[]; values: unknown[] } | undefined)[] = new Array(FANOUT);
  const { keys, hashes } = table;
  for (let i = 0; i < values.length; i++) {
    const part = (parts[partOf(hashes[i]!, depth)] ??= { keys: [], values: [] });
    part.keys.push(keys[i]);
    part.values.push(values[i]);
  }
  return Array.from(parts);
}

/** The part of a hash: by other bits at each depth, and by others than those that say the reduce partition. */
function partOf(hash: number, depth: number): number {
  let h = Math.imul(hash ^ Math.imul(depth + 1, 0x9e3779b9), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 28;
}
