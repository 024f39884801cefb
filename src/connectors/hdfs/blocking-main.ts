// The thread that asks NameNodes for one that waits for the answer without its event loop.
import { workerData } from "node:worker_threads";
import type { BlockingStart, Question, Reply } from "./blocking-protocol.js";
import { HdfsFailure } from "./failure.js";
import { WebHdfs } from "./web-hdfs.js";

const { port, signal } = workerData as BlockingStart;

const say = (reply: Reply) => {
  port.postMessage(reply);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
};

/** One for each file system, by what it was made with: it knows which NameNode is the active one. */
const clients = new Map<string, WebHdfs>();

function clientFor(options: Question["options"]): WebHdfs {
  const key = JSON.stringify(options);
  let client = clients.get(key);
  if (client === undefined) clients.set(key, (client = new WebHdfs(options, note => say({ note }))));
  return client;
}

async function answer({ id, options, ask, path }: Question): Promise<Reply> {
  try {
    const hdfs = clientFor(options);
    return ask === "status" ? { id, status: await hdfs.status(path) } : { id, list: await hdfs.list(path) };
  } catch (error) {
    if (error instanceof HdfsFailure) return { id, failure: error.failure };
    return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

port.on("message", async (question: Question) => say(await answer(question)));
say({ ready: true });
