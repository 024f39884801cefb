import { registerLoader, SHIP, type Shipped } from "../closure/protocol.js";
import { engineFunctions } from "../util/engine-functions.js";

/**
 * Where the partitions of a persisted RDD are kept.
 *
 * Spark's name: `org.apache.spark.storage.StorageLevel`.
 */
export class StorageLevel {
  private constructor(
    /** Kept on disk, or moved there when memory is short. */
    readonly useDisk: boolean,
    readonly useMemory: boolean,
    /** Kept as objects rather than as bytes. */
    readonly deserialized: boolean,
    /** Number of nodes that keep a copy; one process is one node. */
    readonly replication: number,
  ) {}

  /** Not kept. */
  static readonly NONE = new StorageLevel(false, false, false, 1);
  static readonly DISK_ONLY = new StorageLevel(true, false, false, 1);
  static readonly DISK_ONLY_2 = new StorageLevel(true, false, false, 2);
  static readonly DISK_ONLY_3 = new StorageLevel(true, false, false, 3);
  /** Objects in memory; a partition that does not fit is computed again. The level of `cache()`. */
  static readonly MEMORY_ONLY = new StorageLevel(false, true, true, 1);
  static readonly MEMORY_ONLY_2 = new StorageLevel(false, true, true, 2);
  /** Bytes in memory: smaller, slower to read. */
  static readonly MEMORY_ONLY_SER = new StorageLevel(false, true, false, 1);
  static readonly MEMORY_ONLY_SER_2 = new StorageLevel(false, true, false, 2);
  /** Objects in memory; a partition that does not fit goes to disk. */
  static readonly MEMORY_AND_DISK = new StorageLevel(true, true, true, 1);
  static readonly MEMORY_AND_DISK_2 = new StorageLevel(true, true, true, 2);
  static readonly MEMORY_AND_DISK_SER = new StorageLevel(true, true, false, 1);
  static readonly MEMORY_AND_DISK_SER_2 = new StorageLevel(true, true, false, 2);

  /** @internal the name of a level, `MEMORY_ONLY`, under which {@link named} finds it again in another thread */
  static nameOf(level: StorageLevel): string {
    const found = Object.entries(StorageLevel).find(([, value]) => value === level);
    return found?.[0] ?? "NONE";
  }

  /** @internal */
  static named(name: string): StorageLevel {
    return (StorageLevel as unknown as Readonly<Record<string, StorageLevel>>)[name]!;
  }

  /** @internal the very level, which is the same one in each thread */
  [SHIP](): Shipped {
    return { kind: "StorageLevel", data: StorageLevel.nameOf(this) };
  }

  get isValid(): boolean {
    return (this.useMemory || this.useDisk) && this.replication > 0;
  }

  /** What Spark's Storage page shows, e.g. `Memory Deserialized 1x Replicated`. */
  get description(): string {
    const where = [this.useDisk ? "Disk" : "", this.useMemory ? "Memory" : ""].filter(Boolean).join(" ");
    const form = this.deserialized ? "Deserialized" : "Serialized";
    return `${where === "" ? "" : `${where} `}${form} ${this.replication}x Replicated`;
  }

  toString(): string {
    const parts = [this.useDisk && "disk", this.useMemory && "memory", this.deserialized && "deserialized"];
    return `StorageLevel(${[...parts.filter(Boolean), `${this.replication} replicas`].join(", ")})`;
  }
}

engineFunctions("class", { StorageLevel });
registerLoader("StorageLevel", StorageLevel.named);
