import { createHash } from "node:crypto";
import type { RawRecord } from "./client/kinesis-api.js";
import { KinesisRecord } from "./kinesis-record.js";

/*
 * What Amazon's producer library (KPL) and others make of many small records, to put them as one:
 *
 * Packed  => magic (4 bytes) message digest (16 bytes, MD5 of the message)
 * message => protobuf:
 *   1 partition_key_table      repeated string
 *   2 explicit_hash_key_table  repeated string
 *   3 records                  repeated message: 1 partition_key_index varint, 2 explicit_hash_key_index varint, 3 data bytes
 */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const DIGEST_BYTES = 16;

interface Field {
  readonly number: number;
  readonly value: number | Buffer;
}

/** The records that users put, of one that Kinesis has: itself, or those that are packed in it. */
export function unpacked(raw: RawRecord, shardId: string): KinesisRecord[] {
  const { sequenceNumber, arrived } = raw;
  const packed = packedIn(raw.data);
  if (packed === undefined) return [new KinesisRecord({ ...raw, shardId })];
  return packed.map(
    ({ partitionKey, data }, subSequenceNumber) =>
      new KinesisRecord({ data, partitionKey, sequenceNumber, arrived, shardId, subSequenceNumber }),
  );
}

/** `undefined` where bytes only look like packed records: then they are somebody's own. */
function packedIn(data: Buffer): { readonly partitionKey: string; readonly data: Buffer }[] | undefined {
  if (data.length < MAGIC.length + DIGEST_BYTES || !data.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const message = data.subarray(MAGIC.length, data.length - DIGEST_BYTES);
  const digest = createHash("md5").update(message).digest();
  if (!digest.equals(data.subarray(data.length - DIGEST_BYTES))) return undefined;
  const fields = fieldsOf(message);
  if (fields === undefined) return undefined;
  const keys = fields.filter(f => f.number === 1 && typeof f.value === "object").map(f => String(f.value));
  const records: { readonly partitionKey: string; readonly data: Buffer }[] = [];
  for (const { number, value } of fields) {
    if (number !== 3 || typeof value !== "object") continue;
    const parts = fieldsOf(value);
    const key = keys[parts?.find(f => f.number === 1)?.value as number];
    const bytes = parts?.find(f => f.number === 3)?.value;
    if (key === undefined || typeof bytes !== "object") return undefined;
    records.push({ partitionKey: key, data: bytes });
  }
  return records;
}

/** The fields of a protobuf message that are numbers or bytes; `undefined` where the bytes are none. */
function fieldsOf(bytes: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      // Behind the end, or larger than a safe integer.
      if (byte === undefined || factor > 2 ** 49) return Number.NaN;
      value += (byte & 0x7f) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) fields.push({ number, value: varint() });
    else if (wire === 2) {
      const length = varint();
      // Not a number is in no range, either.
      if (!(length <= bytes.length - at)) return undefined;
      fields.push({ number, value: bytes.subarray(at, (at += length)) });
    } else return undefined;
    if (Number.isNaN(fields.at(-1)!.value)) return undefined;
  }
  return fields;
}
