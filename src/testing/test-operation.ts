import { deepStrictEqual } from "node:assert/strict";
import { formatElement } from "../core/util/format-element.js";
import type { DStream } from "../streaming/dstream.js";
import { type OperationOptions, runOperation } from "./run-operation.js";

/** How {@link testOperation} compares. */
export interface TestOptions extends OperationOptions {
  /** Whether the order within a batch counts; default no, since a shuffle has none of its own. */
  readonly ordered?: boolean;
}

/**
 * Checks an operation in one call: input batches, operation, expected batches.
 *
 * @throws AssertionError with both sides when a batch differs
 * @example
 * await testOperation([["a", "b", "a"], []], s => s.countByValue(), [[["a", 2], ["b", 1]], []]);
 */
export async function testOperation<T, U>(
  input: readonly (readonly T[])[],
  operation: (stream: DStream<T>) => DStream<U>,
  expected: readonly (readonly U[])[],
  options: TestOptions = {},
): Promise<void> {
  const actual = await runOperation(input, operation, options);
  const form = (batches: readonly (readonly U[])[]) => (options.ordered ? batches : batches.map(sorted));
  deepStrictEqual(form(actual), form(expected));
}

/** The elements in the order of their text: the same for every order they may come in. */
export function sorted<T>(elements: readonly T[]): T[] {
  return elements
    .map(element => ({ element, text: formatElement(element) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ element }) => element);
}
