// The thread of a worker: the engine and the user's closures, nothing else.
import "../../plan/nodes/cartesian-node.js";
import "../../plan/nodes/checkpoint-node.js";
import "../../plan/nodes/coalesced-node.js";
import "../../plan/nodes/cogroup-node.js";
import "../../plan/nodes/elements-node.js";
import "../../plan/nodes/file-nodes.js";
import "../../plan/nodes/kept-blocks-node.js";
import "../../plan/nodes/map-async-node.js";
import "../../plan/nodes/partition-function-node.js";
import "../../plan/nodes/pipe-node.js";
import "../../plan/nodes/range-node.js";
import "../../plan/nodes/shuffled-node.js";
import "../../plan/nodes/spread-node.js";
import "../../plan/nodes/step-node.js";
import "../../plan/nodes/union-node.js";
import "../../plan/nodes/zip-partitions-node.js";
import "../../plan/nodes/zip-with-index-node.js";
import "../../conf/spark-conf.js";
import "../../rdd/functions.js";
import { parentPort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./protocol.js";
import { WorkerTasks } from "./worker-tasks.js";

const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);

// What the user's code prints goes the way of results, so that it is there before the job has ended.
for (const [fd, stream] of [
  [1, process.stdout],
  [2, process.stderr],
] as const) {
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    send({ type: "output", fd, text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString() });
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") queueMicrotask(() => callback());
    return true;
  }) as typeof stream.write;
}

const tasks = new WorkerTasks(send);
port.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "task":
      void tasks.run(message);
      return;
    case "kill":
      tasks.kill(message.taskId, message.reason);
      return;
    case "forget":
      tasks.forget(message);
  }
});
send({ type: "ready" });
