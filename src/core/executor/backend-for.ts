import { findConfigEntry } from "../conf/keys.js";
import type { SparkConf } from "../conf/spark-conf.js";
import type { MemoryManager } from "../memory/memory-manager.js";
import type { Backend } from "./backend.js";
import { EmbeddedBackend } from "./embedded-backend.js";
import { workerEntry } from "./pool/worker-entry.js";
import { PooledBackend } from "./pooled-backend.js";

/** Threads of workers where there is more than one to use, and the file they start from; else the driver's own. */
export function backendFor(threads: number, conf: SparkConf, memory: MemoryManager): Backend {
  const placement = conf.get("spark.tspark.placement", findConfigEntry("spark.tspark.placement")?.default);
  const entry = threads > 1 && placement !== "driver" ? workerEntry() : undefined;
  if (entry === undefined) return new EmbeddedBackend(threads);
  return new PooledBackend(threads, entry, {
    strictClosures: conf.getBoolean("spark.tspark.closure.strict"),
    placement: placement === "workers" ? "workers" : undefined,
    memory,
  });
}
