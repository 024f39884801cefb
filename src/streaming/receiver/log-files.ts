import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import type { FileSystem } from "../../core/io/file-system.js";
import { locate } from "../../core/io/file-systems.js";
import { makeFolders } from "../../core/io/make-folders.js";
import { namesIn, readWhole } from "../../core/io/whole-files.js";

/** A file that is being written. */
export interface LogFile {
  /** Resolves when the bytes are durable, behind those before. */
  append(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** A file that is read. */
export interface LogReader {
  /** `undefined` where the file ends before. */
  bytesAt(position: number, length: number): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

/** Where the files of a write-ahead log lie: what of that is not the same everywhere. */
export interface LogFiles {
  /** Whether a file can be written to again after the first time. */
  readonly grow: boolean;
  /** For messages. */
  pathOf(name: string): string;
  names(): Promise<string[]>;
  /** A new file, in the place of one by that name. */
  create(name: string): Promise<LogFile>;
  read(name: string): Promise<LogReader>;
  remove(name: string): Promise<void>;
}

/** The log files of a directory, of this machine or of another file system. */
export function logFilesIn(directory: string): LogFiles {
  const { fs, path } = locate(directory);
  return fs.scheme === "file" ? new LocalLogFiles(fs, path) : new RemoteLogFiles(fs, path);
}

abstract class FilesIn {
  constructor(
    protected readonly fs: FileSystem,
    protected readonly path: string,
  ) {}

  pathOf(name: string): string {
    return this.fs.scheme === "file" ? this.at(name) : this.fs.qualify(this.at(name));
  }

  names(): Promise<string[]> {
    return namesIn(this.fs, this.path);
  }

  async remove(name: string): Promise<void> {
    await this.fs.remove(this.at(name));
  }

  protected at(name: string): string {
    return path.posix.join(this.path, name);
  }
}

/** Files that grow, each write with a sync of the disk. */
class LocalLogFiles extends FilesIn implements LogFiles {
  readonly grow = true;

  async create(name: string): Promise<LogFile> {
    makeFolders(this.path);
    const file = await open(this.at(name), "w");
    let size = 0;
    return {
      append: async bytes => {
        await file.write(bytes, 0, bytes.length, size);
        await file.datasync();
        if (size === 0) await this.#syncDirectory();
        size += bytes.length;
      },
      close: () => file.close().catch(() => {}),
    };
  }

  async read(name: string): Promise<LogReader> {
    const file = await open(this.at(name), "r");
    return { bytesAt: (position, length) => bytesAt(file, position, length), close: () => file.close() };
  }

  /** The new name is durable when the directory is. Not every platform lets one be opened. */
  async #syncDirectory(): Promise<void> {
    const directory = await open(this.path, "r").catch(() => undefined);
    await directory?.datasync().catch(() => {});
    await directory?.close();
  }
}

/** So many bytes are asked for without a question first: a header, a small record. */
const FEW = 4096;

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  // A torn length may be anything: the file's own says first whether there is so much.
  if (length > FEW && position + length > (await file.stat()).size) return undefined;
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytesRead === length ? bytes : undefined;
}

/** Files that are there whole when their one write has ended. */
class RemoteLogFiles extends FilesIn implements LogFiles {
  readonly grow = false;
  #isThere = false;

  async create(name: string): Promise<LogFile> {
    if (!this.#isThere) await this.fs.mkdirs(this.path);
    this.#isThere = true;
    return { append: async bytes => this.fs.put(this.at(name), bytes), close: async () => {} };
  }

  async read(name: string): Promise<LogReader> {
    const bytes = await readWhole(this.fs, this.at(name));
    return {
      bytesAt: async (position, length) =>
        position + length > bytes.length ? undefined : bytes.subarray(position, position + length),
      close: async () => {},
    };
  }
}
