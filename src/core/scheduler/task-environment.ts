import type { Portable } from "../closure/portable.js";
import type { ShuffleStore } from "../shuffle/shuffle-store.js";
import type { BlockStore } from "../storage/block-store.js";

/** What the tasks of one job share in the thread that computes them. */
export interface TaskEnvironment {
  readonly shuffles: ShuffleStore;
  readonly blocks: BlockStore;
  /** Elements that came along with a task: those of the partition of an array. Only in workers. */
  elements?(node: object, partition: number): readonly unknown[];
  /** The closure as tasks of this job call it: shipped, with the captures it has now. */
  portable<F extends Function>(fn: F): Portable<F>;
}
