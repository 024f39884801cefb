import { lagsOf } from "../api/lag-forecast.js";
import type { BatchRecord } from "../status/streaming-status-store.js";
import { dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import { type Row, section, table } from "./table.js";

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
