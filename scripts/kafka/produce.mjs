// Records written by Java's own producer (Produce.java says which).
import { spawn } from "node:child_process";
import { toolsClassPath } from "./jars.mjs";

/**
 * Writes to `topic` and resolves to how many records were acknowledged.
 *
 * @param options bootstrap, topic, records, from, keys, size, compression (none, gzip, snappy, lz4, zstd), timestamp,
 *   "transaction-size", abort, and "producer.<name>" for any setting of the producer. Without `records` the lines of
 *   `stdin` are sent.
 * @param stdin "inherit", or the text to send
 */
export async function produce(options, stdin) {
  const classPath = await toolsClassPath();
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn("java", ["-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath, "Produce", ...flags], {
    stdio: [stdin === "inherit" ? "inherit" : "pipe", "pipe", "pipe"],
  });
  if (stdin !== "inherit") child.stdin.end(stdin ?? "");
  let out = "";
  let err = "";
  child.stdout.on("data", chunk => (out += chunk));
  child.stderr.on("data", chunk => (err += chunk));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  const answer = out.match(/\{"records":(\d+)\}/);
  if (code !== 0 || answer === null) throw new Error(`the producer ended with ${code}: ${err || out}`);
  return Number(answer[1]);
}
