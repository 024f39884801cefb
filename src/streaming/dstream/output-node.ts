import type { RDD } from "../../core/rdd/rdd.js";
import type { CallSite } from "../../core/util/call-site.js";
import type { DStreamGraph } from "../dstream-graph.js";
import type { Duration } from "../duration.js";
import { after, given, type MaybePromise } from "../maybe-promise.js";
import type { Job } from "../scheduler/job.js";
import type { Time } from "../time.js";
import { DStreamNode } from "./dstream-node.js";

/** An output operation: what it does with the RDD of each batch is a job. Spark's `ForEachDStream`. */
export class OutputNode<T = unknown> extends DStreamNode<never> {
  readonly parents: readonly DStreamNode<unknown>[];
  readonly #id: number;

  constructor(
    graph: DStreamGraph,
    readonly kind: string,
    readonly parent: DStreamNode<T>,
    override readonly callSite: CallSite,
    readonly act: (rdd: RDD<T>, time: Time) => unknown,
  ) {
    super(graph);
    this.parents = [parent as DStreamNode<unknown>];
    this.register();
    this.#id = graph.addOutput(this as OutputNode);
  }

  get slideDuration(): Duration {
    return this.parent.slideDuration;
  }

  compute(): undefined {
    return undefined;
  }

  /** The job of a batch; `undefined` when the parent has no RDD then. */
  generateJob(time: Time): MaybePromise<Job | undefined> {
    return after(this.parent.getOrCompute(time), rdd => rdd && this.#job(rdd, time));
  }

  #job(rdd: RDD<T>, time: Time): Job {
    // Called by itself: as a method its frame in the user's stack would have our name.
    const { act } = this;
    return {
      time,
      outputOpId: this.#id,
      name: this.callSite.short,
      description: this.callSite.long,
      // What the user's own function calls is told with the line of the call, all else with the operation's.
      run: () => given(this.kind === "foreachRDD" ? act(rdd, time) : this.making(() => act(rdd, time))),
    };
  }
}
