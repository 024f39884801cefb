const TWO_32 = 0x1_0000_0000;

/** The big-endian INT64 at `at` as a number: exact up to 2^53, as every offset and timestamp of Kafka's is. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4);
}

/** Writes `value` as a big-endian INT64. */
export function writeInt64(bytes: Buffer, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  bytes.writeInt32BE(high, at);
  bytes.writeUInt32BE(value - high * TWO_32, at + 4);
}
