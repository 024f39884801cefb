import { type Clock, systemClock } from "../../core/clock/clock.js";
import { getLogger } from "../../core/log/logger.js";
import { watchStreamingContexts } from "../../streaming/context-registry.js";
import type { BatchInfo } from "../../streaming/listener.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";

const log = getLogger("tspark-shell");

/** When a stream is stopped from outside; ms of the wall clock. */
export interface StreamLimits {
  /** So many batches have ended: `--max-batches`. */
  readonly maxBatches?: number;
  /** No batch had records for so long since the last one that had some ended: `--until-idle`. */
  readonly untilIdle?: number;
  /** It has run for so long: `--run-for`. */
  readonly runFor?: number;
}

/** Whether any limit is set. */
export function isLimited(limits: StreamLimits): boolean {
  return limits.maxBatches !== undefined || limits.untilIdle !== undefined || limits.runFor !== undefined;
}

/** Stops each streaming context of this process gracefully when its first limit is reached. Returns what ends that. */
export function limitStreams(limits: StreamLimits): () => void {
  return isLimited(limits) ? watchStreamingContexts(ssc => limitStream(ssc, limits)) : () => {};
}

/** Stops one context gracefully when its first limit is reached. */
export function limitStream(
  ssc: Pick<StreamingContext, "addStreamingListener" | "stop">,
  { maxBatches, untilIdle, runFor }: StreamLimits,
  clock: Clock = systemClock,
): void {
  const after = (ms: number, then: () => void) => clock.at(clock.now() + ms, then);
  let batches = 0;
  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info(`${why}: the streams are stopped`);
    ssc.stop(false, true).catch((error: unknown) => log.error("Stopping failed", error));
  };
  const end = runFor === undefined ? undefined : after(runFor, () => stop(`They ran for ${runFor} ms`));
  const rest = () =>
    untilIdle === undefined ? undefined : after(untilIdle, () => stop(`No records came for ${untilIdle} ms`));
  let idle = rest();
  /** Batches with records that have not ended: however long they take, nothing is idle. */
  const busy = new Set<number>();
  ssc.addStreamingListener({
    onBatchSubmitted: ({ batchInfo }) => {
      if (!hadRecords(batchInfo)) return;
      busy.add(batchInfo.batchTime.milliseconds);
      idle?.cancel();
    },
    onBatchCompleted: ({ batchInfo }) => {
      busy.delete(batchInfo.batchTime.milliseconds);
      if (hadRecords(batchInfo) && busy.size === 0) {
        idle?.cancel();
        idle = stopping ? undefined : rest();
      }
      if (++batches === maxBatches) stop(`${batches} ${batches === 1 ? "batch has" : "batches have"} ended`);
    },
    onStreamingStopped: () => {
      stopping = true;
      end?.cancel();
      idle?.cancel();
    },
  });
}

/** File streams do not count their lines, but name their files. */
function hadRecords(batch: BatchInfo): boolean {
  if (batch.numRecords > 0) return true;
  return [...batch.streamIdToInputInfo.values()].some(({ metadata }) => {
    const files = metadata["files"];
    return Array.isArray(files) && files.length > 0;
  });
}
