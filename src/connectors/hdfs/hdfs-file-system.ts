import { posix } from "node:path";
import { E as IO } from "../../core/io/errors.js";
import type { ByteSink, FileStatus, FileSystem } from "../../core/io/file-system.js";
import { getLogger } from "../../core/log/logger.js";
import { blockingHdfs } from "./blocking-hdfs.js";
import type { Doing } from "./errors.js";
import { explain } from "./explain.js";
import { readFile } from "./read-file.js";
import { type RemoteStatus, WebHdfs, type WebHdfsOptions } from "./web-hdfs.js";
import { writeFile } from "./write-file.js";

const log = getLogger("HdfsFileSystem");

/** Hadoop's `dfs.blocksize`, for what has no block size of its own. */
const BLOCK = 128 * 1024 * 1024;

/** The files of an HDFS, over WebHDFS. */
export class HdfsFileSystem implements FileSystem {
  readonly scheme: string;
  readonly blockSize = BLOCK;
  /** The requests, for what needs no synchronous answer. */
  readonly requests: WebHdfs;

  /** @param root what its paths begin with: `hdfs://nn:8020` */
  constructor(
    readonly root: string,
    private readonly options: WebHdfsOptions,
  ) {
    this.scheme = root.slice(0, root.indexOf(":"));
    this.requests = new WebHdfs(options, text => log.warn(text));
  }

  /** The name that HDFS is asked under. */
  get user(): string {
    return this.options.user;
  }

  absolute(path: string): string {
    return posix.resolve("/", path);
  }

  qualify(path: string): string {
    return this.root + path;
  }

  status(path: string): FileStatus | undefined {
    const found = this.#trying("read", path, () => blockingHdfs.status(this.options, path));
    return found && statusOf(path, found);
  }

  list(path: string): FileStatus[] {
    return inDirectory(
      path,
      this.#trying("read", path, () => blockingHdfs.list(this.options, path)),
    );
  }

  readonly later = {
    status: (path: string): Promise<FileStatus | undefined> =>
      this.doing("read", path, async () => {
        const found = await this.requests.status(path);
        return found && statusOf(path, found);
      }),
    list: (path: string): Promise<FileStatus[]> =>
      this.doing("read", path, async () => inDirectory(path, await this.requests.list(path))),
  };

  async *read(path: string, from = 0, to = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
    try {
      yield* readFile(this.requests, path, from, to);
    } catch (error) {
      throw explain(error, "read", this.qualify(path), this.user);
    }
  }

  copyToLocal(path: string, target: string): void {
    this.#trying("read", path, () => blockingHdfs.copy(this.options, path, target));
  }

  async create(path: string, overwrite = true): Promise<ByteSink> {
    const sink = await this.doing("write", path, () => writeFile(this.requests, path, overwrite));
    return {
      write: bytes => this.doing("write", path, async () => sink.write(bytes)),
      close: () => this.doing("write", path, async () => sink.close()),
    };
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    const sink = await this.create(`${path}.tmp`);
    await sink.write(bytes);
    // Then its DataNodes have it.
    await sink.close();
    await this.rename(`${path}.tmp`, path);
  }

  mkdirs(path: string): Promise<void> {
    return this.doing("write", path, () => this.requests.mkdirs(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.doing("write", to, () => this.requests.replace(from, to));
  }

  async remove(path: string): Promise<void> {
    if (path === "/") throw IO.UNWRITABLE(this.qualify(path), "the root cannot be removed");
    await this.doing("write", path, () => this.requests.remove(path, true));
  }

  /** Does something with a path; a failure is thrown as the error the user gets. */
  async doing<T>(doing: Doing, path: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw explain(error, doing, this.qualify(path), this.user);
    }
  }

  #trying<T>(doing: Doing, path: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw explain(error, doing, this.qualify(path), this.user);
    }
  }
}

/** What a listing says, with whole paths, sorted by name. */
export function inDirectory<S extends RemoteStatus>(path: string, found: readonly S[]): (FileStatus & S)[] {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return found
    .map(status => ({ ...status, ...statusOf(status.pathSuffix === "" ? path : prefix + status.pathSuffix, status) }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function statusOf(path: string, { type, length, modificationTime, blockSize }: RemoteStatus): FileStatus {
  const isDirectory = type === "DIRECTORY";
  return { path, isDirectory, length, modificationTime, ...(blockSize > 0 && { blockSize }) };
}
