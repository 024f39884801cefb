import { E } from "../errors.js";
import { crc32c } from "./crc32c.js";
import { readInt64 } from "./integers.js";

/*
 * RecordBatch (magic 2) =>
 *   0  base_offset            INT64
 *   8  batch_length           INT32   bytes that follow
 *  12  partition_leader_epoch INT32
 *  16  magic                  INT8    2
 *  17  crc                    UINT32  CRC-32C from attributes to the end
 *  21  attributes             INT16   bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control
 *  23  last_offset_delta      INT32
 *  27  base_timestamp         INT64
 *  35  max_timestamp          INT64
 *  43  producer_id            INT64
 *  51  producer_epoch         INT16
 *  53  base_sequence          INT32
 *  57  records_count          INT32
 *  61  records                        compressed as the codec says
 */
const MAGIC_AT = 16;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const HEADER_SIZE = 61;
/** base_offset and batch_length: what `batch_length` does not count. */
const LOG_OVERHEAD = 12;

const CODEC_BITS = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** Where a batch came from, for the messages of errors. */
export interface BatchOrigin {
  readonly topic: string;
  readonly partition: number;
}

/** One record batch as the broker keeps it: its header read, its records still as they came. */
export interface RecordBatch {
  readonly baseOffset: number;
  /** Offset of its last record; greater than the number of records says where the log was compacted. */
  readonly lastOffset: number;
  /** Number of the compression codec, 0 for none. */
  readonly codec: number;
  /** Milliseconds since the epoch that the records' own deltas are added to; -1 for none. */
  readonly baseTimestamp: number;
  /** The time of all its records where the broker stamps them (`message.timestamp.type=LogAppendTime`), else `undefined`. */
  readonly appendTime: number | undefined;
  readonly transactional: boolean;
  /** Holds a transaction's marker instead of records. */
  readonly control: boolean;
  readonly producerId: number;
  readonly count: number;
  /** The records, compressed as {@link codec} says. */
  readonly records: Buffer;
}

/**
 * The whole batches at the beginning of `data`, in order; a last one that was cut off is left out, as it is fetched again.
 *
 * @param check whether the checksum of each is verified
 * @param from  batches that end before this offset are passed over without being read
 */
export function* recordBatches(
  data: Buffer,
  from: number,
  check: boolean,
  origin: BatchOrigin,
): Generator<RecordBatch> {
  let at = 0;
  while (at + LOG_OVERHEAD <= data.length) {
    const baseOffset = readInt64(data, at);
    const end = at + LOG_OVERHEAD + data.readInt32BE(at + 8);
    if (end > data.length) return;
    const magic = data[at + MAGIC_AT]!;
    if (magic !== 2) throw E.KAFKA_OLD_MESSAGE_FORMAT(origin.topic, origin.partition, baseOffset, magic);
    if (end - at < HEADER_SIZE)
      throw E.KAFKA_CORRUPT_BATCH(origin.topic, origin.partition, baseOffset, "it is too short");
    const lastOffset = baseOffset + data.readInt32BE(at + 23);
    if (lastOffset >= from) {
      if (check && crc32c(data, at + ATTRIBUTES_AT, end) !== data.readUInt32BE(at + CRC_AT)) {
        throw E.KAFKA_CORRUPT_BATCH(origin.topic, origin.partition, baseOffset, "its CRC-32C does not match");
      }
      const attributes = data.readInt16BE(at + ATTRIBUTES_AT);
      yield {
        baseOffset,
        lastOffset,
        codec: attributes & CODEC_BITS,
        baseTimestamp: readInt64(data, at + 27),
        appendTime: attributes & LOG_APPEND_TIME ? readInt64(data, at + 35) : undefined,
        transactional: (attributes & TRANSACTIONAL) !== 0,
        control: (attributes & CONTROL) !== 0,
        producerId: readInt64(data, at + 43),
        count: data.readInt32BE(at + 57),
        records: data.subarray(at + HEADER_SIZE, end),
      };
    }
    at = end;
  }
}

/** How many bytes the first batch of `data` takes, `undefined` where not even that can be read. */
export function firstBatchSize(data: Buffer): number | undefined {
  return data.length < LOG_OVERHEAD ? undefined : LOG_OVERHEAD + data.readInt32BE(8);
}

/*
 * Control record key =>
 *   version INT16
 *   type    INT16   0 abort, 1 commit
 * It follows length VARINT, attributes INT8, timestamp_delta VARLONG, offset_delta VARINT, key_length VARINT.
 */
/** Whether a control batch says that its producer's transaction was aborted. */
export function isAbortMarker(batch: RecordBatch): boolean {
  if (batch.count === 0) return false;
  let at = 0;
  const skipVarint = () => {
    while (batch.records[at++]! & 0x80);
  };
  skipVarint();
  at += 1;
  for (let field = 0; field < 3; field++) skipVarint();
  return batch.records.readInt16BE(at + 2) === 0;
}
