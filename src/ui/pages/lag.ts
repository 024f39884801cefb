import type { PartitionLag } from "../../streaming/listener.js";
import type { BatchRecord } from "../status/streaming-status-store.js";
import { dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import type { Row } from "./table.js";
import { section, table } from "./table.js";

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

/** The section of the streaming page; `undefined` where no source knows its lag. */
export function lagSection(batches: readonly BatchRecord[]): Html | undefined {
  const lags = lagsOf(batches);
  if (lags.length === 0) return undefined;
  const total = lags.reduce((sum, { lag }) => sum + lag, 0);
  const time = batches.find(({ info }) => info.lag !== undefined)!.info.batchTime.milliseconds;
  return section(
    "lag",
    "Lag by partition",
    html`<p>${total} records were left when the batch of ${dateTime(time)} was made.</p>`,
    table(
      "Lag by partition",
      ["Topic", "Partition", "Input", "Lag", "Change", "Time to clear"],
      lags.map(
        ({ topic, partition, stream, lag, change, clear }): Row => [
          topic,
          partition,
          stream,
          lag,
          change === undefined ? "-" : `${change > 0 ? "+" : ""}${change.toFixed(1)} records/s`,
          lag === 0
            ? "nothing waits"
            : clear === undefined
              ? change === undefined
                ? "-"
                : "does not shrink"
              : duration(clear),
        ],
      ),
    ),
  );
}
