import { describe, it } from "node:test";

/**
 * A suite that needs what may not be on this machine: it is skipped, and says why, unless TSPARK_TEST_NO_SKIP=1 asks for a
 * failure.
 *
 * @param why why it cannot run here; `undefined` when it can
 */
export function describeNeeding(name: string, why: () => Promise<string | undefined>, suite: () => void): void {
  describe(name, async () => {
    const missing = await why();
    if (missing === undefined) {
      suite();
      return;
    }
    it(name, { skip: process.env.TSPARK_TEST_NO_SKIP === "1" ? false : missing }, () => {
      throw new Error(missing);
    });
  });
}
