/** A result that a local file system has at once and a remote one later. */
export type Awaitable<T> = T | Promise<T>;

/** The bytes of a file, piece by piece. A piece is valid until the next one is asked for: its memory may be used again. */
export type ByteChunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What is known about a file or directory. */
export interface FileStatus {
  /** Absolute, within its file system, without the scheme; `/` separates. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Bytes; 0 for a directory. */
  readonly length: number;
  /** When it was changed last, ms since the epoch. */
  readonly modificationTime: number;
  /** Bytes, where blocks of the file have a size of their own; else it is {@link FileSystem.blockSize}. */
  readonly blockSize?: number;
}

/** A file that is being written. Calls follow one another: a caller awaits each that returns a promise. */
export interface ByteSink {
  /** The bytes may be changed by the caller as soon as this has returned (or resolved). */
  write(bytes: Uint8Array): Awaitable<void>;
  close(): Awaitable<void>;
}

/** The questions of {@link FileSystem}, for whoever can wait for the answers. */
export interface LaterAnswers {
  status(path: string): Promise<FileStatus | undefined>;
  list(path: string): Promise<FileStatus[]>;
}

/**
 * The port to a file system. Paths are absolute and without scheme. Questions (`status`, `list`) are answered
 * synchronously, since an RDD's `partitions` are a property; a remote file system asks a helper thread, and has the answers
 * `later`, too, for whoever need not hold up everything else of its thread. Failures are
 * thrown as the errors of `io/errors.ts`, with the path as {@link FileSystem.qualify} shows it.
 *
 * Spark's name: `org.apache.hadoop.fs.FileSystem`.
 */
export interface FileSystem {
  /** Without the colon: `file`. */
  readonly scheme: string;
  /** Text splits of a file whose status says nothing else are at most this long, bytes. */
  readonly blockSize: number;
  /** The absolute form of what the user wrote after the scheme, if any. */
  absolute(path: string): string;
  /** How Spark shows it, and `locate` takes it: `file:/data/x`, `hdfs://nn:8020/data/x`. */
  qualify(path: string): string;
  /** `undefined` when there is nothing by that name. */
  status(path: string): FileStatus | undefined;
  /** What a directory holds, sorted by name. */
  list(path: string): FileStatus[];
  /** Absent where the answers are there at once. */
  readonly later?: LaterAnswers;
  /** The bytes `[from, to)`; to the end of the file without `to`. */
  read(path: string, from?: number, to?: number): ByteChunks;
  /** Copies a file, or a directory with all it holds, to a path of this machine; waits until it is there. */
  copyToLocal(path: string, target: string): void;
  /** A new file, in the place of one that exists; makes the directories above it. */
  create(path: string): Awaitable<ByteSink>;
  /**
   * Writes a file that is there whole or not at all, whatever happens meanwhile, and durable when this has resolved; one by that
   * name is replaced. It is written beside its place first, as `NAME.tmp`. The directory must be there.
   */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** Makes a directory and those above it. */
  mkdirs(path: string): Awaitable<void>;
  /** Moves a file or directory in one step; a file in the way is replaced, a directory that is not empty is an error. */
  rename(from: string, to: string): Awaitable<void>;
  /** Removes a file, or a directory with all it holds; nothing there is fine. */
  remove(path: string): Awaitable<void>;
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The directory a path lies in. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

/** Whether Hadoop leaves a name out of directories and patterns: it begins with `_` or `.`. */
export function isHidden(name: string): boolean {
  return name.startsWith("_") || name.startsWith(".");
}
