import { crc32 } from "node:zlib";
import { deserializeElements, serializeElements } from "../../core/storage/serialize-elements.js";
import { E } from "../errors.js";

/** The partitions of an RDD, as they are kept. */
export type Partitions = readonly (readonly unknown[])[];

/**
 * A data file is, byte by byte:
 *
 *     file = "TSPD" version:u8 (1) crc:u32le count:u32le part*
 *     part = length:u32le, then that many bytes: the elements of one partition
 *
 * `crc` is the CRC-32 of everything behind it.
 */
const MAGIC = Buffer.from("TSPD\u0001", "latin1");
const HEAD = MAGIC.length + 4;

/** The bytes of a data file. @throws InputOutputError where an element cannot be written */
export function encodePartitions(partitions: Partitions, what: string): Buffer {
  const pieces: Buffer[] = [u32(partitions.length)];
  for (const elements of partitions) {
    const bytes = serializeElements(elements);
    if (!Buffer.isBuffer(bytes)) throw E.CHECKPOINT_NOT_SERIALIZABLE(what, bytes.refused);
    pieces.push(u32(bytes.length), bytes);
  }
  const body = Buffer.concat(pieces);
  return Buffer.concat([MAGIC, u32(crc32(body)), body]);
}

/** What {@link encodePartitions} wrote. @throws InputOutputError where the file is cut or changed */
export function decodePartitions(bytes: Buffer, name: string): Partitions {
  if (bytes.length < HEAD + 4 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw E.CHECKPOINT_DAMAGED(name, "it does not begin as a data file does");
  }
  const body = bytes.subarray(HEAD);
  if (crc32(body) !== bytes.readUInt32LE(MAGIC.length)) {
    throw E.CHECKPOINT_DAMAGED(name, "its checksum does not fit");
  }
  const partitions: (readonly unknown[])[] = [];
  for (let at = 4; partitions.length < body.readUInt32LE(0); ) {
    const length = body.readUInt32LE(at);
    partitions.push(deserializeElements(body.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return partitions;
}

function u32(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n >>> 0);
  return bytes;
}
