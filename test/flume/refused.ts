import assert from "node:assert/strict";
import { IllegalArgumentError, type StreamingContext } from "tspark";

/** Checks that each of these lists of arguments, behind the context, is refused with its message. */
export function assertRefused(
  create: unknown,
  ssc: StreamingContext,
  cases: readonly (readonly [args: readonly unknown[], message: RegExp])[],
): void {
  for (const [args, message] of cases) {
    assert.throws(
      () => (create as (...args: unknown[]) => unknown)(ssc, ...args),
      (error: Error) => {
        assert.ok(error instanceof IllegalArgumentError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
}
