// Flume's own RPC clients, of which one Java process (Client.java) runs as many as are asked for.
import { createInterface } from "node:readline";
import { toolsClassPath } from "./jars.mjs";
import { startJava } from "./java-process.mjs";

/** Starts the process; its clients are opened with `open`. */
export async function startClients() {
  const classPath = await toolsClassPath();
  const { child, gone, end } = startJava(["-Xmx256m", "-cp", classPath, "Client"], ["pipe", "pipe", "pipe"]);
  const waiting = new Map();
  let said = "";
  child.stderr.on("data", text => (said = (said + text).slice(-4000)));
  createInterface(child.stdout).on("line", line => {
    const [, id, outcome, rest] = /^(\d+) (ok|failed) ?(.*)$/.exec(line) ?? [];
    const question = waiting.get(id);
    if (question === undefined) return;
    waiting.delete(id);
    if (outcome === "ok") question.resolve(Object.fromEntries(rest.split(" ").map(pair => pair.split("="))));
    else question.reject(new Error(rest));
  });
  gone.then(code => {
    for (const { reject } of waiting.values()) reject(new Error(`the clients ended with ${code}: ${said}`));
  });
  let asked = 0;
  const ask = (command, name, values = {}) =>
    new Promise((resolve, reject) => {
      const id = String(++asked);
      waiting.set(id, { resolve, reject });
      const pairs = Object.entries(values).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
      child.stdin.write(`${[id, command, name, ...pairs].join(" ")}\n`);
    });
  let named = 0;
  const clientOf = name => ({
    /** Sends one event; rejects when it was not taken. */
    append: (body, headers = {}) =>
      ask("append", name, {
        body,
        ...Object.fromEntries(Object.entries(headers).map(([key, value]) => [`header.${key}`, value])),
      }),
    /** Sends events `"N:xxx"` with a header `i`, in one request. */
    batch: (from, count, size = 0) => ask("batch", name, { from, count, size }),
    /** Sends as many, in requests of `batch`, each again until it was taken. Resolves to `{ failures, ms }`. */
    async load(from, count, { batch = 1000, size = 0 } = {}) {
      const { failures, ms } = await ask("load", name, { from, count, size, batch });
      return { failures: Number(failures), ms: Number(ms) };
    },
    close: () => ask("close", name),
  });
  const make = async (command, port, settings) => {
    const name = `client-${++named}`;
    await ask(command, name, { hosts: "h", "hosts.h": `127.0.0.1:${port}`, "batch-size": 10_000, ...settings });
    return clientOf(name);
  };
  return {
    /** A client of the server at `port`; rejects where none is. `settings` are those of `RpcClientFactory`. */
    open: (port, settings) => make("open", port, settings),
    /** One whose `load` connects, as often as it must. */
    openLater: (port, settings) => make("set", port, settings),
    /** Ends the process. */
    stop: () => end("SIGKILL"),
  };
}
