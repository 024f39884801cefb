import type {
  SparkListener,
  SparkListenerBlockUpdated,
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

/** What the status port knows about the cache: as much as is in it now. */
export class StorageStatusStore implements SparkListener {
  readonly #rdds = new Map<number, Map<number, StoredBlock>>();

  onBlockUpdated({ blockId, memSize, diskSize, storageLevel }: SparkListenerBlockUpdated): void {
    const m = /^rdd_(\d+)_(\d+)$/.exec(blockId);
    if (m === null) return;
    const [rddId, partition] = [Number(m[1]), Number(m[2])];
    let blocks = this.#rdds.get(rddId);
    if (memSize + diskSize === 0) {
      blocks?.delete(partition);
      if (blocks?.size === 0) this.#rdds.delete(rddId);
      return;
    }
    if (blocks === undefined) this.#rdds.set(rddId, (blocks = new Map()));
    blocks.set(partition, { blockId, partition, memory: memSize, disk: diskSize, storageLevel });
  }

  onUnpersistRDD({ rddId }: SparkListenerUnpersistRDD): void {
    this.#rdds.delete(rddId);
  }

  /** Ids of the RDDs of which something is in the cache, in order. */
  rddIds(): number[] {
    return [...this.#rdds.keys()].sort((a, b) => a - b);
  }

  /** The cached partitions of an RDD, in order. */
  blocks(rddId: number): StoredBlock[] {
    return [...(this.#rdds.get(rddId)?.values() ?? [])].sort((a, b) => a.partition - b.partition);
  }

  /** Of everything in the cache. */
  totals(): { readonly blocks: number; readonly memory: number; readonly disk: number } {
    const totals = { blocks: 0, memory: 0, disk: 0 };
    for (const blocks of this.#rdds.values()) {
      for (const { memory, disk } of blocks.values()) {
        totals.blocks++;
        totals.memory += memory;
        totals.disk += disk;
      }
    }
    return totals;
  }
}
