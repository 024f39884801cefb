import { acquireClient } from "../client/client-pool.js";
import type { KafkaClient } from "../client/kafka-client.js";
import { READER_DEFAULTS } from "../params.js";
import type { RecordRun } from "../protocol/write-records.js";
import { partitionKey } from "../topic-partition.js";
import { Incarnation } from "./incarnation.js";
import type { WriteSettings } from "./producer-params.js";

const producers = new WeakMap<KafkaClient, Producer>();

/** Writes runs of records, each at least once; the runs of a partition in order. All tasks of a thread share one. */
export class Producer {
  #incarnation: Promise<Incarnation> | undefined;
  /** The last run of each partition that was asked for. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(
    private readonly client: KafkaClient,
    private readonly settings: WriteSettings,
  ) {}

  /** Resolves when Kafka has the run, as `acks` says. */
  async send(run: RecordRun): Promise<void> {
    const key = partitionKey(run);
    const before = this.#last.get(key);
    const sent = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#write(run));
    this.#last.set(key, sent);
    try {
      await sent;
    } finally {
      if (this.#last.get(key) === sent) this.#last.delete(key);
    }
  }

  async #write(run: RecordRun): Promise<void> {
    this.#incarnation ??= this.#begin();
    const incarnation = this.#incarnation;
    try {
      await (await incarnation).write(run);
    } catch (error) {
      if (this.#incarnation === incarnation) this.#incarnation = undefined;
      throw error;
    }
  }

  async #begin(): Promise<Incarnation> {
    const { client, settings } = this;
    const number = settings.idempotent
      ? await client.request("a number for a producer", cluster => cluster.initProducerId(undefined, 0))
      : undefined;
    return new Incarnation(client, settings, number);
  }
}

/** Runs `use` with the producer of this thread for these settings, and its client. */
export async function withProducer<T>(
  settings: WriteSettings,
  use: (producer: Producer, client: KafkaClient) => Promise<T>,
): Promise<T> {
  const { client, release } = acquireClient({ connection: settings.connection, fetch: READER_DEFAULTS });
  try {
    let producer = producers.get(client);
    if (producer === undefined) {
      producer = new Producer(client, settings);
      producers.set(client, producer);
    }
    return await use(producer, client);
  } finally {
    release();
  }
}
