import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The file of the workers' code: beside this one, or `worker.js` of the package. `undefined` where there is none. */
export function workerEntry(from: string = import.meta.url): URL | undefined {
  const candidates = /\/executor\/pool\/[^/]*$/.test(from)
    ? ["./worker-main.js"]
    : ["./worker.js", "../worker.js", "./dist/worker.js"];
  return candidates.map(c => new URL(c, from)).find(url => url.protocol === "file:" && existsSync(fileURLToPath(url)));
}
