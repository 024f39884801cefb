import { chunksOf } from "../../pipeline/evaluate.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { type Chunks, isAsync } from "../chunks.js";
import { type Dependency, NarrowDependency } from "../dependency.js";
import type { Partition } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";

const CHUNK = 4096;

/** All pairs of an element of one parent and one of the other; a partition for each pair of partitions. */
export class CartesianNode<A, B> extends PlanNode<[A, B]> {
  readonly kind = "CartesianRDD";

  constructor(
    readonly left: PlanNode<A>,
    readonly right: PlanNode<B>,
  ) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return Array.from({ length: this.left.numPartitions * this.right.numPartitions }, (_, index) => ({ index }));
  }

  protected listDependencies(): readonly Dependency[] {
    const n = this.right.numPartitions;
    return [new NarrowDependency(this.left, i => [Math.floor(i / n)]), new NarrowDependency(this.right, i => [i % n])];
  }

  override travel() {
    return { kind: "Cartesian" };
  }

  compute({ index }: Partition, context: TaskContext): Chunks<[A, B]> {
    const n = this.right.numPartitions;
    const left = chunksOf(this.left, this.left.partitions[Math.floor(index / n)]!, context);
    const right = chunksOf(this.right, this.right.partitions[index % n]!, context);
    if (isAsync(left) || isAsync(right)) {
      return (async function* () {
        const inner: B[] = [];
        for await (const chunk of right) for (const b of chunk) inner.push(b);
        for await (const chunk of left) yield* product(chunk, inner);
      })();
    }
    return (function* () {
      // The right partition is computed once, not once for each element of the left one.
      const inner: B[] = [];
      for (const chunk of right) for (const b of chunk) inner.push(b);
      for (const chunk of left) yield* product(chunk, inner);
    })();
  }
}

function* product<A, B>(as: readonly A[], bs: readonly B[]): Generator<readonly [A, B][]> {
  let out: [A, B][] = [];
  for (const a of as) {
    for (const b of bs) {
      out.push([a, b]);
      if (out.length === CHUNK) {
        yield out;
        out = [];
      }
    }
  }
  if (out.length > 0) yield out;
}

registerNode("Cartesian", (_: undefined, [left, right]) => {
  return new CartesianNode(left as PlanNode<unknown>, right as PlanNode<unknown>);
});
