import assert from "node:assert/strict";

/** The frames of a stack. */
export const framesOf = (stack: string | undefined) => stack!.split("\n").filter(line => /^\s+at /.test(line));

/** What an action that must fail rejects with. */
export async function failureOf(action: () => Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await action();
  } catch (error) {
    return error as Error;
  }
  throw new assert.AssertionError({ message: "it did not fail" });
}
