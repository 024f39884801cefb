import { chunksOf } from "../../pipeline/evaluate.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { Partition } from "../partition.js";
import type { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";
import { OneToOneNode } from "./one-to-one-node.js";

/** An asynchronous function of each element: at most `concurrency` calls of a task are under way, results stay in order. */
export class MapAsyncNode<A, B> extends OneToOneNode<A, B> {
  readonly kind = "MapPartitionsRDD";

  constructor(
    parent: PlanNode<A>,
    private readonly f: (x: A) => Promise<B> | B,
    private readonly concurrency: number,
  ) {
    super(parent);
  }

  override travel() {
    return { kind: "MapAsync", data: { f: this.f, concurrency: this.concurrency } };
  }

  async *compute(split: Partition, context: TaskContext): AsyncGenerator<readonly B[]> {
    const f = context.closure(this.f);
    const pending: Promise<B>[] = [];
    const call = async (x: A) => f(x);
    try {
      for await (const chunk of chunksOf(this.parent, split, context)) {
        for (const x of chunk) {
          if (pending.length >= this.concurrency) yield [await pending.shift()!];
          context.check();
          const result = context.runAsync(() => context.run(() => call(x)));
          // It is awaited in its turn; until then its failure is no unhandled rejection.
          result.catch(() => {});
          pending.push(result);
        }
      }
      while (pending.length > 0) yield [await pending.shift()!];
    } finally {
      await Promise.allSettled(pending);
    }
  }
}

registerNode("MapAsync", ({ f, concurrency }: { f: (x: unknown) => unknown; concurrency: number }, [parent]) => {
  return new MapAsyncNode(parent as PlanNode<unknown>, f, concurrency);
});
