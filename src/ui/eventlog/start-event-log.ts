import { getLogger } from "../../core/log/logger.js";
import type { SparkEvents, SparkListener } from "../../core/scheduler/events.js";
import type { SparkContext } from "../../core/spark-context.js";
import { watchStreamingContexts } from "../../streaming/context-registry.js";
import type { ReceiverInfo } from "../../streaming/listener.js";
import type { EventJson } from "./event-json.js";
import type { EventLog } from "./event-log.js";
import { batchJson, receiverJson, startedJson, stoppedJson } from "./streaming-event-json.js";

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
  const early: ((eventLog: EventLog) => void)[] = [];
  let write = (what: (eventLog: EventLog) => void): void => {
    early.push(what);
  };
  const listener: SparkListener = {};
  for (const name of NAMES) {
    listener[name] = (event: SparkEvents[keyof SparkEvents]) => write(eventLog => eventLog.on(name, event));
  }
  sc.addSparkListener(listener);
  sc.onStop(watchStreams(sc, event => write(eventLog => eventLog.write(event))));
  try {
    const { EventLog } = await import("./event-log.js");
    const eventLog = new EventLog(sc);
    for (const what of early) what(eventLog);
    write = what => what(eventLog);
  } catch (error) {
    write = () => {};
    log.error("The event log was not opened", error);
  }
  early.length = 0;
}

/** Calls `write` with what happens to the streams of `sc`. Returns what ends it. */
function watchStreams(sc: SparkContext, write: (event: EventJson) => void): () => void {
  return watchStreamingContexts(ssc => {
    if (ssc.sparkContext !== sc) return;
    const receiver = ({ receiverInfo }: { readonly receiverInfo: ReceiverInfo }) => write(receiverJson(receiverInfo));
    ssc.addStreamingListener({
      onStreamingStarted: event => write(startedJson(event, ssc.graph.inputs)),
      onBatchCompleted: ({ batchInfo }) => write(batchJson(batchInfo)),
      onReceiverStarted: receiver,
      onReceiverError: receiver,
      onReceiverStopped: receiver,
      onStreamingStopped: ({ time }) => write(stoppedJson(time)),
    });
  });
}
