import { getLogger } from "../../core/log/logger.js";
import type { DStreamNode } from "../dstream/dstream-node.js";
import type { DStreamGraph } from "../dstream-graph.js";
import { Time } from "../time.js";
import type { BatchEntry, OperatorEntry } from "./checkpoint.js";

const log = getLogger("Checkpoint");

/** Says what of a receiver's records later windows go on without, since nobody has kept them: one WARN for each input. */
export function tellLost(
  graph: DStreamGraph,
  batches: readonly BatchEntry[],
  operators: readonly OperatorEntry[],
  latestEnded: Time,
): void {
  const held = new Set(operators.filter(entry => entry.held !== undefined).map(entry => entry.operator));
  const asked = askedFrom(graph, held, latestEnded);
  for (const { node, name } of graph.inputs) {
    const lost = batches.flatMap(({ batch, pending, inputs }) => {
      const saved = inputs[node.uid];
      const isAsked = !pending && batch >= (asked.get(node) ?? Number.POSITIVE_INFINITY);
      return isAsked && saved !== undefined && "lost" in saved ? [{ batch, records: saved.lost }] : [];
    });
    if (lost.length === 0) continue;
    const records = lost.reduce((sum, each) => sum + each.records, 0);
    const [first, last] = [lost[0]!, lost.at(-1)!].map(each => new Time(each.batch));
    const when = lost.length === 1 ? `the batch of ${first}` : `${lost.length} batches from ${first} to ${last}`;
    log.warn(
      `${records} records of ${name} in ${when} were kept nowhere: windows that look back to them go on without them. With spark.streaming.receiver.writeAheadLog.enable=true what is received is kept`,
    );
  }
}

/** The earliest time (ms) of which an RDD of each operator may be asked for by the batches after `latestEnded`. */
function askedFrom(
  graph: DStreamGraph,
  held: ReadonlySet<string>,
  latestEnded: Time,
): Map<DStreamNode<unknown>, number> {
  const next = (node: DStreamNode<unknown>) =>
    latestEnded.floor(node.slideDuration, graph.zeroTime).plus(node.slideDuration).milliseconds;
  const asked = new Map(graph.live.map(node => [node, next(node)]));
  // An operator stands behind those that it is made of.
  for (const node of graph.live.toReversed()) {
    const window = node.parentRememberDuration.minus(node.rememberDuration!).milliseconds;
    const looksBack = window > 0 && !held.has(node.uid);
    for (const parent of node.parents) {
      const from = asked.get(node)! - (looksBack ? window - parent.slideDuration.milliseconds : 0);
      asked.set(parent, Math.min(asked.get(parent)!, from));
    }
  }
  return asked;
}
