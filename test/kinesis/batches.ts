import type { InputDStream } from "tspark";
import type { ManualClock } from "tspark/testing";
import { untilRead } from "./local-kinesis.js";

/** Runs batches of a second, whenever a stream has read something, until they have so many elements: all, in their order. */
export async function untilThere<T>(
  stream: Pick<InputDStream<unknown>, "hasPending">,
  clock: ManualClock,
  batches: ReadonlyMap<number, readonly T[]>,
  count: number,
  wait: (stream: Pick<InputDStream<unknown>, "hasPending">) => Promise<void> = untilRead,
): Promise<T[]> {
  for (;;) {
    await clock.advance(1000);
    const all = [...batches.values()].flat();
    if (all.length >= count) return all;
    await wait(stream);
  }
}

/** `[key, text]` of the numbers from 0 on. */
export const numbered = (n: number, text = "") =>
  Array.from({ length: n }, (_, i) => [`key ${i}`, `${text}${i}`] as const);

export const numbersOf = (elements: readonly unknown[]) => elements.map(Number).sort((a, b) => a - b);

export const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
