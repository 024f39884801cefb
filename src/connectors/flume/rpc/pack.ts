/*
 * What Avro's Netty transport sends, all integers big-endian:
 *
 *     Pack  => serial INT32   its answer has the same one
 *              frames INT32   how many follow
 *              Frame*
 *     Frame => length INT32
 *              bytes
 *
 * Where the bytes of a request are cut into frames means nothing.
 */

/** A request, or the answer to one. */
export interface Pack {
  readonly serial: number;
  /** Of all its frames. */
  readonly bytes: Buffer;
}

/** The bytes of a pack, in one frame. */
export function writePack({ serial, bytes }: Pack): Buffer {
  const pack = Buffer.allocUnsafe(12 + bytes.length);
  pack.writeInt32BE(serial, 0);
  pack.writeInt32BE(1, 4);
  pack.writeInt32BE(bytes.length, 8);
  bytes.copy(pack, 12);
  return pack;
}
