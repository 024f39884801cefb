import type { ClientRequest, IncomingMessage } from "node:http";
import type { ByteSink } from "../../core/io/file-system.js";
import { begin, reasonOf, within } from "./exchange.js";
import { HdfsFailure } from "./failure.js";
import { failureOf, type WebHdfs } from "./web-hdfs.js";

/**
 * Begins a new file: the NameNode names a DataNode, which takes the bytes as they are written. The file is there when `close`
 * has resolved. What a DataNode has taken cannot be sent again by it: a failure is final for this sink.
 */
export async function writeFile(hdfs: WebHdfs, path: string, overwrite: boolean): Promise<ByteSink> {
  const { url, by } = await hdfs.create(path, overwrite);
  return new Upload(hdfs, path, url, by);
}

class Upload implements ByteSink {
  readonly #request: ClientRequest;
  readonly #answer: Promise<IncomingMessage>;
  /** An answer that came before the end of the bytes: it says why they are not wanted. */
  #early = false;
  #position = 0;
  #closed: Promise<void> | undefined;
  #failed: unknown;

  constructor(
    private readonly hdfs: WebHdfs,
    private readonly path: string,
    private readonly url: URL,
    private readonly by: string,
  ) {
    const { request, answer } = begin(url, "PUT", hdfs.options);
    this.#request = request;
    this.#answer = answer;
    answer.then(
      () => {
        this.#early = this.#closed === undefined;
        this.#wake?.();
      },
      () => this.#wake?.(),
    );
    request.setHeader("content-type", "application/octet-stream");
    request.setHeader("transfer-encoding", "chunked");
  }

  /** Ends the wait for bytes to be taken. */
  #wake: (() => void) | undefined;

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    const taken = new Promise<void>(resolve => {
      this.#wake = resolve;
      // Taken by the system: the caller may use the memory again.
      this.#request.write(bytes, () => resolve());
    });
    const { connectTimeout, readTimeout } = this.hdfs.options;
    try {
      await within(taken, connectTimeout + readTimeout, () => this.#request.destroy());
      if (this.#early || this.#request.destroyed) throw await this.#reason();
    } catch (error) {
      throw await this.#fail(error);
    }
    this.#position += bytes.length;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#failed !== undefined) {
      this.#request.destroy();
      throw this.#failed;
    }
    this.#request.end();
    const { connectTimeout, readTimeout } = this.hdfs.options;
    try {
      const answer = await within(this.#answer, connectTimeout + readTimeout, () => this.#request.destroy());
      if (answer.statusCode !== 201 && answer.statusCode !== 200) throw await this.#refusal(answer);
      answer.resume();
    } catch (error) {
      throw await this.#fail(error);
    }
  }

  /** Why the connection is of no use any more. */
  async #reason(): Promise<unknown> {
    try {
      return await this.#refusal(await this.#answer);
    } catch (error) {
      return error;
    }
  }

  async #refusal(answer: IncomingMessage): Promise<HdfsFailure> {
    const node = { address: this.url.host, from: `NameNode ${this.by} named it` };
    return new HdfsFailure(await failureOf(answer, node, this.hdfs.options));
  }

  async #fail(error: unknown): Promise<unknown> {
    if (this.#failed !== undefined) return this.#failed;
    this.#request.destroy();
    this.#failed = error instanceof HdfsFailure ? error : await this.#withoutAnswer(error);
    return this.#failed;
  }

  /** A DataNode that refuses a file closes the connection while bytes are under way, and its answer may be lost: the NameNode knows. */
  async #withoutAnswer(error: unknown): Promise<HdfsFailure> {
    const lost: HdfsFailure = new HdfsFailure({
      kind: "dataNode",
      address: this.url.host,
      position: this.#position,
      why: reasonOf(error),
    });
    try {
      await this.hdfs.mayWrite(this.path.slice(0, this.path.lastIndexOf("/")) || "/");
      return lost;
    } catch (refused) {
      const denied = refused instanceof HdfsFailure && refused.failure.kind === "remote";
      return denied && refused.failure.exception === "AccessControlException" ? refused : lost;
    }
  }
}
