import { getLogger } from "../core/log/logger.js";
import { registerContextStarter, type SparkContext } from "../core/spark-context.js";
import { watchStreamingContexts } from "../streaming/context-registry.js";
import type { StreamingContext } from "../streaming/streaming-context.js";
import { AppStatusStore } from "./status/app-status-store.js";
import type { Application } from "./status/application.js";
import { StorageStatusStore } from "./status/storage-status-store.js";
import { StreamingStatusStore } from "./status/streaming-status-store.js";

const log = getLogger("SparkUI");

/**
 * Makes every context that starts from now on open its status port (`spark.ui.enabled`): listeners at once, so that no job
 * is missed, the server when it has been loaded. `await sc.whenReady()` waits for it, then `sc.uiWebUrl` says where it is.
 * Where no port can be had, an ERROR line says why and the context goes on without. Calling it again changes nothing.
 */
export function registerStatusPort(): void {
  registerContextStarter(openWhereEnabled);
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
  const jobs = new AppStatusStore({
    retainedJobs: conf.getInt("spark.ui.retainedJobs"),
    retainedStages: conf.getInt("spark.ui.retainedStages"),
    retainedTasks: conf.getInt("spark.ui.retainedTasks"),
  });
  sc.addSparkListener(jobs);
  const storage = new StorageStatusStore();
  sc.addSparkListener(storage);
  const streams = watchStreams(sc, conf.getInt("spark.streaming.ui.retainedBatches"));
  sc.onStop(streams.end);
  const app: Application = {
    sc,
    jobs,
    storage,
    get streaming() {
      return streams.current;
    },
  };
  const { StatusServer } = await import("./server/status-server.js");
  if (sc.isStopped) return;
  const server = await StatusServer.start(app, options);
  if (sc.isStopped) return server.stop();
  sc.onStop(() => server.stop());
  sc.uiWebUrl = server.url;
}

/** Follows the streaming contexts of `sc`: `current` is that of the one which runs. */
function watchStreams(sc: SparkContext, retainedBatches: number) {
  let current: StreamingStatusStore | undefined;
  const end = watchStreamingContexts((ssc: StreamingContext) => {
    if (ssc.sparkContext !== sc) return;
    const streams = ssc.graph.inputs.map(({ id, name }) => ({ id, name }));
    const store = new StreamingStatusStore(ssc.batchDuration.milliseconds, streams, retainedBatches);
    current = store;
    ssc.addStreamingListener(store);
    ssc.addStreamingListener({
      onStreamingStopped: () => {
        if (current === store) current = undefined;
      },
    });
  });
  return {
    get current() {
      return current;
    },
    end,
  };
}
