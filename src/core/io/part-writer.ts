import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Codec } from "./codec.js";
import type { Awaitable, ByteSink } from "./file-system.js";
import { locate } from "./file-systems.js";
import { type OutputJob, partPaths } from "./output-job.js";

/** Text is gathered up to about this many characters before it is encoded and written. */
const BATCH = 256 * 1024;

/** The file that one attempt of a task writes. After `commit` it is a part of the output, after `abort` it is gone. */
export interface PartWriter {
  /** Bytes that went into the file so far, after compression. */
  readonly bytesWritten: number;
  write(bytes: Uint8Array): Awaitable<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** The writer of one attempt at a part: `part-00000`, with the codec's ending. */
export async function openPart(job: OutputJob, partition: number, attempt: number, codec?: Codec): Promise<PartWriter> {
  const paths = partPaths(job, partition, attempt, codec?.extension);
  const { fs, path } = locate(paths.attempt);
  const file = await fs.create(path);
  let bytesWritten = 0;
  const counted: ByteSink = {
    write(bytes) {
      bytesWritten += bytes.length;
      return file.write(bytes);
    },
    close: () => file.close(),
  };
  const sink = codec ? compressing(counted, codec) : counted;
  return {
    get bytesWritten() {
      return bytesWritten;
    },
    write: bytes => sink.write(bytes),
    async commit() {
      await sink.close();
      await fs.rename(path, locate(paths.committed).path);
    },
    async abort() {
      try {
        await sink.close();
      } finally {
        await fs.remove(path);
      }
    },
  };
}

/**
 * Writes the lines of a partition as one part of `job`: each line and `\n`, UTF-8. An attempt that fails leaves nothing.
 * Returns the bytes and lines written.
 *
 * @param chunks lines, in arrays, from a synchronous or asynchronous source
 */
export async function writeTextPart(
  job: OutputJob,
  partition: number,
  attempt: number,
  chunks: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
  codec?: Codec,
): Promise<{ readonly bytes: number; readonly records: number }> {
  const writer = await openPart(job, partition, attempt, codec);
  let records = 0;
  let text = "";
  try {
    for await (const lines of chunks) {
      records += lines.length;
      for (const line of lines) {
        text += `${line}\n`;
        if (text.length >= BATCH) {
          await writer.write(Buffer.from(text));
          text = "";
        }
      }
    }
    if (text !== "") await writer.write(Buffer.from(text));
  } catch (error) {
    await writer.abort();
    throw error;
  }
  await writer.commit();
  return { bytes: writer.bytesWritten, records };
}

/** A sink that compresses what goes into `file`. */
function compressing(file: ByteSink, codec: Codec): ByteSink {
  const stream = codec.compress();
  const written = (async () => {
    for await (const piece of stream) await file.write(piece);
  })();
  // Whoever writes learns of a failure from the next write or from close.
  written.catch(() => {});
  return {
    async write(bytes) {
      if (!stream.write(Buffer.from(bytes))) await Promise.race([once(stream, "drain"), written]);
    },
    async close() {
      stream.end();
      try {
        await written;
        await finished(stream);
      } finally {
        await file.close();
      }
    },
  };
}
