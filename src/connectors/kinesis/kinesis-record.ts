import { inspect } from "node:util";
import { registerLoader, SHIP, type Shipped } from "../../core/closure/protocol.js";

/** What a {@link KinesisRecord} is made of. */
export interface KinesisRecordFields {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  /** ms since the epoch */
  readonly arrived: number;
  readonly shardId: string;
  readonly subSequenceNumber?: number;
}

/**
 * A record of Kinesis: `data`, `partitionKey`, `sequenceNumber`, `approximateArrivalTimestamp`, `shardId`.
 *
 * The name in Scala: `com.amazonaws.services.kinesis.model.Record`, whose `getData` and the like are fields here.
 *
 * @example
 * // needs: kinesis
 * builder.buildWithMessageHandler(record => [record.partitionKey, record.data.toString()]).print();
 */
export class KinesisRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
  /** Its place in the shard: a decimal number that only grows, too large for a number. */
  readonly sequenceNumber: string;
  /** The shard it was read from, `shardId-000000000000`. */
  readonly shardId: string;
  /** Its place among those that a producer packed into one record, from 0. Such have one sequence number. */
  readonly subSequenceNumber: number;
  readonly #arrived: number;

  /** @internal */
  constructor({ data, partitionKey, sequenceNumber, arrived, shardId, subSequenceNumber = 0 }: KinesisRecordFields) {
    this.data = data;
    this.partitionKey = partitionKey;
    this.sequenceNumber = sequenceNumber;
    this.shardId = shardId;
    this.subSequenceNumber = subSequenceNumber;
    this.#arrived = arrived;
  }

  /** When Kinesis got it, about. */
  get approximateArrivalTimestamp(): Date {
    return new Date(this.#arrived);
  }

  /** @internal What it weighs in memory, roughly, bytes. */
  get weight(): number {
    return OVERHEAD + this.data.length + this.partitionKey.length;
  }

  /** How `console.log` and the prompt show it. */
  [inspect.custom](_depth: number, options: object): string {
    const { partitionKey, sequenceNumber, approximateArrivalTimestamp, shardId, data } = this;
    const fields = { partitionKey, sequenceNumber, approximateArrivalTimestamp, shardId, data };
    return `KinesisRecord ${inspect(fields, options)}`;
  }

  /** How it goes to another thread, into a checkpoint, the cache on disk. */
  [SHIP](): Shipped {
    const { data, partitionKey, sequenceNumber, shardId, subSequenceNumber } = this;
    // Not the whole of the memory that the data may be a part of.
    const bytes = Uint8Array.prototype.slice.call(data);
    const shipped: ShippedRecord = [bytes, partitionKey, sequenceNumber, this.#arrived, shardId, subSequenceNumber];
    return { kind: KIND, data: shipped };
  }
}

/** What a record weighs beside its data and its key: the object, its numbers as text. */
const OVERHEAD = 250;

const KIND = "kinesisRecord";

type ShippedRecord = readonly [
  bytes: Uint8Array,
  partitionKey: string,
  sequenceNumber: string,
  arrived: number,
  shardId: string,
  subSequenceNumber: number,
];

registerLoader(
  KIND,
  ([bytes, partitionKey, sequenceNumber, arrived, shardId, subSequenceNumber]: ShippedRecord) => {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new KinesisRecord({ data, partitionKey, sequenceNumber, arrived, shardId, subSequenceNumber });
  },
  import.meta.url,
);
