import { hasCause } from "../../core/scheduler/failure.js";
import { withCallSite } from "../../core/util/call-site.js";
import type { DStreamNode, Uncomputed } from "../dstream/dstream-node.js";
import type { DStreamGraph } from "../dstream-graph.js";
import type { Time } from "../time.js";

/** So many RDDs of a state are made of each other at most, unless the stream's `checkpoint(interval)` says otherwise. */
const LONGEST = 10;

/** A computation that failed. */
interface Failure {
  /** What it was made of came after this time, ms. */
  readonly since: number;
  /** So many RDDs were made of each other. */
  readonly count: number;
}

/**
 * Computes the states that no output has computed for some batches: each is made from the one before, and what it is made of
 * would grow from batch to batch.
 *
 * One that cannot be computed (the user's function throws) holds nothing back any more, and is tried again when twice as many
 * RDDs are made of each other: it costs little, and one that failed by chance is cut after all.
 */
export class LineageCutter {
  readonly #states: readonly DStreamNode<unknown>[];
  readonly #failures = new Map<DStreamNode<unknown>, Failure>();

  constructor(graph: DStreamGraph) {
    this.#states = graph.live.filter(node => node.growsLineage);
  }

  /** No later batch asks for what came up to this time (ms): what was not computed is made of what came after it. */
  get neededSince(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const node of this.#states) {
      const uncomputed = node.uncomputed();
      if (uncomputed === undefined || this.#failureOf(node, uncomputed.since) !== undefined) continue;
      least = Math.min(least, uncomputed.since);
    }
    return least;
  }

  /** Whether something must be computed after the batch of `time`. */
  isDue(time: Time): boolean {
    return this.#states.some(node => this.#due(node, time) !== undefined);
  }

  /** Computes it. What fails here fails the output that asks for it. */
  async cut(time: Time): Promise<void> {
    for (const node of this.#states) {
      const due = this.#due(node, time);
      if (due === undefined) continue;
      const { since, count, latest } = due;
      try {
        await withCallSite(node.callSite, () => latest.count());
      } catch (error) {
        // One that was cancelled says nothing about the next.
        if (!hasCause(error, "JOB_CANCELLED")) this.#failures.set(node, { since, count });
      }
    }
  }

  #due(node: DStreamNode<unknown>, time: Time): Uncomputed<unknown> | undefined {
    const uncomputed = node.uncomputed(time);
    if (uncomputed === undefined) return undefined;
    const failure = this.#failureOf(node, uncomputed.since);
    const longest = failure === undefined ? longestOf(node) : 2 * failure.count;
    return uncomputed.count >= longest ? uncomputed : undefined;
  }

  /** Where it is still made of the same: what an output has computed since then is a new beginning. */
  #failureOf(node: DStreamNode<unknown>, since: number): Failure | undefined {
    const failure = this.#failures.get(node);
    return failure?.since === since ? failure : undefined;
  }
}

function longestOf({ checkpointDuration, slideDuration }: DStreamNode<unknown>): number {
  return checkpointDuration === undefined ? LONGEST : checkpointDuration.milliseconds / slideDuration.milliseconds;
}
