import { SparkError } from "../../core/errors/spark-error.js";
import { type Asking, answer, listOf, statusOf } from "../../core/io/asking.js";
import { baseName, type FileStatus, type FileSystem } from "../../core/io/file-system.js";
import { locate } from "../../core/io/file-systems.js";
import { isGlob } from "../../core/io/glob.js";
import { matchPaths } from "../../core/io/match-paths.js";
import { getLogger } from "../../core/log/logger.js";
import type { RDD } from "../../core/rdd/rdd.js";
import * as must from "../../core/util/arguments.js";
import { InputDStream } from "../input-dstream.js";
import { after, all, type MaybePromise } from "../maybe-promise.js";
import { markEmpty } from "../plan/known-empty.js";
import type { StreamingContext } from "../streaming-context.js";
import { Time } from "../time.js";
import { FileClock } from "./file-clock.js";

const log = getLogger("FileInputDStream");

/** A file of a batch, by the path that a checkpoint keeps. */
interface ReadFile<T> {
  readonly path: string;
  readonly rdd: RDD<T>;
}

/** Spark's default filter: hidden files do not count. */
const isVisible = (path: string) => !baseName(path).startsWith(".");

/**
 * The files that appear in a directory. A batch holds those that were not seen before and were changed last within the
 * remember window, which ends at the batch:
 *
 * ```
 *                |<---------- remember window ---------->|
 *    --+---------+---------------------------------------+----▶ time
 *      a         b   c                                 batch
 *
 *    a was changed before the window: left out for ever, since nothing would tell whether it was taken already
 *    b, c were changed within it: taken, unless an earlier batch did
 * ```
 *
 * The window (`spark.streaming.fileStream.minRememberDuration`, rounded up to whole batches) is how late a file may appear.
 * Files that are there when the stream is made do not count, unless `newFilesOnly` is false. A file is taken as it is when
 * it is seen, so write it elsewhere and move it in.
 *
 * Spark's name: `org.apache.spark.streaming.dstream.FileInputDStream`.
 */
export class FileInputDStream<T> extends InputDStream<T> {
  readonly #clock: FileClock;
  /** ms */
  readonly #window: number;
  /** Modification times of the files that were there before, by path. */
  readonly #earlier = new Map<string, number>();
  /**
   * The files that were taken, as long as the window may show them again: by path, when that was or when the file was
   * changed, the later of the two (a batch that is made up for comes long before what it takes).
   */
  readonly #taken = new Map<string, number>();
  /** The files of each batch. */
  readonly #paths = new WeakMap<RDD<T>, readonly string[]>();
  /** Where nobody could look what was there before: what was changed until then was, ms since the epoch. */
  #before = Number.NEGATIVE_INFINITY;
  /** Until it is known which files were there before. */
  readonly #looked: MaybePromise<void>;
  #lastTrouble: string | undefined;
  #pending = false;

  /** @internal `ssc.textFileStream(directory)` and its kin make it */
  constructor(
    ssc: StreamingContext,
    readonly directory: string,
    private readonly read: (path: string) => RDD<T>,
    private readonly accepts: (path: string) => boolean = isVisible,
    newFilesOnly = true,
  ) {
    super(ssc);
    const { conf } = ssc.sparkContext;
    const batch = ssc.batchDuration.milliseconds;
    const least = conf.getTimeAsSeconds("spark.streaming.fileStream.minRememberDuration") * 1000;
    this.#window = Math.ceil(least / batch) * batch;
    this.#clock = new FileClock(ssc.graph.clock);
    // A path that can be none is an error now; one that cannot be reached may be later.
    locate(directory);
    this.#looked = newFilesOnly ? this.#lookBefore() : undefined;
  }

  get kind(): string {
    return "File stream";
  }

  #lookBefore(): MaybePromise<void> {
    const now = this.#clock.among(new Time(this.context.graph.clock.now()));
    const listed = this.#list(filesIfThere, () => {
      this.#before = now;
    });
    return after(listed, files => {
      for (const file of files) this.#earlier.set(file.path, file.modificationTime);
    });
  }

  override start(): MaybePromise<void> {
    return this.#looked;
  }

  override compute(time: Time): MaybePromise<RDD<T>> {
    this.#pending = false;
    return after(this.#newFiles(time), files => this.#take(time, files));
  }

  #take(time: Time, files: readonly FileStatus[]): MaybePromise<RDD<T>> {
    const { fs } = locate(this.directory);
    const found = files.map(file => this.#ifStillThere(fs.qualify(file.path)));
    return after(all(found), read => {
      // Only now: after a failure they are to be found again.
      const now = this.#clock.among(time);
      for (const [i, file] of files.entries()) {
        if (read[i] !== undefined) this.#taken.set(file.path, Math.max(now, file.modificationTime));
      }
      for (const [path, when] of this.#taken) if (when < now - this.#window) this.#taken.delete(path);
      return this.#batchOf(
        time,
        read.filter(file => file !== undefined),
      );
    });
  }

  /** A file that was listed a moment ago; `undefined`, which is told, where it has gone. */
  #ifStillThere(path: string): MaybePromise<ReadFile<T> | undefined> {
    const gone = (error: unknown) => {
      if (!(error instanceof SparkError && error.code === "NO_SUCH_INPUT")) throw error;
      log.warn(`${path} was removed before it was read, and is left out`);
      return undefined;
    };
    try {
      const file = this.#fileAt(path);
      const listed = file.rdd.node.whenListed();
      if (listed !== undefined) return listed.then(() => file, gone);
      // Its partitions are asked for in any case, and then it is known whether it is there.
      void file.rdd.partitions;
      return file;
    } catch (error) {
      return gone(error);
    }
  }

  #fileAt(path: string): ReadFile<T> {
    const rdd = this.read(asLiteral(path));
    must.beRDD("fileStream", "what read returns", rdd);
    return { path, rdd };
  }

  override saveBatch(_time: Time, rdd: RDD<T>): unknown {
    return this.#paths.get(rdd);
  }

  override restoreBatch(time: Time, saved: unknown): MaybePromise<RDD<T>> {
    const files = (saved as string[]).map(path => this.#fileAt(path));
    return after(all(files.map(({ rdd }) => rdd.node.whenListed())), () => this.#batchOf(time, files));
  }

  override savePosition(): unknown {
    const [earlier, taken] = [this.#earlier, this.#taken].map(times => Object.fromEntries(times));
    return { earlier, taken, ...(Number.isFinite(this.#before) && { before: this.#before }) };
  }

  /** What appeared while nobody looked is not among the files that were there before. */
  override restorePosition(saved: unknown): MaybePromise<void> {
    return after(this.#looked, () => this.#restore(saved));
  }

  #restore(saved: unknown): void {
    type Times = Readonly<Record<string, number>>;
    const { earlier, taken, before } = saved as { earlier: Times; taken: Times; before?: number };
    this.#before = before ?? Number.NEGATIVE_INFINITY;
    this.#earlier.clear();
    for (const [path, modified] of Object.entries(earlier)) this.#earlier.set(path, modified);
    for (const [path, when] of Object.entries(taken)) this.#taken.set(path, when);
  }

  /** The partitions of the files are known already, for which a union asks. */
  #batchOf(time: Time, files: readonly ReadFile<T>[]): RDD<T> {
    const paths = files.map(file => file.path);
    this.reportInfo(time, 0, { files: paths }, paths.length === 0 ? undefined : paths.join("\n"));
    const rdd = this.context.sparkContext.union(...files.map(file => file.rdd));
    this.#paths.set(rdd, paths);
    return paths.length === 0 ? markEmpty(rdd) : rdd;
  }

  override stopReceiving(): MaybePromise<void> {
    const { clock, batchDuration } = this.context.graph;
    return after(this.#newFiles(new Time(clock.now()).plus(batchDuration)), files => {
      this.#pending = files.length > 0;
    });
  }

  override hasPending(): boolean {
    return this.#pending;
  }

  /** The files of a batch, by name; a directory that cannot be listed is told once and holds none. */
  #newFiles(time: Time): MaybePromise<FileStatus[]> {
    const oldest = Math.max(this.#clock.among(time) - this.#window, this.#before);
    const newest = this.#clock.newest(time);
    return after(this.#list(filesOf), files =>
      files.filter(
        file =>
          !file.isDirectory &&
          file.modificationTime > oldest &&
          file.modificationTime <= newest &&
          !this.#taken.has(file.path) &&
          this.#earlier.get(file.path) !== file.modificationTime &&
          this.accepts(file.path),
      ),
    );
  }

  /** What `find` finds; where that fails nothing, which is told, and `failed` called. */
  #list(
    find: (fs: FileSystem, path: string) => Asking<FileStatus[]>,
    failed: () => void = () => {},
  ): MaybePromise<FileStatus[]> {
    const listed = (files: FileStatus[]) => {
      this.#lastTrouble = undefined;
      return files;
    };
    const nothing = (error: unknown) => {
      failed();
      return this.#listedNothing(error);
    };
    try {
      const { fs, path } = locate(this.directory);
      const files = answer(fs, find(fs, path));
      return files instanceof Promise ? files.then(listed, nothing) : listed(files);
    } catch (error) {
      return nothing(error);
    }
  }

  #listedNothing(error: unknown): FileStatus[] {
    const trouble = error instanceof Error ? error.message : String(error);
    if (trouble !== this.#lastTrouble) log.warn(`No directory to scan: ${this.directory}`, error);
    this.#lastTrouble = trouble;
    return [];
  }
}

/** What is in a directory now; nothing where it is not there yet. */
function* filesIfThere(fs: FileSystem, path: string): Asking<FileStatus[]> {
  return isGlob(path) || (yield* statusOf(fs, path)) !== undefined ? yield* filesOf(fs, path) : [];
}

/** What is in a directory, or in those that a pattern matches now. */
function* filesOf(fs: FileSystem, path: string): Asking<FileStatus[]> {
  if (!isGlob(path)) return yield* listOf(fs, path);
  const files: FileStatus[] = [];
  for (const found of yield* matchPaths(fs, path)) {
    if (found.isDirectory) files.push(...(yield* listOf(fs, found.path)));
  }
  return files;
}

/** A path as the list of paths that names nothing else: `*` and `,` in it are themselves. */
function asLiteral(path: string): string {
  return path.replace(/[\\*?[\]{},]/g, "\\$&");
}
