import { Refusal } from "../closure/refusal.js";
import { getLogger } from "../log/logger.js";
import { heapIsTight } from "../memory/memory-budget.js";
import { BUSY } from "../plan/chunks.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { FileBlock } from "../shuffle/columns/column.js";
import { readPieces } from "./block-store.js";
import { estimateSize } from "./size-estimate.js";

const log = getLogger("BlockManager");

/** Elements between two looks at how much there is. */
const LOOK_EVERY = 4096;

/**
 * Gathers a partition on its way into the cache. What grows too big for memory goes to disk piece by piece where the level
 * says so, else it is given up. Spark calls it unrolling.
 */
export class PartitionKeeper {
  #all: unknown[] = [];
  #next = LOOK_EVERY;
  #file: ReturnType<TaskContext["environment"]["spills"]["ofTask"]> | undefined;
  readonly #pieces: FileBlock[] = [];
  /** It cannot be kept in memory: elements are handed on as they come. */
  #handsOn = false;
  /** Something in it cannot be made bytes. */
  #stuck = false;

  constructor(
    private readonly node: PlanNode<unknown>,
    private readonly split: Partition,
    private readonly context: TaskContext,
  ) {}

  /** Takes elements in; gives those that have to be handed on at once. */
  add(chunk: readonly unknown[]): readonly unknown[] {
    if (this.#handsOn) return chunk;
    for (let i = 0; i < chunk.length; i++) this.#all.push(chunk[i]);
    if (this.#stuck || this.#all.length < this.#next) return BUSY;
    this.#next = this.#all.length + Math.max(LOOK_EVERY, this.#all.length >> 3);
    if (estimateSize(this.#all) <= this.context.environment.blocks.unrollLimit() && !heapIsTight()) return BUSY;
    if (this.node.storageLevel.useDisk) {
      this.#stuck = !this.#putAway();
      return BUSY;
    }
    this.#handsOn = true;
    log.warn(`Not enough space to cache ${this.#name} in memory! Its elements are computed again`);
    const all = this.#all;
    this.#all = [];
    return all;
  }

  get #name(): string {
    return `rdd_${this.node.id}_${this.split.index}`;
  }

  /** The elements that have not been handed on yet; what is to be kept is in the cache now. */
  *finish(): Generator<readonly unknown[]> {
    // What a killed task has gathered may be made of what was taken away meanwhile.
    this.context.check();
    const { blocks } = this.context.environment;
    if (this.#pieces.length === 0) {
      if (!this.#handsOn) blocks.put(this.node, this.split.index, this.#all);
      yield this.#all;
      return;
    }
    const { file, keep } = this.#file!;
    const partition = { path: file.path, pieces: this.#pieces };
    if (!this.#stuck && this.#putAway()) {
      keep();
      blocks.putFile(this.node, this.split.index, partition);
    }
    yield* readPieces(partition);
    yield this.#all;
  }

  /** Whether all that was gathered is in the file now. */
  #putAway(): boolean {
    this.#file ??= this.context.environment.spills.ofTask(this.context);
    try {
      this.#pieces.push(...this.#file.file.append({ keys: undefined, values: this.#all }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn(`${this.#name} cannot be cached on disk: ${error.message}`);
      return false;
    }
    this.#all = [];
    this.#next = LOOK_EVERY;
    return true;
  }
}
