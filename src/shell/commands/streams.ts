import type { BatchInfo } from "../../streaming/listener.js";
import { formatTable } from "../terminal/table.js";
import type { Command } from "./command.js";
import { formatDuration } from "./format-duration.js";
import type { StreamFacts } from "./stream-watch.js";

/** Rates and delays are means of so many batches. */
const LATEST = 10;

export const streams: Command = {
  name: "streams",
  doc: "shows the active streams, their rates and their delays",
  details: `Rates and delays are means of the latest ${LATEST} batches.`,
  async run({ streams: watch, write, width, colors }) {
    const facts = watch();
    if (facts === undefined) {
      write("No stream is active.\n");
      return undefined;
    }
    write(`${summary(facts)}\n`);
    write(
      await formatTable(["input", "records", "records/s", "last batch", "state"], inputRows(facts), {
        columns: width,
        colors,
      }),
    );
    const delays = delayText(facts);
    if (delays !== undefined) write(`${delays}\n`);
    const failures = failureText(facts);
    if (failures !== undefined) write(`${failures}\n`);
    return undefined;
  },
};

function summary({ store, now }: StreamFacts): string {
  const statuses = store.batches().map(batch => batch.status);
  const count = (status: string) => statuses.filter(s => s === status).length;
  return (
    `Streaming for ${formatDuration(now - store.startTime)}, batch ${formatDuration(store.batchDuration)}: ` +
    `${store.totalCompletedBatches} ${store.totalCompletedBatches === 1 ? "batch" : "batches"} completed, ${count("PROCESSING")} running, ${count("QUEUED")} waiting.`
  );
}

function inputRows(facts: StreamFacts): string[][] {
  const { store } = facts;
  const batches = latest(facts);
  return store.streams.map(({ id, name }) => {
    const records = batches.map(info => info.streamIdToInputInfo.get(id)?.numRecords ?? 0);
    const seconds = (records.length * store.batchDuration) / 1000;
    const perSecond = records.length === 0 ? 0 : Number((sum(records) / seconds).toFixed(1));
    // A source that reports nothing (a queue) does not know how much it gave.
    const counted = batches.length === 0 || facts.records.has(id);
    const counts = [facts.records.get(id) ?? 0, perSecond, records[0] ?? 0].map(n => (counted ? String(n) : "-"));
    const receiver = store.receivers.get(id);
    const state = receiver === undefined ? "polled" : receiver.active ? "receiving" : "stopped";
    const error = receiver?.lastErrorMessage ?? "";
    // One that receives again keeps the error it got over.
    const told = error === "" ? state : `${state}${receiver?.active ? "; last error" : ""}: ${error}`;
    return [name, ...counts, told];
  });
}

function delayText(facts: StreamFacts): string | undefined {
  const batches = latest(facts);
  if (batches.length === 0) return undefined;
  const mean = (of: (info: BatchInfo) => number | undefined) =>
    formatDuration(sum(batches.map(info => of(info) ?? 0)) / batches.length);
  return (
    `Latest ${batches.length === 1 ? "batch" : `${batches.length} batches`}: scheduling delay ${mean(i => i.schedulingDelay)}, ` +
    `processing time ${mean(i => i.processingDelay)}, total delay ${mean(i => i.totalDelay)}.`
  );
}

function failureText({ failed, lastFailure }: StreamFacts): string | undefined {
  if (lastFailure === undefined) return undefined;
  const [line] = `${lastFailure.name}: ${lastFailure.message}`.split("\n");
  return `${failed} ${failed === 1 ? "batch" : "batches"} failed, the latest with ${line} (:why tells the whole story)`;
}

/** The latest batches that have ended, the newest first. */
function latest({ store }: StreamFacts): BatchInfo[] {
  return store
    .batches()
    .filter(batch => batch.status === "COMPLETED")
    .slice(0, LATEST)
    .map(batch => batch.info);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
