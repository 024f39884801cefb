// The thread that asks NameNodes for one that waits for the answer without its event loop.
import { workerData } from "node:worker_threads";
import { systemClock } from "../../core/clock/clock.js";
import type { BlockingStart, Question, Reply } from "./blocking-protocol.js";
import { copyToLocal, localTrouble } from "./copy-to-local.js";
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

/** How often whoever waits for a copy hears that it goes on, ms. */
const SIGN_OF_LIFE = 1000;

function signsOfLife(): () => void {
  let said = systemClock.monotonic();
  return () => {
    const now = systemClock.monotonic();
    if (now - said < SIGN_OF_LIFE) return;
    said = now;
    say({ moved: true });
  };
}

async function answer(question: Question): Promise<Reply> {
  const { id, path } = question;
  try {
    const hdfs = clientFor(question.options);
    switch (question.ask) {
      case "status":
        return { id, status: await hdfs.status(path) };
      case "list":
        return { id, list: await hdfs.list(path) };
      case "copy":
        await copyToLocal(hdfs, path, question.target, signsOfLife());
        return { id, copied: true };
    }
  } catch (error) {
    if (error instanceof HdfsFailure) return { id, failure: error.failure };
    const unwritable = localTrouble(error);
    if (unwritable !== undefined) return { id, unwritable };
    return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

port.on("message", async (question: Question) => say(await answer(question)));
say({ ready: true });
