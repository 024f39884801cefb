import { Worker } from "node:worker_threads";
import { load } from "../../src/core/closure/load.js";
import { ship } from "../../src/core/closure/ship.js";

type Answer = { out: unknown[] } | { error: { name: string; message: string; stack: string } };

/** What a closure gives for each row after it was shipped: here, or in a worker thread. */
export interface Elsewhere {
  call(fn: Function, rows: readonly unknown[]): Promise<unknown[]>;
  close(): Promise<void>;
}

/** Shipped and loaded in this thread. */
export const inProcess: Elsewhere = {
  async call(fn, rows) {
    const loaded = load<(row: unknown) => unknown>(ship(fn).bytes);
    const out: unknown[] = [];
    for (const row of rows) {
      const result = await loaded(row);
      out.push(result && typeof (result as Iterator<unknown>).next === "function" ? [...(result as never)] : result);
    }
    return out;
  },
  async close() {},
};

/** Shipped to a real worker thread, which has loaded nothing but the closure module. */
export function inWorker(): Elsewhere {
  const worker = new Worker(new URL("./closure-worker.js", import.meta.url));
  return {
    async call(fn, rows) {
      const answer = new Promise<Answer>(resolve => worker.once("message", resolve));
      worker.postMessage({ bytes: ship(fn).bytes, rows });
      const result = await answer;
      if ("out" in result) return result.out;
      throw Object.assign(new Error(result.error.message), { name: result.error.name, stack: result.error.stack });
    },
    async close() {
      await worker.terminate();
    },
  };
}
