import { inspect } from "node:util";
import { SHIP } from "../closure/protocol.js";
import { E } from "../errors/engine-errors.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { Partitioner } from "../shuffle/partitioner.js";
import type { SparkContext } from "../spark-context.js";
import { StorageLevel } from "../storage/storage-level.js";
import * as must from "../util/arguments.js";
import { debugString, describeNode } from "./debug-string.js";
import type { RDD } from "./rdd.js";

/** What an RDD is, and where it is kept: the part of {@link RDD} that asks the plan node and runs nothing. */
export abstract class RDDHandle<T> {
  constructor(
    readonly sparkContext: SparkContext,
    /** @internal */
    readonly node: PlanNode<T>,
  ) {}

  /** Unique within its context, in the order in which RDDs were made. */
  get id(): number {
    return this.node.id;
  }

  /** As given with `setName`; a file's RDD has its path. */
  get name(): string | undefined {
    return this.node.name;
  }

  /** The context it belongs to. The same as `sparkContext`. */
  get context(): SparkContext {
    return this.sparkContext;
  }

  /** Gives it a name that status pages and `toDebugString` show; returns this RDD. */
  setName(name: string): this {
    must.beText("setName", "name", name);
    this.node.name = name;
    return this;
  }

  /** Its partitions. An error names the path when it reads one that does not exist. */
  get partitions(): readonly Partition[] {
    return this.node.partitions;
  }

  getNumPartitions(): number {
    return this.node.numPartitions;
  }

  /** Says where a key is, when pairs were spread by key; `undefined` otherwise. */
  get partitioner(): Partitioner | undefined {
    return this.node.partitioner;
  }

  getStorageLevel(): StorageLevel {
    return this.node.storageLevel;
  }

  /** Whether its data has been written by `checkpoint()` or kept by `localCheckpoint()` and its lineage forgotten. */
  get isCheckpointed(): boolean {
    return this.node.checkpoint?.node !== undefined;
  }

  /** The directory its checkpoint was written to; `undefined` before. */
  getCheckpointFile(): string | undefined {
    return (this.node.checkpoint?.node as { directory?: string } | undefined)?.directory;
  }

  /** Its lineage as text: a line an RDD, `+-` where a shuffle cuts it into stages. */
  toDebugString(): string {
    return debugString(this.node, id => this.sparkContext.storedRDD(id));
  }

  /** `MapPartitionsRDD[1] at map at words.ts:2:7` */
  toString(): string {
    return describeNode(this.node);
  }

  /** Keeps its partitions in memory once they are computed. The same as `persist()`. */
  cache(): this {
    return this.persist();
  }

  /**
   * Keeps its partitions where `level` says, once they are computed.
   *
   * @param level default `StorageLevel.MEMORY_ONLY`
   * @throws SparkError when it has another level already
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    const { node } = this;
    must.beStorageLevel("persist", level);
    if (node.storageLevel !== StorageLevel.NONE && node.storageLevel !== level) {
      throw E.STORAGE_LEVEL_SET(node.storageLevel.toString(), level.toString());
    }
    if (level === StorageLevel.NONE) return this;
    this.sparkContext.assertUsable("persist");
    node.storageLevel = level;
    this.sparkContext.persisted(this as unknown as RDD<unknown>);
    return this;
  }

  /** Lets go of what was kept; it is computed again when needed. */
  unpersist(_blocking = false): this {
    this.sparkContext.unpersisted(this as unknown as RDD<unknown>);
    this.node.storageLevel = StorageLevel.NONE;
    return this;
  }

  /**
   * Has its data written below `sc.setCheckpointDir` by the next job on it, and its lineage forgotten. Persist it too, or
   * it is computed twice.
   *
   * @throws SparkError before `sc.setCheckpointDir`
   */
  checkpoint(): void {
    if (this.sparkContext.getCheckpointDir() === undefined) throw E.NO_CHECKPOINT_DIR();
    if (this.node.checkpoint === undefined) this.sparkContext.checkpointer.want(this.node, true);
  }

  /** As `checkpoint`, but its data stays in the cache (on disk when memory is short): faster, gone with the process. */
  localCheckpoint(): this {
    if (this.node.checkpoint !== undefined) return this;
    const level = this.getStorageLevel();
    if (level === StorageLevel.NONE) {
      this.persist(StorageLevel.MEMORY_AND_DISK);
    } else if (!level.useDisk) {
      // A block that leaves memory cannot be computed again once the lineage is gone.
      this.node.storageLevel = level.deserialized ? StorageLevel.MEMORY_AND_DISK : StorageLevel.MEMORY_AND_DISK_SER;
    }
    this.sparkContext.checkpointer.want(this.node, false);
    return this;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  [SHIP](): never {
    throw E.NESTED_USE("An RDD");
  }
}
