import assert from "node:assert/strict";
import { after } from "node:test";
import type { Cells } from "./cells.js";
import { inProcess, inWorker } from "./elsewhere.js";

/** The worker of the test file. */
export const worker = inWorker();
after(() => worker.close());

/** The closure `f` of the cells, for each row, gives the same where it was written, in process, and in a worker. */
export async function same(cells: Cells, rows: unknown[], expected: unknown[], name = "f", f = cells.fn(name)) {
  for (const elsewhere of [inProcess, worker]) assert.deepEqual(await elsewhere.call(f, rows), expected);
  const here: unknown[] = [];
  for (const row of rows) {
    const result = await f(row);
    here.push(result && typeof (result as Iterator<unknown>).next === "function" ? [...(result as never)] : result);
  }
  assert.deepEqual(here, expected);
}
