import { parentPort } from "node:worker_threads";
import { loadAsync } from "../../src/core/closure/load.js";

/** Loads the closure it is sent, in a thread of its own, and calls it with each row. */
parentPort?.on("message", async ({ bytes, rows }: { bytes: Uint8Array; rows: unknown[] }) => {
  try {
    const f = await loadAsync<(row: unknown) => unknown>(bytes);
    const out: unknown[] = [];
    for (const row of rows) {
      const result = await f(row);
      out.push(result && typeof (result as Iterator<unknown>).next === "function" ? [...(result as never)] : result);
    }
    parentPort?.postMessage({ out });
  } catch (error) {
    const { name, message, stack } = error as Error;
    parentPort?.postMessage({ error: { name, message, stack } });
  }
});
