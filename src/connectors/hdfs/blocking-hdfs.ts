import { MessageChannel, type MessagePort, receiveMessageOnPort, SHARE_ENV, Worker } from "node:worker_threads";
import { E as IO } from "../../core/io/errors.js";
import { getLogger } from "../../core/log/logger.js";
import { blockingEntry } from "./blocking-entry.js";
import type { Ask, Question, Reply } from "./blocking-protocol.js";
import { HdfsFailure } from "./failure.js";
import type { RemoteStatus, WebHdfsOptions } from "./web-hdfs.js";

const log = getLogger("HdfsFileSystem");

/** How long the thread may take to start, ms. */
const START = 120_000;
/** Above what a request may take by its own time-outs, ms. */
const GRACE = 30_000;

/**
 * Asks NameNodes and waits for the answer: an RDD's partitions are a property, and listing files may not give way to
 * anything else. A thread of its own does the asking while this one stands still, and tells what it waits for; it starts with
 * the first question, serves all file systems of this thread, and keeps nobody alive.
 */
class BlockingHdfs {
  #thread: { readonly port: MessagePort; readonly signal: Int32Array; ready: boolean } | undefined;
  #asked = 0;

  status(options: WebHdfsOptions, path: string): RemoteStatus | undefined {
    const reply = this.#ask(options, { ask: "status", path });
    return "status" in reply ? reply.status : undefined;
  }

  list(options: WebHdfsOptions, path: string): readonly RemoteStatus[] {
    const reply = this.#ask(options, { ask: "list", path });
    return "list" in reply ? reply.list : [];
  }

  /** @throws InputOutputError when `target` cannot be written to */
  copy(options: WebHdfsOptions, path: string, target: string): void {
    const reply = this.#ask(options, { ask: "copy", path, target });
    if ("unwritable" in reply) {
      const { code, message } = reply.unwritable;
      throw IO.UNWRITABLE(target, Object.assign(new Error(message), { code }));
    }
  }

  #ask(options: WebHdfsOptions, question: Ask): Reply {
    const thread = (this.#thread ??= this.#start());
    const id = ++this.#asked;
    thread.port.postMessage({ ...question, options, id } satisfies Question);
    const { connectTimeout, readTimeout, longestPause } = options;
    for (;;) {
      const seen = Atomics.load(thread.signal, 0);
      for (let m = receiveMessageOnPort(thread.port); m !== undefined; m = receiveMessageOnPort(thread.port)) {
        const reply = m.message as Reply;
        if ("ready" in reply) thread.ready = true;
        else if ("note" in reply) log.warn(reply.note);
        // An answer that nobody waits for any more is left over from a question that was interrupted.
        else if ("id" in reply && reply.id === id) return settled(reply);
      }
      const patience = thread.ready ? connectTimeout + readTimeout + longestPause + GRACE : START;
      if (Atomics.wait(thread.signal, 0, seen, patience) === "timed-out") {
        this.#thread = undefined;
        throw new Error(
          `The thread that asks HDFS has not answered for ${patience} ms: ${question.ask} ${question.path}`,
        );
      }
    }
  }

  #start() {
    const { port1: port, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(blockingEntry(), {
      workerData: { port: port2, signal },
      transferList: [port2],
      env: SHARE_ENV,
      execArgv: [],
      stdin: false,
    });
    worker.unref();
    worker.on("error", error => log.error("The thread that asks HDFS has ended", error));
    const thread = { port, signal, ready: false };
    worker.on("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }
}

/** This thread's. */
export const blockingHdfs = new BlockingHdfs();

function settled(reply: Reply): Reply {
  if ("failure" in reply) throw new HdfsFailure(reply.failure);
  if ("fault" in reply) throw new Error(reply.fault);
  return reply;
}
