import type { ManualClock } from "tspark/testing";

/** Runs batches of a second until they have so many elements, which it gives in their order. */
export async function untilThere<T>(
  clock: ManualClock,
  batches: ReadonlyMap<number, readonly T[]>,
  count: number,
): Promise<T[]> {
  for (;;) {
    await clock.advance(1000);
    const all = [...batches.values()].flat();
    if (all.length >= count) return all;
  }
}

/** `[key, text]` of the numbers from 0 on. */
export const numbered = (n: number, text = "") =>
  Array.from({ length: n }, (_, i) => [`key ${i}`, `${text}${i}`] as const);

export const numbersOf = (elements: readonly unknown[]) => elements.map(Number).sort((a, b) => a - b);

export const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
