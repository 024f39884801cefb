import { errorType } from "../client/failure.js";
import type { KafkaClient } from "../client/kafka-client.js";
import type { ProducerNumber } from "../client/kafka-cluster.js";
import { loadCodec, loadedCodec } from "../codecs/codec.js";
import { E } from "../errors.js";
import { encodeBatch, type RecordRun } from "../protocol/write-records.js";
import { partitionKey } from "../topic-partition.js";
import type { WriteSettings } from "./producer-params.js";

/** Sequence numbers go on at 0 after this. */
const LAST_SEQUENCE = 2 ** 31 - 1;
const TOO_LARGE = new Set(["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"]);

/** Kafka's type of what went wrong with a request. */
export function typeOf(error: unknown): string {
  return errorType((error as { cause?: unknown }).cause ?? error);
}

/**
 * A producer under one number: each of its batches has a sequence number in its partition, so that a batch that is sent
 * again, because the answer got lost, is not written again. After a failure it is over, since what the broker has is not
 * known: the next one begins with a new number.
 */
export class Incarnation {
  readonly #next = new Map<string, number>();

  constructor(
    private readonly client: KafkaClient,
    private readonly settings: WriteSettings,
    /** `undefined` for a producer without number. */
    readonly number: ProducerNumber | undefined,
    private readonly transactionalId?: string,
  ) {}

  /** Writes a run as one batch. One of a partition at a time. */
  async write(run: RecordRun, codecNumber = this.settings.codec): Promise<void> {
    const { topic, partition, count } = run;
    const { acks, connection } = this.settings;
    const key = partitionKey(run);
    const baseSequence = this.#next.get(key) ?? 0;
    const following = baseSequence + count;
    this.#next.set(key, following > LAST_SEQUENCE ? following - LAST_SEQUENCE - 1 : following);
    const { producerId, producerEpoch } = this.number ?? { producerId: -1, producerEpoch: -1 };
    const transactional = this.transactionalId !== undefined;
    const codec = codecNumber === 0 ? undefined : (loadedCodec(codecNumber) ?? (await loadCodec(codecNumber, run)));
    const batch = encodeBatch(
      run,
      { producerId, producerEpoch, baseSequence, transactional },
      codec && { number: codecNumber, compress: codec.compress },
    );
    const options = { transactionalId: this.transactionalId, acks, timeoutMs: connection.requestTimeoutMs };
    try {
      await this.client.produce({ topic, partition, batch }, options);
    } catch (error) {
      const type = typeOf(error);
      // Sent again after an answer that got lost: it is there.
      if (type === "DUPLICATE_SEQUENCE_NUMBER") return;
      if (TOO_LARGE.has(type)) throw E.KAFKA_RECORD_TOO_LARGE.because(error, topic, partition, batch.length);
      throw error;
    }
  }
}
