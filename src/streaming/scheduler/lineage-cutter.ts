import type { RDD } from "../../core/rdd/rdd.js";
import { withCallSite } from "../../core/util/call-site.js";
import type { DStreamNode } from "../dstream/dstream-node.js";
import type { DStreamGraph } from "../dstream-graph.js";
import type { Time } from "../time.js";

/** So many RDDs of a state are made of each other at most, unless the stream's `checkpoint(interval)` says otherwise. */
const LONGEST = 10;

/**
 * Computes the states that no output has computed for some batches: each is made from the one before, and what it is made of
 * would grow from batch to batch.
 */
export class LineageCutter {
  readonly #states: readonly DStreamNode<unknown>[];

  constructor(graph: DStreamGraph) {
    this.#states = graph.live.filter(node => node.growsLineage);
  }

  /** No later batch asks for what came up to this time (ms): what was not computed is made of what came after it. */
  get neededSince(): number {
    return this.#states.reduce(
      (least, node) => Math.min(least, node.uncomputed()?.since ?? least),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Whether something must be computed after the batch of `time`. */
  isDue(time: Time): boolean {
    return this.#states.some(node => due(node, time) !== undefined);
  }

  /** Computes it. What fails here fails the output that asks for it. */
  async cut(time: Time): Promise<void> {
    for (const node of this.#states) {
      const rdd = due(node, time);
      if (rdd !== undefined) await withCallSite(node.callSite, () => rdd.count()).catch(() => {});
    }
  }
}

function due(node: DStreamNode<unknown>, time: Time): RDD<unknown> | undefined {
  const uncomputed = node.uncomputed(time);
  const interval = node.checkpointDuration;
  const longest = interval === undefined ? LONGEST : interval.milliseconds / node.slideDuration.milliseconds;
  return uncomputed !== undefined && uncomputed.count >= longest ? uncomputed.latest : undefined;
}
