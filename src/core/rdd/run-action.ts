import { putFrames, type SparkError } from "../errors/spark-error.js";
import type { Action } from "../scheduler/action.js";
import { type CallSite, captureCallSite, framesOf } from "../util/call-site.js";
import type { RDDHandle } from "./rdd-handle.js";

// How actions run their jobs and fail.

/** What `combine` makes of the results of the tasks, one a partition. */
export function run<P, R>(rdd: RDDHandle<unknown>, action: Action, combine: (parts: P[]) => R): Promise<R> {
  return rdd.sparkContext.runAction(rdd.node, action).then(parts => combine(parts as P[]));
}

/** Where the user calls: for jobs that are run, and failures that are found, when that call is no longer on the stack. */
export function callSiteOf({ sparkContext }: RDDHandle<unknown>): CallSite {
  return captureCallSite(sparkContext.getLocalProperty("callSite.short"));
}

/** An error that will stand at the call which is being made now. */
export function failureHere(failure: () => SparkError): () => SparkError {
  const site = captureCallSite();
  return () => {
    const error = failure();
    putFrames(error, () => framesOf(site));
    return error;
  };
}
