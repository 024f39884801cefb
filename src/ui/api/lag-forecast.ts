import type { PartitionLag } from "../../streaming/listener.js";
import type { BatchRecord } from "../status/streaming-status-store.js";

/** Batches from which it is seen how a lag changes. */
const SEEN = 20;

/** How far one partition is behind, and when it will have caught up. */
export interface LagForecast extends PartitionLag {
  readonly stream: string;
  /** Records a second by which the lag grows (or, below 0, shrinks) over the batches seen. */
  readonly change: number | undefined;
  /** ms until nothing waits if it goes on like that; `undefined` where it does not shrink. */
  readonly clear: number | undefined;
}

/** The lag of each partition at the latest batch that knows it. @param batches the latest first */
export function lagsOf(batches: readonly BatchRecord[]): LagForecast[] {
  const latest = batches.find(({ info }) => info.lag !== undefined);
  if (latest === undefined) return [];
  const seen = batches.filter(({ info }) => info.lag !== undefined).slice(0, SEEN);
  return [...latest.info.streamIdToInputInfo.values()]
    .flatMap(({ inputStreamId, name, metadata }) =>
      (metadata.lag ?? []).map(({ topic, partition, lag }): LagForecast => {
        const change = changeOf(seen, inputStreamId, topic, partition);
        const clear = lag === 0 ? 0 : change !== undefined && change < 0 ? (lag / -change) * 1000 : undefined;
        return { stream: name, topic, partition, lag, change, clear };
      }),
    )
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition));
}

function changeOf(batches: readonly BatchRecord[], stream: number, topic: string, partition: number) {
  const points = batches.flatMap(({ info }) => {
    const lags = info.streamIdToInputInfo.get(stream)?.metadata.lag;
    const lag = lags?.find(l => l.topic === topic && l.partition === partition)?.lag;
    return lag === undefined ? [] : [[info.batchTime.milliseconds, lag] as const];
  });
  const [last, first] = [points[0], points.at(-1)];
  if (last === undefined || first === undefined || last[0] <= first[0]) return undefined;
  return ((last[1] - first[1]) * 1000) / (last[0] - first[0]);
}
