import assert from "node:assert/strict";
import { test } from "node:test";
import { JobAbortedError, type SparkContext } from "tspark";
import { failureOf, framesOf } from "./failure.js";
import { withContext } from "./with-context.js";

const HERE = /test\/core\/[\w.-]+\.ts:\d+:\d+/;
const OURS = /\/src\/core\/|node:internal/;

for (const placement of ["driver", "workers"]) {
  test(`the stack of a failed job is that of the closure, then that of the call (${placement})`, () =>
    withContext(
      "local[2]",
      async sc => {
        function fails(x: number): number {
          if (x === 2) throw new RangeError("boom");
          return x;
        }
        const error = await failureOf(() =>
          sc
            .parallelize([1, 2], 2)
            .map(x => fails(x))
            .collect(),
        );
        assert.ok(error instanceof JobAbortedError);
        const frames = framesOf(error.stack);
        assert.match(frames[0]!, /fails/);
        for (const frame of frames) assert.match(frame, HERE);
        assert.ok(frames.length >= 3, "the closure, its caller, the action");
        const cause = error.cause as Error;
        assert.match(cause.stack!, /^RangeError: boom\n\s+at .*fails/);
        for (const frame of framesOf(cause.stack)) assert.doesNotMatch(frame, OURS);
      },
      { "spark.tspark.placement": placement },
    ));
}

const nested = { rdd: (sc: SparkContext, x: number) => sc.range(x) };
const none = new WeakRef({});

for (const placement of ["auto", "driver", "workers"]) {
  test(`a closure that cannot travel is told at the call, whichever thread it was for (${placement})`, () =>
    withContext(
      "local[2]",
      async sc => {
        const error = await failureOf(() => sc.range(2).foreach(() => void none.deref()));
        assert.match(error.message, /Task not serializable: the closure -> none is a WeakRef/);
        const frames = framesOf(error.stack);
        assert.doesNotMatch(frames[0]!, /async/);
        for (const frame of frames) assert.match(frame, HERE);
        assert.deepEqual(
          await sc
            .range(0, 2, 1, 2)
            .map(x => x + 1)
            .collect(),
          [1, 2],
        );
      },
      { "spark.tspark.closure.strict": "true", "spark.tspark.placement": placement },
    ));
}

test("a nested use of the context is told where it stands, then at the call", () =>
  withContext("local[2]", async sc => {
    const error = await failureOf(() => sc.range(2).foreach(x => void nested.rdd(sc, x)));
    assert.equal(error.code, "NESTED_USE");
    const frames = framesOf(error.stack);
    assert.match(frames[0]!, /rdd/);
    assert.ok(frames.length >= 3, "the function, the closure, the action");
    for (const frame of frames) assert.match(frame, HERE);
  }));

test("what is wrong with the result of a job stands at the call, not at the await", () =>
  withContext("local[2]", async sc => {
    const empty = sc.parallelize<number>([], 2);
    const text = sc.parallelize([Number.NaN]);
    const calls = [
      () => empty.first(),
      () => empty.reduce((a, b) => a + b),
      () => empty.max(),
      () => text.histogram(2),
    ];
    const here = /failure-stacks\.test\.ts:\d+:\d+/;
    for (const call of calls) {
      const [first] = framesOf((await failureOf(call)).stack);
      assert.match(first!, here, String(call));
      assert.doesNotMatch(first!, /async/, String(call));
    }
  }));

test("every round of take has the place of its call", () =>
  withContext("local[2]", async sc => {
    const error = await failureOf(() =>
      sc
        .parallelize([1, 2, 3], 3)
        .filter(x => {
          if (x === 3) throw new RangeError("in the second round");
          return false;
        })
        .take(1),
    );
    const frames = framesOf(error.stack);
    for (const frame of frames) assert.match(frame, HERE);
    assert.ok(frames.length >= 2, "the closure and the action");
  }));

test("a recursion is shown as one, the first ten calls of a long one; what calls it stands behind it once", () =>
  withContext("local[2]", async sc => {
    const refuse = (depth: number): unknown => (depth > 0 ? refuse(depth - 1) : sc.parallelize([1], -1));
    const times = (stack: string | undefined, name: RegExp) => framesOf(stack).filter(f => name.test(f)).length;
    const three = await failureOf(async () => refuse(2));
    assert.equal(times(three.stack, /refuse/), 3);
    assert.match(framesOf(three.stack)[3]!, HERE);
    const long = await failureOf(async () => refuse(30));
    // The innermost call stands elsewhere in the line than those that call it.
    assert.equal(times(long.stack, /refuse/), 11);

    const down = (n: number): number => {
      if (n === 0) throw new RangeError("at the bottom");
      return down(n - 1);
    };
    const run = (n: number) => sc.parallelize([n], 1).map(down).collect();
    const failed = await failureOf(() => run(4));
    assert.equal(times(failed.stack, /\bdown\b/), 5);
    assert.equal(times(failed.stack, /\brun\b/), 1);
  }));
