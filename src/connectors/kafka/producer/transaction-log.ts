import { systemClock } from "../../../core/clock/clock.js";
import { acquireClient } from "../client/client-pool.js";
import type { KafkaClient } from "../client/kafka-client.js";
import type { InTransaction } from "../client/kafka-cluster.js";
import { E } from "../errors.js";
import { READER_DEFAULTS } from "../params.js";
import type { RecordRun } from "../protocol/write-records.js";
import { partitionKey, type TopicPartitionOffset } from "../topic-partition.js";
import { Incarnation, typeOf } from "./incarnation.js";
import { isWrittenBy, type Mark, readMark, writeMark } from "./mark.js";
import type { ProducerSettings } from "./producer-params.js";

const FENCED = new Set(["INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED", "TRANSACTION_COORDINATOR_FENCED"]);
/** The broker has lost or given up the transaction: from the beginning it may succeed. */
const BEGIN_ANEW = new Set([
  ...FENCED,
  "INVALID_TXN_STATE",
  "INVALID_PRODUCER_ID_MAPPING",
  "UNKNOWN_PRODUCER_ID",
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
]);
const ATTEMPTS = 3;

/** What one output has to write for one batch. */
export interface BatchWrite {
  /** The run of the streams that the batch belongs to, see {@link Mark}. */
  readonly run: string;
  readonly output: string;
  /** ms */
  readonly batch: number;
  /** Where the batch ends in each partition it read. */
  readonly ends: readonly TopicPartitionOffset[];
  readonly records: readonly RecordRun[];
  /** Number of the codec. */
  readonly codec: number;
}

/**
 * The transactions of a program under one transactional id, one after the other. Each writes an output's records of a
 * batch and commits for the group, in the same transaction, where the batch ends, with a mark that says which batch it was:
 * either all of it is there or nothing.
 *
 * It begins by shutting out whatever earlier program wrote under the id; Kafka ends what that has left open, one way or the
 * other. What the group has committed after that says which batch was the last one written.
 */
export class TransactionLog {
  #opening: Promise<Incarnation> | undefined;
  #committed = new Map<string, TopicPartitionOffset>();
  #mark: Mark | undefined;
  #fenced: Error | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly settings: ProducerSettings,
    readonly transactionalId: string,
    readonly groupId: string,
  ) {}

  /** Shuts earlier programs out and reads what they have left, once; again after a failure. */
  async open(): Promise<void> {
    await this.#incarnation();
  }

  /** What the group has committed, as far as this log knows. */
  get committed(): readonly TopicPartitionOffset[] {
    return [...this.#committed.values()];
  }

  /** Which batches were written last; `undefined` when no transaction of ours has committed for the group. */
  get mark(): Mark | undefined {
    return this.#mark;
  }

  /** Whether the batch was written, now or before a restart. */
  async isWritten(what: Pick<BatchWrite, "run" | "output" | "batch">): Promise<boolean> {
    await this.#incarnation();
    return isWrittenBy(this.#mark, what);
  }

  /** Writes a batch, unless it is there already: `false`. To be called for the batches of an output in their order. */
  write(what: BatchWrite): Promise<boolean> {
    const written = this.#turn.then(() => this.#write(what));
    this.#turn = written.catch(() => {});
    return written;
  }

  async #write(what: BatchWrite): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const incarnation = await this.#incarnation();
      if (isWrittenBy(this.#mark, what)) return false;
      const begun = systemClock.monotonic();
      try {
        await this.#transaction(incarnation, what);
        return true;
      } catch (error) {
        this.#opening = undefined;
        const type = typeOf(error);
        // The epoch also goes up when the broker gives up a transaction that took too long: then it is nobody else.
        const late = systemClock.monotonic() - begun >= this.settings.transactionTimeoutMs;
        if (FENCED.has(type) && !late) {
          this.#fenced = E.KAFKA_FENCED.because(error, this.transactionalId, this.#addresses);
          throw this.#fenced;
        }
        if (!BEGIN_ANEW.has(type) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #transaction(
    incarnation: Incarnation,
    { run, output, batch, ends, records, codec }: BatchWrite,
  ): Promise<void> {
    const transaction: InTransaction = { transactionalId: this.transactionalId, ...incarnation.number! };
    const before = this.#mark?.run === run ? this.#mark.done : {};
    const mark: Mark = { run, count: (this.#mark?.count ?? 0) + 1, done: { ...before, [output]: batch } };
    const byPartition = new Map<string, RecordRun[]>();
    for (const r of records) {
      const list = byPartition.get(partitionKey(r));
      if (list) list.push(r);
      else byPartition.set(partitionKey(r), [r]);
    }
    const lists = [...byPartition.values()];
    const offsets = ends.map(end => {
      // With several outputs another one may be ahead.
      const ahead = this.#mark?.run === run ? (this.#committed.get(partitionKey(end))?.offset ?? 0) : 0;
      return { ...end, offset: Math.max(end.offset, ahead) };
    });
    await this.#withClient(async client => {
      const step = `transaction ${this.transactionalId}`;
      if (lists.length > 0) {
        const partitions = lists.map(([first]) => ({ topic: first!.topic, partition: first!.partition }));
        await client.request(step, cluster => cluster.addPartitionsToTransaction(transaction, partitions));
      }
      const commit = async () => {
        await client.request(step, cluster => cluster.addOffsetsToTransaction(transaction, this.groupId));
        const text = writeMark(mark);
        await client.request(step, cluster => cluster.commitInTransaction(transaction, this.groupId, offsets, text));
      };
      const write = async (list: readonly RecordRun[]) => {
        for (const r of list) await incarnation.write(r, codec);
      };
      try {
        await Promise.all([...lists.map(write), commit()]);
      } catch (error) {
        // Readers of what is committed need not wait until it times out. Whether it arrives matters to nobody here.
        client.request(step, cluster => cluster.endTransaction(transaction, "abort")).catch(() => {});
        throw error;
      }
      await client.request(step, cluster => cluster.endTransaction(transaction, "commit"));
    });
    this.#mark = mark;
    for (const o of offsets) this.#committed.set(partitionKey(o), o);
  }

  #incarnation(): Promise<Incarnation> {
    if (this.#fenced !== undefined) return Promise.reject(this.#fenced);
    if (this.#opening === undefined) {
      this.#opening = this.#begin();
      this.#opening.catch(() => {
        this.#opening = undefined;
      });
    }
    return this.#opening;
  }

  #begin(): Promise<Incarnation> {
    const { write, transactionTimeoutMs } = this.settings;
    return this.#withClient(async client => {
      const number = await client.request(`transactional id ${this.transactionalId}`, cluster =>
        cluster.initProducerId(this.transactionalId, transactionTimeoutMs),
      );
      const offsets = await client.request(`offsets of group ${this.groupId}`, cluster =>
        cluster.stableOffsets(this.groupId),
      );
      const committed = offsets.filter(o => o.offset >= 0);
      this.#committed = new Map(committed.map(o => [partitionKey(o), o]));
      this.#mark = readMark(committed.map(o => o.metadata));
      return new Incarnation(client, write, number, this.transactionalId);
    });
  }

  get #addresses(): string {
    return this.settings.write.connection.brokers.join(",");
  }

  async #withClient<T>(use: (client: KafkaClient) => Promise<T>): Promise<T> {
    const { client, release } = acquireClient({ connection: this.settings.write.connection, fetch: READER_DEFAULTS });
    try {
      return await use(client);
    } finally {
      release();
    }
  }
}
