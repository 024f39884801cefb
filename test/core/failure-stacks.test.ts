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
