import { inspect } from "node:util";
import { addShippedModule } from "../../core/closure/protocol.js";
import { E as IO } from "../../core/io/errors.js";
import type { ByteSink } from "../../core/io/file-system.js";
import * as must from "../../core/util/arguments.js";
import { engineFunctions } from "../../core/util/engine-functions.js";
import { E } from "./errors.js";
import { type HdfsFileSystem, inDirectory } from "./hdfs-file-system.js";
import type { HdfsScheme } from "./name-nodes.js";
import { openHdfs, openHdfsWith } from "./open-hdfs.js";
import type { RemoteStatus } from "./web-hdfs.js";

/** What HDFS knows of a file or directory. Spark's name: `org.apache.hadoop.fs.FileStatus`. */
export interface FileStatus {
  /** With its file system, as `sc.textFile` takes it: `hdfs://nn:8020/logs/a.txt`. */
  readonly path: string;
  /** The last name of the path. */
  readonly name: string;
  readonly isDirectory: boolean;
  /** Bytes; 0 for a directory. */
  readonly length: number;
  /** When it was changed last, ms since the epoch. */
  readonly modificationTime: number;
  /** Bytes; 0 for a directory. */
  readonly blockSize: number;
  /** On how many DataNodes each block is; 0 for a directory. */
  readonly replication: number;
  readonly owner: string;
  readonly group: string;
  /** As octal digits: `644`. */
  readonly permission: string;
}

/** What a file is written from: text is written as UTF-8. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * The files of an HDFS, to prepare and to look at what jobs read and write. A path is absolute (`/logs`), relative to
 * `/user/NAME`, or a whole URI of this file system; patterns and lists are for `sc.textFile`. Failures reject with
 * `InputOutputError`.
 *
 * Spark's name: `org.apache.hadoop.fs.FileSystem`.
 *
 * @example
 * // needs: hdfs
 * const fs = FileSystem.get("hdfs://nn:8020");
 * await fs.writeFile("/logs/a.txt", "to be\nor not\n");
 * (await fs.listStatus("/logs")).map(file => [file.name, file.length]); // [["a.txt", 13]]
 */
export class FileSystem {
  readonly #hdfs: HdfsFileSystem;

  private constructor(hdfs: HdfsFileSystem) {
    this.#hdfs = hdfs;
  }

  /**
   * The file system of a URI. Nothing is asked of it yet.
   *
   * @param uri `hdfs://nn:8020`, `hdfs://NAMESERVICE`, `webhdfs://nn:9870`, also with a path behind it; without a host, or
   *   without a URI, that of `fs.defaultFS`
   * @param settings keys of Hadoop's configuration, over those of the context (`spark.hadoop.…`) and the files in
   *   `HADOOP_CONF_DIR`
   * @throws IllegalArgumentError when the URI is of another scheme, or the configuration says nothing of its host
   * @example
   * FileSystem.get("webhdfs://nn:9870/logs").uri; // "webhdfs://nn:9870"
   */
  static get(uri?: string, settings: Readonly<Record<string, string>> = {}): FileSystem {
    if (uri === undefined) return new FileSystem(openHdfsWith(settings, "hdfs", undefined, "FileSystem.get()"));
    const m = /^(hdfs|webhdfs):(?:\/\/([^/]*))?(?:\/|$)/i.exec(String(uri));
    if (m === null) throw E.HDFS_NOT_HDFS(String(uri));
    return new FileSystem(openHdfsWith(settings, m[1]!.toLowerCase() as HdfsScheme, m[2] || undefined, uri));
  }

  /** What its paths begin with: `hdfs://nn:8020`. */
  get uri(): string {
    return this.#hdfs.root;
  }

  /** Where relative paths begin: `/user/NAME`, of the user HDFS is asked as. */
  getHomeDirectory(): string {
    return `${this.uri}/user/${this.#hdfs.user}`;
  }

  /** Whether there is a file or directory by that name. */
  async exists(path: string): Promise<boolean> {
    return (await this.#find(this.#absolute(path))) !== undefined;
  }

  /** What is known of a file or directory; an error where there is none. */
  async getFileStatus(path: string): Promise<FileStatus> {
    const at = this.#absolute(path);
    const found = await this.#find(at);
    if (found === undefined) throw IO.UNREADABLE(this.#hdfs.qualify(at), { code: "ENOENT" });
    return this.#shown(at, found);
  }

  /** What a directory holds, sorted by name; of a file its own status. */
  async listStatus(path: string): Promise<FileStatus[]> {
    const at = this.#absolute(path);
    const found = await this.#hdfs.doing("read", at, () => this.#hdfs.requests.list(at));
    return inDirectory(at, found).map(status => this.#shown(status.path, status));
  }

  /** The bytes of a file, piece by piece: `[from, to)`, to its end without `to`. Whoever stops early ends the connection. */
  open(path: string, from = 0, to = Number.POSITIVE_INFINITY): AsyncIterable<Uint8Array> {
    return this.#hdfs.read(this.#absolute(path), from, to);
  }

  /** The whole content of a file; with an encoding as text. */
  readFile(path: string): Promise<Buffer>;
  readFile(path: string, encoding: BufferEncoding): Promise<string>;
  async readFile(path: string, encoding?: BufferEncoding): Promise<Buffer | string> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.open(path)) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }

  /**
   * Writes a file, and makes the directories above it. It is there whole when the promise resolves; other readers may see a
   * beginning of it before.
   *
   * @param options.overwrite default `true`; otherwise a file that exists is an error
   */
  async writeFile(path: string, content: FileContent, options: { readonly overwrite?: boolean } = {}): Promise<void> {
    const sink = await this.#hdfs.create(this.#absolute(path), options.overwrite ?? true);
    try {
      await writeAll(sink, content);
    } catch (error) {
      // A file that is half written is ended as it is; what failed first is told.
      await Promise.resolve(sink.close()).catch(() => {});
      throw error;
    }
    await sink.close();
  }

  /** Makes a directory and those above it; one that exists is fine. */
  async mkdirs(path: string): Promise<void> {
    return this.#hdfs.mkdirs(this.#absolute(path));
  }

  /**
   * Moves a file or directory in one step: into `to` where that is a directory. `false` where HDFS does not: nothing is at
   * `from`, a file is in the way, or the directory above `to` does not exist.
   */
  async rename(from: string, to: string): Promise<boolean> {
    const [source, target] = [this.#absolute(from), this.#absolute(to)];
    return this.#hdfs.doing("write", target, () => this.#hdfs.requests.rename(source, target));
  }

  /**
   * Removes a file, or a directory; whether there was one.
   *
   * @param recursive with all a directory holds; without it one that holds something is an error
   */
  async delete(path: string, recursive = false): Promise<boolean> {
    const at = this.#absolute(path);
    return this.#hdfs.doing("write", at, () => this.#hdfs.requests.remove(at, recursive));
  }

  /** @internal */
  [inspect.custom](): string {
    return `FileSystem(${this.uri})`;
  }

  #find(at: string): Promise<RemoteStatus | undefined> {
    return this.#hdfs.doing("read", at, () => this.#hdfs.requests.status(at));
  }

  #absolute(path: string): string {
    // As in Hadoop, where the empty path is none: it would be the home directory.
    must.bePath("FileSystem", path);
    const m = /^([A-Za-z][A-Za-z0-9+.-]+):(?:\/\/([^/]*))?(\/.*)?$/s.exec(path);
    if (m === null) return this.#hdfs.absolute(path.startsWith("/") ? path : `/user/${this.#hdfs.user}/${path}`);
    const [, scheme, authority, rest] = m;
    const root = authority ? `${scheme!.toLowerCase()}://${authority}` : defaultRoot(scheme!.toLowerCase(), path);
    if (root !== this.uri) throw E.HDFS_OTHER_FILE_SYSTEM(path, this.uri);
    return this.#hdfs.absolute(rest ?? "/");
  }

  #shown(at: string, status: RemoteStatus): FileStatus {
    const { type, length, modificationTime, blockSize, replication, owner, group, permission } = status;
    return {
      path: this.#hdfs.qualify(at),
      name: at.slice(at.lastIndexOf("/") + 1),
      isDirectory: type === "DIRECTORY",
      length,
      modificationTime,
      blockSize,
      replication,
      owner,
      group,
      permission,
    };
  }
}

function defaultRoot(scheme: string, path: string): string | undefined {
  return scheme === "hdfs" || scheme === "webhdfs" ? openHdfs(scheme, undefined, path).root : undefined;
}

async function writeAll(sink: ByteSink, content: FileContent): Promise<void> {
  const pieces = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
  for await (const piece of pieces) await sink.write(typeof piece === "string" ? Buffer.from(piece) : piece);
}

// A closure may use it: it travels by name.
engineFunctions("hdfs", { FileSystem });
addShippedModule(import.meta.url);
