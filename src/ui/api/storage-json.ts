import type { Application } from "../status/application.js";
import type { StoredRDD } from "../status/storage-status-store.js";
import { executorJson } from "./executor-json.js";

/** `storage/rdd`: Spark's `RDDStorageInfo` of every RDD of which a partition is in the cache. Sizes in bytes. */
export function storageJson(app: Application) {
  return app.storage.rdds().map(rdd => rddStorageJson(app, rdd));
}

function rddStorageJson(app: Application, { id, name, numPartitions, blocks }: StoredRDD) {
  const memory = blocks.reduce((sum, b) => sum + b.memory, 0);
  const disk = blocks.reduce((sum, b) => sum + b.disk, 0);
  const { id: executorId, hostPort, maxMemory } = executorJson(app);
  const remaining = Math.max(0, maxMemory - app.storage.totals().memory);
  return {
    id,
    name,
    numPartitions,
    numCachedPartitions: blocks.length,
    storageLevel: blocks[0]!.storageLevel,
    memoryUsed: memory,
    diskUsed: disk,
    dataDistribution: [
      {
        address: hostPort,
        memoryUsed: memory,
        memoryRemaining: remaining,
        diskUsed: disk,
        onHeapMemoryUsed: memory,
        offHeapMemoryUsed: 0,
        onHeapMemoryRemaining: remaining,
        offHeapMemoryRemaining: 0,
      },
    ],
    partitions: blocks.map(b => ({
      blockName: b.blockId,
      storageLevel: b.storageLevel,
      memoryUsed: b.memory,
      diskUsed: b.disk,
      executors: [executorId],
    })),
  };
}
