import { withOutput } from "../io/output-job.js";
import { CheckpointNode } from "../plan/nodes/checkpoint-node.js";
import { KeptBlocksNode } from "../plan/nodes/kept-blocks-node.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { SparkContext } from "../spark-context.js";
import type { BlockStore } from "../storage/block-store.js";
import { type CallSite, givenCallSite } from "../util/call-site.js";

/**
 * Carries out `checkpoint()` and `localCheckpoint()`: after the first job on an RDD that asked for it, or on one made from
 * it, its data is put where it is safe and its lineage is forgotten.
 */
export class Checkpointer {
  readonly #wanted = new Set<PlanNode<unknown>>();
  /** Nodes that are safe, with the jobs that ran then: their tasks may still ask for what the nodes were made from. */
  readonly #held = new Map<PlanNode<unknown>, readonly number[]>();

  constructor(
    private readonly sc: SparkContext,
    private readonly blocks: BlockStore,
    private readonly runningJobs: ReadonlyMap<number, unknown>,
  ) {}

  get hasWork(): boolean {
    return this.#wanted.size > 0 || this.#held.size > 0;
  }

  want(node: PlanNode<unknown>, reliable: boolean): void {
    const callSite = givenCallSite();
    node.checkpoint = { reliable, node: undefined, ...(callSite !== undefined && { callSite }) };
    this.#wanted.add(node);
  }

  /** What a job on `node` has made possible. */
  async after(node: PlanNode<unknown>, callSite: CallSite): Promise<void> {
    const seen = new Set([node]);
    for (const n of seen) for (const d of n.dependencies) seen.add(d.node);
    // Parents first: the children's job then reads what was written.
    for (const n of [...seen].reverse()) {
      if (!this.#wanted.delete(n)) continue;
      const safe = n.checkpoint!.reliable ? await this.#write(n, callSite) : await this.#keep(n, callSite);
      safe.id = this.sc.newRddId();
      // A site that many share is settled once; to settle that of each job costs as much as a tiny job.
      safe.callSite = n.checkpoint!.callSite ?? callSite;
      safe.callSite.settle?.();
      n.checkpoint!.node = safe;
      this.#held.set(n, [...this.runningJobs.keys()]);
    }
    for (const [n, jobs] of this.#held) {
      if (jobs.some(id => this.runningJobs.has(id))) continue;
      this.#held.delete(n);
      n.forgetLineage();
    }
  }

  async #write(node: PlanNode<unknown>, callSite: CallSite): Promise<PlanNode<unknown>> {
    const directory = `${this.sc.getCheckpointDir()}/rdd-${node.id}`;
    await withOutput(directory, "replace", job =>
      this.sc.runAction(node, { name: "saveObjects", args: [job, undefined] }, { callSite }),
    );
    return new CheckpointNode(directory, node.numPartitions, node.partitioner);
  }

  async #keep(node: PlanNode<unknown>, callSite: CallSite): Promise<PlanNode<unknown>> {
    if (!this.blocks.hasAll(node.id, node.numPartitions)) {
      await this.sc.runAction(node, { name: "count", args: [] }, { callSite });
    }
    return new KeptBlocksNode(node);
  }
}
