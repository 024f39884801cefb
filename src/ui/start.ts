import { registerContextStarter } from "../core/context-starters.js";
import { getLogger } from "../core/log/logger.js";
import type { SparkContext } from "../core/spark-context.js";
import { watchStreamingContexts } from "../streaming/context-registry.js";
import { logEventsWhereEnabled } from "./eventlog/start-event-log.js";
import { LiveApplication } from "./status/live-application.js";
import { StreamingStatusStore } from "./status/streaming-status-store.js";

const log = getLogger("SparkUI");

/**
 * Makes every context that starts from now on open its status port (`spark.ui.enabled`): listeners at once, so that no job
 * is missed, the server when it has been loaded. `await sc.whenReady()` waits for it, then `sc.uiWebUrl` says where it is.
 * Where no port can be had, an ERROR line says why and the context goes on without. The event log, too, is written from the
 * start where it is enabled. Calling it again changes nothing.
 */
export function registerStatusPort(): void {
  registerContextStarter(openWhereEnabled);
  registerContextStarter(logEventsWhereEnabled);
}

async function openWhereEnabled(sc: SparkContext): Promise<void> {
  if (!sc.conf.getBoolean("spark.ui.enabled")) return;
  try {
    await open(sc);
  } catch (error) {
    log.error("The status port was not opened", error);
  }
}

async function open(sc: SparkContext): Promise<void> {
  const { conf } = sc;
  const options = {
    host: conf.getOption("spark.ui.host") ?? "127.0.0.1",
    port: conf.getInt("spark.ui.port"),
    maxRetries: conf.getInt("spark.port.maxRetries"),
    allowedHosts: conf.get("spark.ui.allowedHosts", ""),
  };
  const app = new LiveApplication(sc);
  sc.addSparkListener(app.jobs);
  sc.addSparkListener(app.storage);
  let changed = () => {};
  sc.onStop(watchStreams(sc, app, () => changed()));
  const [{ StatusServer }, { applicationSite }] = await Promise.all([
    import("./server/status-server.js"),
    import("./server/site.js"),
  ]);
  if (sc.isStopped) return;
  const server = await StatusServer.start(applicationSite(app), options);
  if (sc.isStopped) return server.stop();
  changed = () => server.changed();
  sc.onStop(() => server.stop());
  sc.uiWebUrl = server.url;
}

/**
 * Follows the streaming contexts of `sc`: `app.streaming` is that of the one which runs. Returns what ends it.
 *
 * @param changed called when a batch has ended, and when streams are paused, go on or stop
 */
function watchStreams(sc: SparkContext, app: LiveApplication, changed: () => void): () => void {
  const retainedBatches = sc.conf.getInt("spark.streaming.ui.retainedBatches");
  return watchStreamingContexts(ssc => {
    if (ssc.sparkContext !== sc) return;
    const store = new StreamingStatusStore(ssc.batchDuration.milliseconds, ssc.graph.inputs, retainedBatches);
    app.streaming = store;
    app.streams = ssc;
    ssc.addStreamingListener(store);
    ssc.addStreamingListener({
      onBatchCompleted: changed,
      onStreamingPaused: changed,
      onStreamingResumed: changed,
      onStreamingStopped: () => {
        if (app.streaming === store) app.streaming = app.streams = undefined;
        changed();
      },
    });
  });
}
