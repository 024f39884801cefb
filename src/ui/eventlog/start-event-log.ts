import { getLogger } from "../../core/log/logger.js";
import type { SparkEvents, SparkListener } from "../../core/scheduler/events.js";
import type { SparkContext } from "../../core/spark-context.js";

const log = getLogger("EventLoggingListener");

const NAMES: readonly (keyof SparkEvents)[] = [
  "onApplicationStart",
  "onApplicationEnd",
  "onJobStart",
  "onJobEnd",
  "onStageSubmitted",
  "onStageCompleted",
  "onTaskStart",
  "onTaskEnd",
  "onUnpersistRDD",
  "onBlockUpdated",
];

/**
 * Logs the events of a context where `spark.eventLog.enabled` asks for it. Events that come before the writer has been loaded
 * wait for it. Where no file can be made, an ERROR line says why and the context goes on without.
 */
export async function logEventsWhereEnabled(sc: SparkContext): Promise<void> {
  if (!sc.conf.getBoolean("spark.eventLog.enabled")) return;
  const early: [keyof SparkEvents, never][] = [];
  let take = (name: keyof SparkEvents, event: never): void => {
    early.push([name, event]);
  };
  const listener: SparkListener = {};
  for (const name of NAMES) listener[name] = (event: SparkEvents[keyof SparkEvents]) => take(name, event as never);
  sc.addSparkListener(listener);
  try {
    const { EventLog } = await import("./event-log.js");
    const eventLog = new EventLog(sc);
    for (const [name, event] of early) eventLog.on(name, event);
    take = (name, event) => eventLog.on(name, event);
  } catch (error) {
    take = () => {};
    log.error("The event log was not opened", error);
  }
  early.length = 0;
}
