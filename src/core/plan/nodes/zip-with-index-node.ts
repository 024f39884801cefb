import { chunksOf } from "../../pipeline/evaluate.js";
import type { Action } from "../../scheduler/action.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { type Chunks, isAsync, isNews } from "../chunks.js";
import { type Dependency, OneToOneDependency } from "../dependency.js";
import type { Partition } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";

/** Each element with its place in the whole; the lengths of the partitions are counted inside the first job. */
export class ZipWithIndexNode<T> extends PlanNode<[T, number]> {
  readonly kind = "ZippedWithIndexRDD";
  #starts: readonly number[] | undefined;

  /** @param starts the place of each partition's first element, where they have been counted */
  constructor(
    override readonly parent: PlanNode<T>,
    starts?: readonly number[],
  ) {
    super();
    this.#starts = starts;
  }

  protected listPartitions(): readonly Partition[] {
    return this.parent.partitions;
  }

  protected listDependencies(): readonly Dependency[] {
    return [new OneToOneDependency(this.parent)];
  }

  override prepare(
    run: (node: PlanNode<unknown>, action: Action, partitions: readonly number[]) => Promise<unknown[]>,
  ): Promise<void> | undefined {
    if (this.#starts !== undefined) return undefined;
    const n = this.parent.numPartitions;
    if (n <= 1) {
      this.#starts = [0];
      return undefined;
    }
    // The length of the last partition is of no interest.
    const others = Array.from({ length: n - 1 }, (_, i) => i);
    return run(this.parent, { name: "count", args: [] }, others).then(counts => {
      let sum = 0;
      this.#starts = [0, ...(counts as number[]).map(c => (sum += c))];
    });
  }

  override travel() {
    return { kind: "ZipWithIndex", data: this.#starts };
  }

  compute(split: Partition, context: TaskContext): Chunks<[T, number]> {
    let i = this.#starts![split.index]!;
    const number = (chunk: readonly T[]) => chunk.map((x): [T, number] => [x, i++]);
    const chunks = chunksOf(this.parent, split, context);
    if (isAsync(chunks)) {
      return (async function* () {
        for await (const chunk of chunks) if (isNews(chunk)) yield number(chunk);
      })();
    }
    return (function* () {
      for (const chunk of chunks) yield number(chunk);
    })();
  }
}

registerNode("ZipWithIndex", (starts: readonly number[], [parent]) => {
  return new ZipWithIndexNode(parent as PlanNode<unknown>, starts);
});
