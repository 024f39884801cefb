import type { Application } from "../status/application.js";
import { executorJson } from "./executor-json.js";

/** `storage/rdd`: Spark's `RDDStorageInfo` of every RDD of which a partition is in the cache. Sizes in bytes. */
export function storageJson(app: Application) {
  const rdds = app.sc.getPersistentRDDs();
  return app.storage
    .rddIds()
    .filter(id => rdds.has(id))
    .map(id => rddStorageJson(app, id, rdds.get(id)!));
}

/** What the storage page and the REST API need of an RDD. */
interface PersistentRDD {
  readonly node: { readonly name?: string | undefined; readonly kind: string; readonly numPartitions: number };
}

function rddStorageJson(app: Application, id: number, { node }: PersistentRDD) {
  const blocks = app.storage.blocks(id);
  const memory = blocks.reduce((sum, b) => sum + b.memory, 0);
  const disk = blocks.reduce((sum, b) => sum + b.disk, 0);
  const { id: executorId, hostPort, maxMemory } = executorJson(app);
  const remaining = Math.max(0, maxMemory - app.storage.totals().memory);
  return {
    id,
    name: node.name ?? node.kind,
    numPartitions: node.numPartitions,
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
