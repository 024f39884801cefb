import { Refusal } from "../closure/refusal.js";
import { getLogger } from "../log/logger.js";
import type { MemoryConsumer } from "../memory/task-memory.js";
import { BUSY } from "../plan/chunks.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { FileBlock } from "../shuffle/columns/column.js";
import { objectsSize, openBlock, type ShuffleBlock, type StoredBlock } from "../shuffle/shuffle-block.js";
import type { SpillFile } from "../storage/spill-file.js";
import { naturalOrdering, type Ordering } from "../util/ordering.js";
import { mergeRuns } from "./merge-runs.js";
import { sortColumns } from "./sort-columns.js";

const log = getLogger("ExternalSorter");

/** About what a run takes while it is merged: a piece of its file as objects, bytes. */
const RUN_BYTES = 1024 * 1024;
const MAX_FAN_IN = 128;

/**
 * Sorts rows by key. What does not fit into the task's memory is sorted in runs, which go to disk and are merged. Rows of
 * equal keys stay in the order in which they came. Spark's name: `ExternalSorter`.
 */
export class ExternalSort {
  #blocks: ShuffleBlock[] = [];
  #size = 0;
  #runs: (readonly FileBlock[])[] = [];
  #file: SpillFile | undefined;
  /** Its rows cannot be made bytes. */
  #stuck = false;
  readonly #memory: MemoryConsumer;

  constructor(
    private readonly context: TaskContext,
    private readonly ordering: Ordering<unknown> = naturalOrdering,
    private readonly descending = false,
  ) {
    this.#memory = context.memory.consumer();
  }

  /** Takes blocks in. Yields now and then. */
  *add(blocks: Iterable<StoredBlock>): Generator<typeof BUSY> {
    for (const block of blocks) {
      this.addBlock(openBlock(block), objectsSize(block));
      yield BUSY;
    }
  }

  /** @param size about what the block takes, bytes */
  addBlock(block: ShuffleBlock, size: number): void {
    // Before it comes in, lest it be too much together.
    if (!this.#memory.fits(this.#size + size)) this.#putAway();
    this.#blocks.push(block);
    this.#size += size;
    this.#memory.fits(this.#size);
  }

  /** Whether something of it is on disk. */
  get hasSpilled(): boolean {
    return this.#runs.length > 0;
  }

  /** The rows in order, in pieces. It is empty afterwards. */
  *result(): Generator<ShuffleBlock> {
    try {
      if (this.#runs.length === 0) {
        yield this.#sorted();
        return;
      }
      this.#putAway();
      const rest = this.#blocks.length === 0 ? [] : [this.#sorted()];
      this.#memory.release();
      yield* mergeRuns([...this.#merged(MAX_FAN_IN), ...rest.map(r => [r])], this.ordering, this.descending);
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#memory.release();
    this.#file?.remove();
  }

  #sorted(): ShuffleBlock {
    const block = sortColumns(this.#blocks, this.ordering, this.descending);
    this.#blocks = [];
    this.#size = 0;
    return block;
  }

  #putAway(): void {
    if (this.#blocks.length === 0 || this.#stuck) return;
    const size = this.#size;
    const block = this.#sorted();
    const file = (this.#file ??= this.context.environment.spills.ofTask(this.context).file);
    const before = file.bytes;
    try {
      this.#runs.push(file.append(block));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn(`A sort stays in memory, it cannot be spilled: ${error.message}`);
      this.#stuck = true;
      this.#blocks = [block];
      this.#size = size;
      return;
    }
    const { metrics } = this.context;
    metrics.memoryBytesSpilled += Math.round(size);
    metrics.diskBytesSpilled += file.bytes - before;
    this.#memory.fits(0);
  }

  /** At most as many runs as can be merged at once: the first ones merged to longer ones, which keeps their order. */
  #merged(max: number): (readonly FileBlock[])[] {
    const fanIn = Math.max(2, Math.min(max, Math.floor(this.#memory.limit / RUN_BYTES)));
    const file = this.#file!;
    while (this.#runs.length > fanIn) {
      const next: (readonly FileBlock[])[] = [];
      for (let i = 0; i < this.#runs.length; i += fanIn) {
        const some = this.#runs.slice(i, i + fanIn);
        if (some.length === 1) {
          next.push(some[0]!);
          continue;
        }
        const run: FileBlock[] = [];
        for (const piece of mergeRuns(some, this.ordering, this.descending)) run.push(...file.append(piece));
        next.push(run);
      }
      this.#runs = next;
    }
    return this.#runs;
  }
}
