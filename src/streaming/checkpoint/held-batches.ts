import type { RDD } from "../../core/rdd/rdd.js";
import type { DStreamNode } from "../dstream/dstream-node.js";
import type { DStreamGraph } from "../dstream-graph.js";
import { isKnownEmpty } from "../plan/known-empty.js";
import { Time } from "../time.js";
import type { HeldBatches, OperatorEntry } from "./checkpoint.js";

/**
 * Saves what operators hold of their parents (windows: batches, reduced) where the inputs cannot be asked for it again. Each
 * RDD is written once, when it is new.
 *
 * ```
 *     since - span              since            until
 *   ───────┼──────────────────────┼────────────────┼──▶ time
 *          |<- in the window ---->|<- not yet ---->|
 * ```
 */
export class HeldBatchesSaver {
  /** The inputs that had elements which nobody keeps. */
  readonly #unkept = new Set<DStreamNode<unknown>>();

  constructor(
    private readonly graph: DStreamGraph,
    /** Puts the elements into a file and gives its name; `undefined` where there are none. */
    private readonly put: (uid: string, time: Time, rdd: RDD<unknown>) => Promise<string | undefined>,
  ) {}

  /** Elements of this input are kept nowhere. */
  unkept(input: DStreamNode<unknown>): void {
    this.#unkept.add(input);
  }

  /**
   * What the operator holds with its RDD of `since` (ms), and what has come for it until `until` (ms). `undefined` where its
   * inputs can be asked again.
   *
   * @param before what was saved last
   */
  async save(
    node: DStreamNode<unknown>,
    before: OperatorEntry | undefined,
    since: number,
    until: number,
  ): Promise<HeldBatches | undefined> {
    if (node.holds === undefined) return undefined;
    const held = before?.held;
    if (held === undefined && ![...inputsOf(node)].some(input => this.#unkept.has(input))) return undefined;
    const { parent } = node.holds;
    const span = node.holds.span.milliseconds;
    const isLookedAt = (time: number) => held !== undefined && time > before!.since - span && time <= held.until;
    const files: Record<string, string> = {};
    const step = parent.slideDuration.milliseconds;
    const first = new Time(since - span).floor(parent.slideDuration, this.graph.zeroTime).milliseconds + step;
    for (let time = first; time <= until; time += step) {
      const file = isLookedAt(time) ? held!.files[time] : await this.#put(node, parent, new Time(time));
      if (file !== undefined) files[time] = file;
    }
    return { until, files };
  }

  async #put(node: DStreamNode<unknown>, parent: DStreamNode<unknown>, time: Time): Promise<string | undefined> {
    const rdd = await parent.getOrCompute(time);
    return rdd === undefined || isKnownEmpty(rdd) ? undefined : this.put(node.uid, time, rdd);
  }
}

/** The inputs that an operator is made of. */
export function inputsOf(node: DStreamNode<unknown>): Set<DStreamNode<unknown>> {
  const found = new Set([node]);
  // A set that grows while it is gone through is gone through to its new end.
  for (const { parents } of found) for (const parent of parents) found.add(parent);
  return new Set([...found].filter(({ parents }) => parents.length === 0));
}
