import { crc32 } from "node:zlib";
import { systemClock } from "../../core/clock/clock.js";
import { getLogger } from "../../core/log/logger.js";
import { E } from "../errors.js";
import { type LogFile, type LogFiles, logFilesIn } from "./log-files.js";

const log = getLogger("WriteAheadLog");

/**
 * A segment is, byte by byte:
 *
 *     segment = "TSPW" version:u8 (1) record*
 *     record  = length:u32le (more than 0) crc:u32le payload:length bytes
 *
 * `crc` is the CRC-32 of the payload. Records are numbered through all segments, from 0; a segment is named by the number of
 * its first record: `log-0000000042`.
 */
const MAGIC = Buffer.from("TSPW\u0001", "latin1");
const HEAD = 8;
const SEGMENT = /^log-(\d{10,})$/;

/** A segment that has grown to so many bytes is followed by the next one. */
const LARGEST_SEGMENT = 64 * 1024 * 1024;

/** How a log is kept; the keys of `spark.streaming.receiver.writeAheadLog`. */
export interface WriteAheadLogSettings {
  /** ms of the wall clock after which a new segment is begun. */
  readonly rollingInterval: number;
  /** How often a write is tried again, in a new segment. */
  readonly maxFailures: number;
  /** Whether each write has a segment of its own, for file systems that show a file's bytes when it is closed. */
  readonly closeFileAfterWrite: boolean;
}

/**
 * Records in files that outlive the process: what {@link append} has resolved for is there after a crash. A record that was
 * being written then is torn, or there though nobody was told: a torn one, and what follows it in its segment, is left out.
 *
 * Spark's name: `org.apache.spark.streaming.util.FileBasedWriteAheadLog`.
 */
export class WriteAheadLog {
  /** The numbers of the first records of the segments, ascending. */
  #segments: number[] = [];
  #next = 0;
  readonly #files: LogFiles;
  #file: LogFile | undefined;
  /** Bytes of the open segment. */
  #size = 0;
  /** When the open segment was begun, ms of the wall clock, monotonic. */
  #begun = 0;

  /** @param directory of this machine, or of another file system: there each write has a file of its own */
  constructor(
    readonly directory: string,
    private readonly settings: WriteAheadLogSettings,
  ) {
    this.#files = logFilesIn(directory);
  }

  /** The number that the next record gets. */
  get next(): number {
    return this.#next;
  }

  /** Finds what an earlier run has left. */
  async open(): Promise<void> {
    const names = await this.#files.names();
    const numbers = names.map(name => SEGMENT.exec(name)?.[1]).filter(n => n !== undefined);
    this.#segments = numbers.map(Number).sort((a, b) => a - b);
    const last = this.#segments.at(-1);
    if (last === undefined) return;
    this.#next = last;
    for await (const _ of this.#read(last, last, Number.POSITIVE_INFINITY)) this.#next++;
  }

  /**
   * Writes records, one after the other; resolves when they are durable. One call at a time.
   *
   * @throws InputOutputError when it failed more than `maxFailures` times; the records may then be there or not
   */
  async append(payloads: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(payloads.flatMap(payload => [head(payload), payload]));
    for (let failures = 0; ; ) {
      try {
        const file = await this.#segment();
        const isNew = this.#size === 0;
        await file.append(isNew ? Buffer.concat([MAGIC, bytes]) : bytes);
        if (isNew) this.#size = MAGIC.length;
        break;
      } catch (error) {
        // What of it is in the segment nobody knows: the next one begins with the same number, which rules this one out.
        await this.#close();
        if (++failures > this.settings.maxFailures) throw E.LOG_NOT_WRITTEN.because(error, this.directory, failures);
        log.warn(`${this.directory}: a write failed and is tried again in a new file`, error);
      }
    }
    this.#size += bytes.length;
    this.#next += payloads.length;
    if (this.settings.closeFileAfterWrite || !this.#files.grow) await this.#close();
  }

  /**
   * The payloads of the records from `from` to before `until`.
   *
   * @throws InputOutputError when `until` is finite and one of them cannot be read
   */
  async *read(from: number, until: number = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
    let at = from;
    for (const [i, first] of this.#segments.entries()) {
      const end = Math.min(until, this.#segments[i + 1] ?? Number.POSITIVE_INFINITY);
      if (end <= at) continue;
      if (first > at) break;
      for await (const payload of this.#read(first, at, end)) {
        at++;
        yield payload;
      }
      const following = this.#segments[i + 1];
      if (following === undefined || at >= following || at >= until) continue;
      const missing = `records ${at} to ${Math.min(following, until) - 1}`;
      if (until !== Number.POSITIVE_INFINITY) throw E.LOG_DAMAGED(this.#pathOf(first), missing);
      log.error(`${this.#pathOf(first)} is damaged: ${missing} are lost`);
      at = following;
    }
    if (until !== Number.POSITIVE_INFINITY && at < until) {
      throw E.LOG_DAMAGED(this.directory, `records ${at} to ${until - 1}`);
    }
  }

  /** Removes the segments that hold nothing but records before `number`. */
  async prune(number: number): Promise<void> {
    while (this.#segments.length > 1 && this.#segments[1]! <= number) {
      await this.#files.remove(nameOf(this.#segments.shift()!));
    }
  }

  /** Closes the segment that is being written. */
  async close(): Promise<void> {
    await this.#close();
  }

  #pathOf(first: number): string {
    return this.#files.pathOf(nameOf(first));
  }

  /** The segment that the next record goes into. */
  async #segment(): Promise<LogFile> {
    const now = systemClock.monotonic();
    const full = this.#size >= LARGEST_SEGMENT || now - this.#begun >= this.settings.rollingInterval;
    if (this.#file !== undefined && full) await this.#close();
    if (this.#file !== undefined) return this.#file;
    // One of the same number holds no whole record: a run that wrote nothing, or a write that failed.
    this.#file = await this.#files.create(nameOf(this.#next));
    this.#begun = now;
    this.#size = 0;
    if (this.#segments.at(-1) !== this.#next) this.#segments.push(this.#next);
    return this.#file;
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** The whole records of a segment from number `from` to before `until`, up to the first that is torn or changed. */
  async *#read(first: number, from: number, until: number): AsyncGenerator<Buffer> {
    const file = await this.#files.read(nameOf(first));
    try {
      const start = await file.bytesAt(0, MAGIC.length);
      if (start === undefined || !start.equals(MAGIC)) return;
      let position = MAGIC.length;
      for (let number = first; number < until; number++) {
        const header = await file.bytesAt(position, HEAD);
        if (header === undefined) return;
        const length = header.readUInt32LE(0);
        position += HEAD;
        // Zeros are what some file systems leave behind the end after a crash.
        if (length === 0) return;
        if (number >= from) {
          const payload = await file.bytesAt(position, length);
          if (payload === undefined || crc32(payload) !== header.readUInt32LE(4)) return;
          yield payload;
        }
        position += length;
      }
    } finally {
      await file.close();
    }
  }
}

function head(payload: Buffer): Buffer {
  const bytes = Buffer.alloc(HEAD);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt32LE(crc32(payload), 4);
  return bytes;
}

const nameOf = (first: number) => `log-${String(first).padStart(10, "0")}`;
