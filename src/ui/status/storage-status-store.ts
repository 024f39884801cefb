import type {
  SparkListener,
  SparkListenerBlockUpdated,
  SparkListenerStageSubmitted,
  SparkListenerUnpersistRDD,
} from "../../core/scheduler/events.js";

/** A partition in the cache; sizes in bytes. */
export interface StoredBlock {
  /** `rdd_<id>_<partition>` */
  readonly blockId: string;
  readonly partition: number;
  readonly memory: number;
  readonly disk: number;
  /** `Memory Deserialized 1x Replicated` */
  readonly storageLevel: string;
}

/** An RDD of which a partition is in the cache. */
export interface StoredRDD {
  readonly id: number;
  readonly name: string;
  readonly numPartitions: number;
  /** In order of their partitions. */
  readonly blocks: readonly StoredBlock[];
}

interface Entry {
  name: string;
  numPartitions: number;
  readonly blocks: Map<number, StoredBlock>;
}

/** What the status port knows about the cache: as much as is in it now. */
export class StorageStatusStore implements SparkListener {
  readonly #rdds = new Map<number, Entry>();

  onStageSubmitted({ stageInfo }: SparkListenerStageSubmitted): void {
    for (const { id, name, numPartitions, storageLevel } of stageInfo.rddInfos) {
      if (!/\b(?:Memory|Disk|Off Heap)\b/i.test(storageLevel)) continue;
      const entry = this.#entry(id);
      entry.name = name;
      entry.numPartitions = numPartitions;
    }
  }

  onBlockUpdated({ blockId, memSize, diskSize, storageLevel }: SparkListenerBlockUpdated): void {
    const m = /^rdd_(\d+)_(\d+)$/.exec(blockId);
    if (m === null) return;
    const [rddId, partition] = [Number(m[1]), Number(m[2])];
    if (memSize + diskSize === 0) {
      this.#rdds.get(rddId)?.blocks.delete(partition);
      return;
    }
    this.#entry(rddId).blocks.set(partition, { blockId, partition, memory: memSize, disk: diskSize, storageLevel });
  }

  onUnpersistRDD({ rddId }: SparkListenerUnpersistRDD): void {
    this.#rdds.delete(rddId);
  }

  /** The RDDs of which something is in the cache, by id. */
  rdds(): StoredRDD[] {
    return [...this.#rdds]
      .filter(([, { blocks }]) => blocks.size > 0)
      .sort(([a], [b]) => a - b)
      .map(([id, { name, numPartitions, blocks }]) => ({
        id,
        name,
        numPartitions: Math.max(numPartitions, blocks.size),
        blocks: [...blocks.values()].sort((a, b) => a.partition - b.partition),
      }));
  }

  /** Of everything in the cache. */
  totals(): { readonly blocks: number; readonly memory: number; readonly disk: number } {
    const totals = { blocks: 0, memory: 0, disk: 0 };
    for (const { blocks } of this.#rdds.values()) {
      for (const { memory, disk } of blocks.values()) {
        totals.blocks++;
        totals.memory += memory;
        totals.disk += disk;
      }
    }
    return totals;
  }

  #entry(id: number): Entry {
    let entry = this.#rdds.get(id);
    if (entry === undefined) this.#rdds.set(id, (entry = { name: `RDD ${id}`, numPartitions: 0, blocks: new Map() }));
    return entry;
  }
}
