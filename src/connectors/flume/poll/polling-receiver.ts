import { getLogger } from "../../../core/log/logger.js";
import type { StorageLevel } from "../../../core/storage/storage-level.js";
import { loadAvro } from "../avro/avro.js";
import { EventReceiver } from "../event-receiver.js";
import { Puller } from "./puller.js";

const log = getLogger("FlumePollingReceiver");

/** What a {@link FlumePollingReceiver} pulls from. */
export interface PollingSettings {
  readonly addresses: readonly (readonly [host: string, port: number])[];
  /** Events that a batch may have. */
  readonly maxBatchSize: number;
  /** Batches that are asked for at a time, at least one of each sink. */
  readonly parallelism: number;
  /** Bytes that a batch may have. */
  readonly limit: number;
  /** ms after which a sink that failed is asked again */
  readonly retryDelay: number;
}

/**
 * Pulls events from Spark's sinks in Flume agents. A sink that cannot be reached is tried again without disturbing the
 * others. Spark's `FlumePollingReceiver`.
 */
export class FlumePollingReceiver extends EventReceiver {
  #pullers: readonly Puller[] = [];

  constructor(
    private readonly settings: PollingSettings,
    storageLevel?: StorageLevel,
  ) {
    super(storageLevel);
  }

  override async onStart(): Promise<void> {
    const avro = await loadAvro();
    if (this.isStopped()) return;
    const { addresses, maxBatchSize, parallelism, limit, retryDelay } = this.settings;
    // A sink answers the requests of a connection one after the other, and waits with an answer until there are events: each
    // request that is to wait has a connection of its own.
    const count = Math.max(parallelism, addresses.length);
    this.#pullers = Array.from({ length: count }, (_, i) => {
      const [host, port] = addresses[i % addresses.length]!;
      let told: string | undefined;
      return new Puller(avro, {
        host,
        port,
        maxBatchSize,
        limit,
        retryDelay,
        take: (events, bytes) => this.take(events, bytes),
        turn: () => this.turn,
        works: () => {
          told = undefined;
        },
        failed: error => {
          const message = error instanceof Error ? error.message : String(error);
          // One connection speaks for all of a sink, and once for as long as it fails.
          if (i >= addresses.length || message === told) log.debug(message);
          else this.reportError(message);
          told = message;
        },
      });
    });
    for (const puller of this.#pullers) puller.start();
  }

  override async onStop(): Promise<void> {
    const pullers = this.#pullers;
    this.#pullers = [];
    await Promise.all(pullers.map(puller => puller.stop()));
  }
}
