import type { IncomingMessage } from "node:http";
import { sleep } from "../../core/clock/clock.js";
import { ask, errorTextOf, NotConnected, reasonOf, textOf } from "./exchange.js";
import { type Attempt, type Failure, HdfsFailure, isRemote } from "./failure.js";
import type { NameNode } from "./name-nodes.js";
import type { WebHdfsSettings } from "./web-hdfs-settings.js";

/** Whom to ask, as whom, and how long. Plain data. */
export interface WebHdfsOptions extends WebHdfsSettings {
  readonly nameNodes: readonly NameNode[];
  readonly user: string;
}

/** What WebHDFS says of a file or directory. */
export interface RemoteStatus {
  /** Its name within the directory that was listed; empty for what was asked for itself. */
  readonly pathSuffix: string;
  readonly type: "FILE" | "DIRECTORY" | "SYMLINK";
  readonly length: number;
  /** ms since the epoch */
  readonly modificationTime: number;
  /** Bytes; 0 for a directory. */
  readonly blockSize: number;
  readonly owner: string;
  readonly group: string;
  /** Octal digits. */
  readonly permission: string;
  readonly replication: number;
}

/** A path that a NameNode sent us on to. */
export interface Redirect {
  readonly url: URL;
  /** The NameNode. */
  readonly by: string;
}

/** Who answered, for messages. */
type Answerer = Pick<NameNode, "address" | "from">;

type Parameters = Readonly<Record<string, string | number | boolean>>;

/** Answers by which another NameNode, or the same one later, is to be asked. */
const LATER: Readonly<Record<string, string>> = {
  StandbyException: "it is on standby",
  RetriableException: "it is not ready yet",
  ObserverRetryOnActiveException: "it is an observer",
};

/**
 * The requests of WebHDFS to NameNodes. Of several the one that answered last is asked first; one that is on standby or not
 * there is passed over, and after all of them there is a pause. What may have been done already is asked for once.
 *
 * Protocol: "WebHDFS REST API" of Hadoop's documentation. Failures are {@link HdfsFailure}.
 */
export class WebHdfs {
  #current = 0;
  /** `false` once a server has turned out not to list in pieces. */
  #pages = true;

  /** @param onWait told of each pause, as a sentence */
  constructor(
    readonly options: WebHdfsOptions,
    private readonly onWait: (text: string) => void,
  ) {}

  /** `undefined` when there is nothing by that name. */
  async status(path: string): Promise<RemoteStatus | undefined> {
    try {
      const { FileStatus } = await this.#json<{ FileStatus: RemoteStatus }>("GET", path, "GETFILESTATUS");
      return FileStatus;
    } catch (error) {
      if (isRemote(error, "FileNotFoundException")) return undefined;
      // A part of the path is a file: nothing can be below it.
      if (isRemote(error, "ParentNotDirectoryException")) return undefined;
      if (isRemote(error, "AccessControlException") && /\(Is a file\)|is not a directory/.test(messageOf(error))) {
        return undefined;
      }
      throw error;
    }
  }

  /** What a directory holds, page by page where the server has pages. */
  async list(path: string): Promise<RemoteStatus[]> {
    if (this.#pages) {
      try {
        const found = await this.#listByPages(path);
        if (found !== undefined) return found;
      } catch (error) {
        // A server older than pages does not know the operation.
        if (!isRemote(error, "IllegalArgumentException", "UnsupportedOperationException")) throw error;
      }
      this.#pages = false;
    }
    type Listing = { FileStatuses: { FileStatus: RemoteStatus[] } };
    return (await this.#json<Listing>("GET", path, "LISTSTATUS")).FileStatuses.FileStatus;
  }

  /** `undefined` where the server begins with the first page again. */
  async #listByPages(path: string): Promise<RemoteStatus[] | undefined> {
    type Page = {
      DirectoryListing: {
        partialListing: { FileStatuses: { FileStatus: RemoteStatus[] } };
        remainingEntries: number;
      };
    };
    const all: RemoteStatus[] = [];
    for (;;) {
      const after = all.at(-1)?.pathSuffix;
      // Documented as startAfter; NameNodes of Hadoop 3.5 know it in small letters only.
      const from: Parameters = after === undefined ? {} : { startAfter: after, startafter: after };
      const page = await this.#json<Page>("GET", path, "LISTSTATUS_BATCH", from);
      const { partialListing, remainingEntries } = page.DirectoryListing;
      const found = partialListing.FileStatuses.FileStatus;
      if (after !== undefined && found[0]?.pathSuffix === all[0]!.pathSuffix) return undefined;
      all.push(...found);
      if (found.length === 0 || remainingEntries === 0) return all;
    }
  }

  /** Makes a directory and those above it. */
  async mkdirs(path: string): Promise<void> {
    await this.#must("PUT", path, "MKDIRS");
  }

  /** Removes a file or directory; whether there was one. */
  async remove(path: string, recursive: boolean): Promise<boolean> {
    return (await this.#json<{ boolean: boolean }>("DELETE", path, "DELETE", { recursive })).boolean;
  }

  /** Moves in one step; a file or an empty directory in the way is replaced. */
  async replace(from: string, to: string): Promise<void> {
    await this.#must("PUT", from, "RENAME", { destination: to, renameoptions: "OVERWRITE" });
  }

  /** Moves, into a directory by that name if there is one; `false` where HDFS does not. */
  async rename(from: string, to: string): Promise<boolean> {
    return (await this.#json<{ boolean: boolean }>("PUT", from, "RENAME", { destination: to })).boolean;
  }

  /** Fails where the user may not write into a directory. */
  async mayWrite(path: string): Promise<void> {
    (await this.#ask("GET", path, "CHECKACCESS", { fsaction: "-w-" })).answer.resume();
  }

  /** Where the bytes of a file are read; DataNodes of these hosts are not wanted. */
  open(path: string, from: number, length: number | undefined, without: readonly string[]): Promise<Redirect> {
    return this.#redirect("GET", path, "OPEN", {
      offset: from,
      ...(length !== undefined && { length }),
      ...(without.length > 0 && { excludedatanodes: without.join(",") }),
    });
  }

  /** Where a new file is written. */
  create(path: string, overwrite: boolean): Promise<Redirect> {
    const { replication, blockSize } = this.options;
    return this.#redirect("PUT", path, "CREATE", {
      overwrite,
      ...(replication !== undefined && { replication }),
      ...(blockSize !== undefined && { blocksize: blockSize }),
    });
  }

  async #must(method: string, path: string, op: string, parameters: Parameters = {}): Promise<void> {
    const { answer, node } = await this.#ask(method, path, op, parameters);
    const text = await this.#text(answer, node);
    if (/"boolean"\s*:\s*false/.test(text)) {
      const message = `${op} ${path} was not done, for a reason it does not tell`;
      throw new HdfsFailure({ kind: "remote", address: node.address, exception: "IOException", message });
    }
  }

  async #json<T>(method: string, path: string, op: string, parameters: Parameters = {}): Promise<T> {
    const { answer, node } = await this.#ask(method, path, op, parameters);
    const text = await this.#text(answer, node);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw foreign(node, answer, text);
    }
  }

  async #redirect(method: string, path: string, op: string, parameters: Parameters): Promise<Redirect> {
    const { answer, node } = await this.#ask(method, path, op, { ...parameters, noredirect: true });
    const text = await this.#text(answer, node);
    // Servers before Hadoop 3 do not know `noredirect`.
    const location = answer.headers.location ?? locationIn(text);
    let url: URL | undefined;
    try {
      url = new URL(location ?? "");
    } catch {}
    if (url === undefined) throw foreign(node, answer, text);
    if (url.protocol !== "http:")
      throw foreign(node, answer, `it sends to ${url.protocol}//${url.host}, and only http: is spoken`);
    return { url, by: node.address };
  }

  async #text(answer: IncomingMessage, node: NameNode): Promise<string> {
    try {
      return await textOf(answer, this.options);
    } catch (error) {
      throw unreachable([{ ...node, why: reasonOf(error) }]);
    }
  }

  async #ask(
    method: string,
    path: string,
    op: string,
    parameters: Parameters = {},
  ): Promise<{ readonly answer: IncomingMessage; readonly node: NameNode }> {
    const { nameNodes, attempts } = this.options;
    const failed = new Map<string, Attempt>();
    for (let attempt = 1; ; attempt++) {
      const index = this.#current;
      const node = nameNodes[index]!;
      const result = await this.#askOne(node, method, path, op, parameters);
      if ("answer" in result) return { ...result, node };
      failed.set(node.address, { ...node, why: result.why });
      const alone = nameNodes.length === 1;
      const most = alone && !result.later ? 1 : Math.max(attempts, nameNodes.length);
      if (result.final || attempt >= most) throw unreachable([...failed.values()]);
      if (this.#current === index) this.#current = (index + 1) % nameNodes.length;
      if (attempt % nameNodes.length === 0) await this.#pause(attempt / nameNodes.length, [...failed.values()]);
    }
  }

  /** After every NameNode has been asked `rounds` times. */
  async #pause(rounds: number, failed: readonly Attempt[]): Promise<void> {
    const { pause, longestPause } = this.options;
    const ms = Math.min(longestPause, pause * 2 ** (rounds - 1));
    this.onWait(`${failed.map(f => `NameNode ${f.address}: ${f.why}`).join("; ")}. Asked again in ${ms} ms.`);
    await sleep(ms);
  }

  /** The answer of one NameNode if it has one; why another should be asked; anything else is thrown. */
  async #askOne(
    node: NameNode,
    method: string,
    path: string,
    op: string,
    parameters: Parameters,
  ): Promise<
    { readonly answer: IncomingMessage } | { readonly why: string; readonly later?: boolean; readonly final?: boolean }
  > {
    let answer: IncomingMessage;
    try {
      answer = await ask(
        urlOf(node.address, path, { op, "user.name": this.options.user, ...parameters }),
        method,
        this.options,
      );
    } catch (error) {
      // What may have been done must not be done again by another one.
      if (error instanceof NotConnected) return { why: error.message };
      return { why: reasonOf(error), final: method !== "GET" };
    }
    if (answer.statusCode === 200 || answer.statusCode === 201 || answer.statusCode === 307) return { answer };
    const failure = await failureOf(answer, node, this.options);
    const why = failure.kind === "remote" ? LATER[failure.exception] : undefined;
    if (why !== undefined) return { why, later: true };
    throw new HdfsFailure(failure);
  }
}

/** What an answer says that is not the one asked for. */
export async function failureOf(
  answer: IncomingMessage,
  node: Answerer,
  limits: { readonly connectTimeout: number; readonly readTimeout: number },
): Promise<Failure> {
  if (answer.statusCode === 401) {
    answer.destroy();
    return { kind: "unauthenticated", address: node.address };
  }
  const text = await errorTextOf(answer, limits).catch(() => "");
  const thrown = remoteException(text);
  return thrown === undefined
    ? foreign(node, answer, text).failure
    : { kind: "remote", address: node.address, ...thrown };
}

function remoteException(text: string): { readonly exception: string; readonly message: string } | undefined {
  try {
    const { exception, message } = (JSON.parse(text) as { RemoteException: Record<string, unknown> }).RemoteException;
    if (typeof exception !== "string") return undefined;
    // The text of some exceptions goes on with a stack trace of the server's.
    return {
      exception,
      message: String(message ?? "")
        .split(/\n\s*at /)[0]!
        .split("\n")[0]!,
    };
  } catch {
    return undefined;
  }
}

function locationIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { Location?: string }).Location;
  } catch {
    return undefined;
  }
}

function foreign({ address, from }: Answerer, answer: IncomingMessage, text: string): HdfsFailure {
  const said = text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120);
  const status = `${answer.statusCode} ${answer.statusMessage}`.trim();
  return new HdfsFailure({ kind: "foreign", address, from, answer: said === "" ? status : `${status}: ${said}` });
}

const unreachable = (attempts: readonly Attempt[]) => new HdfsFailure({ kind: "unreachable", attempts });

const messageOf = (error: unknown): string =>
  error instanceof HdfsFailure && error.failure.kind === "remote" ? error.failure.message : "";

function urlOf(address: string, path: string, parameters: Parameters): URL {
  const url = new URL(`http://${address}/webhdfs/v1${path.split("/").map(encodeURIComponent).join("/")}`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  return url;
}
