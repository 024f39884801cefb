import type { Portable } from "../closure/portable.js";
import type { TaskMemory } from "../memory/task-memory.js";
import type { ShuffleStore } from "../shuffle/shuffle-store.js";
import type { BlockStore } from "../storage/block-store.js";
import type { SpillFiles } from "../storage/spill-files.js";

/** What the tasks of one job share in the thread that computes them. */
export interface TaskEnvironment {
  readonly shuffles: ShuffleStore;
  readonly blocks: BlockStore;
  /** Makes the temporary files of tasks. */
  readonly spills: SpillFiles;
  /** What a task that starts now may hold in memory. */
  openMemory(): TaskMemory;
  /** Elements that came along with a task: those of the partition of an array. Only in workers. */
  elements?(node: object, partition: number): readonly unknown[];
  /** The closure as tasks of this job call it: shipped, with the captures it has now. */
  portable<F extends Function>(fn: F): Portable<F>;
}
