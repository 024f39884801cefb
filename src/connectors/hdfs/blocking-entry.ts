import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The code of the thread that asks: beside this file, or `hdfs-thread.js` of the package. */
export function blockingEntry(from: string = import.meta.url): URL {
  const beside = new URL("./blocking-main.js", from);
  return existsSync(fileURLToPath(beside)) ? beside : new URL("./hdfs-thread.js", from);
}
