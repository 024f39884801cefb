import type { DStreamNode } from "../dstream/dstream-node.js";
import type { DStreamGraph } from "../dstream-graph.js";

/**
 * How far back, beyond its latest, later batches may ask for an RDD of each operator, ms: nothing where no window is made of
 * it. An operator stands behind those that it is made of.
 */
export function reachOf({ live }: DStreamGraph): Map<DStreamNode<unknown>, number> {
  const reach = new Map(live.map(node => [node, 0]));
  for (const node of live.toReversed()) {
    const window = node.parentRememberDuration.minus(node.rememberDuration!).milliseconds;
    for (const parent of node.parents) {
      // From one of its slides to the next its parent goes on.
      const lag = node.slideDuration.minus(parent.slideDuration).milliseconds;
      reach.set(parent, Math.max(reach.get(parent)!, reach.get(node)! + window + lag));
    }
  }
  return reach;
}
