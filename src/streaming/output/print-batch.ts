import type { RDD } from "../../core/rdd/rdd.js";
import { formatElement } from "../../core/util/format-element.js";
import type { Time } from "../time.js";

const RULE = "-------------------------------------------";

let sink: (text: string) => void = text => console.log(text);

/**
 * Sends what `print()` of streams prints to `write` (one batch a call, without the last `\n`) instead of standard output;
 * returns what undoes it. The shell uses it to print above the line being typed.
 */
export function setPrintSink(write: (text: string) => void): () => void {
  const before = sink;
  sink = write;
  return () => {
    sink = before;
  };
}

/** Prints a text without its last `\n`, by the sink that is set. */
export function printText(text: string): void {
  sink(text);
}

/** The lines over what is printed of a batch. */
export function batchHead(time: Time): string[] {
  return [RULE, `Time: ${time}`, RULE];
}

/** Prints the first `num` elements under the batch's time, as `DStream.print` describes it. */
export async function printBatch<T>(rdd: RDD<T>, time: Time, num: number): Promise<void> {
  const first = await rdd.take(num + 1);
  const lines = [...batchHead(time), ...first.slice(0, num).map(formatElement)];
  if (first.length > num) lines.push("...");
  lines.push("");
  printText(lines.join("\n"));
}
