import type { Clock } from "./clock/clock.js";
import { parseMaster } from "./conf/master.js";
import type { SparkConf } from "./conf/spark-conf.js";
import type { Backend } from "./executor/backend.js";
import { backendFor } from "./executor/backend-for.js";
import { memoryBudget } from "./memory/memory-budget.js";
import { MemoryManager } from "./memory/memory-manager.js";
import { sampleSettings } from "./pipeline/sample-settings.js";
import type { ListenerBus } from "./scheduler/listener-bus.js";
import { Scheduler } from "./scheduler/scheduler.js";
import { LocalShuffleStore, type ShuffleStore } from "./shuffle/shuffle-store.js";
import { type BlockStore, LocalBlockStore } from "./storage/block-store.js";
import { LocalDir } from "./storage/local-dir.js";
import { SpillFiles } from "./storage/spill-files.js";

/** What a context runs its jobs with: its parts, put together as the configuration says. */
export class Engine {
  /** How many tasks run at the same time: N of `local[N]`. */
  readonly threads: number;
  readonly localDir: LocalDir;
  readonly blocks: BlockStore;
  readonly scheduler: Scheduler;
  readonly #backend: Backend;
  readonly #shuffles: ShuffleStore;

  constructor(conf: SparkConf, applicationId: string, clock: Clock, bus: ListenerBus) {
    const { threads, maxFailures } = parseMaster(conf.get("spark.master"));
    this.threads = threads;
    this.localDir = new LocalDir(conf.getOption("spark.local.dir"), applicationId);
    const memory = new MemoryManager(memoryBudget(conf), conf.getDouble("spark.memory.storageFraction"), threads);
    const spills = new SpillFiles(this.localDir);
    this.#backend = backendFor(threads, conf, memory);
    this.#shuffles = new LocalShuffleStore(memory, spills);
    this.blocks = new LocalBlockStore(memory, spills, (blockId, memSize, diskSize, level) =>
      bus.post("onBlockUpdated", { blockId, memSize, diskSize, storageLevel: level.description }),
    );
    this.scheduler = new Scheduler({
      backend: this.#backend,
      clock,
      bus,
      shuffles: this.#shuffles,
      blocks: this.blocks,
      memory,
      spills,
      maxFailures,
      strictClosures: conf.getBoolean("spark.tspark.closure.strict"),
      samples: sampleSettings(conf),
    });
  }

  /** Ends the workers and lets go of blocks and files; jobs must have been cancelled. */
  async stop(): Promise<void> {
    await this.#backend.stop();
    this.#shuffles.clear();
    this.blocks.clear();
  }
}
