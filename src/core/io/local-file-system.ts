import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import nodePath from "node:path";
import { E } from "./errors.js";
import { type ByteSink, baseName, type FileStatus, type FileSystem, parentOf } from "./file-system.js";
import { makeFolders } from "./make-folders.js";

/** Pieces grow, so that whoever wants the first line only reads little. */
const FIRST_READ = 64 * 1024;
const LARGEST_READ = 512 * 1024;

/** The files of this machine. Everything is synchronous: a task's thread has nothing else to do while it reads. */
export class LocalFileSystem implements FileSystem {
  readonly scheme = "file";
  /** Hadoop's `fs.local.block.size`. */
  readonly blockSize = 32 * 1024 * 1024;

  absolute(path: string): string {
    const native = nodePath.resolve(path);
    return nodePath.sep === "/" ? native : `/${native.replaceAll(nodePath.sep, "/")}`;
  }

  qualify(path: string): string {
    return `file:${path}`;
  }

  status(path: string): FileStatus | undefined {
    let stats: Stats;
    try {
      stats = statSync(native(path));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw E.UNREADABLE.because(error, this.qualify(path), error);
    }
    const isDirectory = stats.isDirectory();
    return { path, isDirectory, length: isDirectory ? 0 : stats.size, modificationTime: Math.floor(stats.mtimeMs) };
  }

  list(path: string): FileStatus[] {
    let names: string[];
    try {
      names = readdirSync(native(path));
    } catch (error) {
      throw E.UNREADABLE.because(error, this.qualify(path), error);
    }
    const prefix = path.endsWith("/") ? path : `${path}/`;
    // A name that is gone by now (a temporary file, a dangling link) is left out.
    return names.sort().flatMap(name => this.status(prefix + name) ?? []);
  }

  *read(path: string, from = 0, to = Number.POSITIVE_INFINITY): Iterable<Uint8Array> {
    let file: number | undefined;
    try {
      file = openSync(native(path), "r");
      let buffer = Buffer.allocUnsafe(Math.min(FIRST_READ, Math.max(1, to - from)));
      for (let position = from; position < to; ) {
        const read = readSync(file, buffer, 0, Math.min(buffer.length, to - position), position);
        if (read === 0) return;
        position += read;
        yield buffer.subarray(0, read);
        if (read === buffer.length && buffer.length < LARGEST_READ) buffer = Buffer.allocUnsafe(buffer.length * 2);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      throw E.UNREADABLE.because(error, this.qualify(path), error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  copyToLocal(path: string, target: string): void {
    try {
      cpSync(native(path), target, { recursive: true });
    } catch (error) {
      throw E.UNREADABLE.because(error, this.qualify(path), error);
    }
  }

  create(path: string): ByteSink {
    const write = <R>(f: () => R): R => this.#writing(path, f);
    const file = write(() => {
      makeFolders(native(parentOf(path)));
      return openSync(native(path), "w");
    });
    return {
      write: bytes =>
        write(() => {
          for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
        }),
      close: () => write(() => closeSync(file)),
    };
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    const place = native(path);
    try {
      await withFile(`${place}.tmp`, "w", async file => {
        await file.writeFile(bytes);
        await file.datasync();
      });
      await rename(`${place}.tmp`, place);
      // The new name is durable when the directory is. Not every platform lets one be opened.
      await withFile(native(parentOf(path)), "r", file => file.datasync()).catch(() => {});
    } catch (error) {
      throw E.UNWRITABLE.because(error, this.qualify(path), error);
    }
  }

  mkdirs(path: string): void {
    this.#writing(path, () => makeFolders(native(path)));
  }

  rename(from: string, to: string): void {
    this.#writing(to, () => renameSync(native(from), native(to)));
  }

  remove(path: string): void {
    if (baseName(path) === "") throw E.UNWRITABLE(this.qualify(path), "the root cannot be removed");
    this.#writing(path, () => rmSync(native(path), { recursive: true, force: true }));
  }

  #writing<R>(path: string, f: () => R): R {
    try {
      return f();
    } catch (error) {
      throw E.UNWRITABLE.because(error, this.qualify(path), error);
    }
  }
}

async function withFile(path: string, flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

/** `/C:/x` is `C:/x` to Windows; other paths are what they are. */
function native(path: string): string {
  return /^\/[A-Za-z]:/.test(path) && nodePath.sep === "\\" ? path.slice(1) : path;
}
