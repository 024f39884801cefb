import { deserialize, serialize } from "node:v8";
import { E } from "./errors.js";
import type { Awaitable } from "./file-system.js";
import { locate } from "./file-systems.js";
import type { OutputJob } from "./output-job.js";
import { openPart } from "./part-writer.js";
import type { OnBytes } from "./read-lines.js";

/**
 * An object file is, byte by byte:
 *
 *     file  = magic record*
 *     magic = "TSOB" version:u8 (1)
 *     record = length:u32le, then that many bytes: an array of elements in V8's serial form (node:v8)
 */
const MAGIC = Buffer.from("TSOB\u0001", "latin1");
/** Elements in one record. */
const RECORD = 256;

/** Writes the elements of a partition as one part of `job`. Returns the bytes and elements written. */
export async function writeObjectPart<T>(
  job: OutputJob,
  partition: number,
  attempt: number,
  chunks: Iterable<readonly T[]> | AsyncIterable<readonly T[]>,
): Promise<{ readonly bytes: number; readonly records: number }> {
  const writer = await openPart(job, partition, attempt);
  let records = 0;
  let batch: T[] = [];
  const flush = (): Awaitable<void> => {
    const bytes = encode(batch);
    records += batch.length;
    batch = [];
    return writer.write(bytes);
  };
  try {
    await writer.write(MAGIC);
    for await (const chunk of chunks) {
      for (const element of chunk) {
        batch.push(element);
        if (batch.length === RECORD) await flush();
      }
    }
    if (batch.length > 0) await flush();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  await writer.commit();
  return { bytes: writer.bytesWritten, records };
}

/** The elements of an object file, a record at a time. A damaged file throws `CORRUPT`. */
export async function* readObjectFile<T>(file: string, onBytes?: OnBytes): AsyncGenerator<T[]> {
  const { fs, path } = locate(file);
  let rest = Buffer.alloc(0);
  let begun = false;
  for await (const piece of fs.read(path)) {
    onBytes?.(piece.length);
    rest = Buffer.concat([rest, piece]);
    if (!begun && rest.length >= MAGIC.length) {
      if (!rest.subarray(0, MAGIC.length).equals(MAGIC))
        throw E.CORRUPT(file, "it does not begin as an object file does");
      rest = rest.subarray(MAGIC.length);
      begun = true;
    }
    while (begun && rest.length >= 4) {
      const length = rest.readUInt32LE(0);
      if (rest.length < 4 + length) break;
      yield decode<T>(file, rest.subarray(4, 4 + length));
      rest = rest.subarray(4 + length);
    }
  }
  if (!begun || rest.length > 0) throw E.CORRUPT(file, "it ends in the middle of a record");
}

function encode(elements: readonly unknown[]): Buffer {
  let body: Buffer;
  try {
    body = serialize(elements);
  } catch (error) {
    throw E.NOT_SERIALIZABLE.because(
      error,
      error instanceof Error ? error.message.replace(/ could not be cloned\.?$/, "") : String(error),
    );
  }
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

function decode<T>(file: string, bytes: Buffer): T[] {
  try {
    const elements: unknown = deserialize(bytes);
    if (Array.isArray(elements)) return elements as T[];
  } catch (error) {
    throw E.CORRUPT.because(error, file, error instanceof Error ? error.message : String(error));
  }
  throw E.CORRUPT(file, "a record of it is no array");
}
