import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskContext } from "tspark";
import { failureOf } from "./failure.js";
import { withContext } from "./with-context.js";

/** What a closure may throw, and what is told of it; made where it is thrown. */
const THROWN: Readonly<Record<string, readonly [make: () => unknown, told: RegExp]>> = {
  undefined: [() => undefined, /: undefined$/],
  "a symbol": [() => Symbol("odd"), /: Symbol\(odd\)$/],
  "a plain object": [() => ({ code: 7, why: ["a"] }), /: \{ code: 7, why: \[ 'a' \] \}$/],
  "an array": [() => ["a", { b: 1 }], /: \[ 'a', \{ b: 1 \} \]$/],
  "an object with a text of its own": [() => ({ toString: () => "own text" }), /: own text$/],
  "an object without prototype": [() => Object.create(null), /: Error: something that cannot be shown \(.+\)$/],
  "a proxy that has no prototype to tell": [
    () =>
      new Proxy(new Error("hidden"), {
        getPrototypeOf() {
          throw new Error("no prototype for you");
        },
      }),
    /: Error: something that cannot be shown \(no prototype for you\)$/,
  ],
  "a proxy that traps everything": [
    () => {
      const handler = new Proxy(
        {},
        {
          get() {
            throw new Error("trapped");
          },
        },
      );
      return new Proxy({}, handler);
    },
    /: Error: something that cannot be shown \(trapped\)$/,
  ],
  "an error whose message throws": [
    () =>
      Object.defineProperty(new Error("x"), "message", {
        get() {
          throw new Error("no message");
        },
      }),
    /: Error: something that cannot be shown \(no message\)$/,
  ],
  "an error whose message is a symbol": [
    () => Object.assign(new TypeError("x"), { message: Symbol("m") }),
    /: TypeError: Symbol\(m\)$/,
  ],
  "an error whose stack throws": [
    () =>
      Object.defineProperty(new RangeError("far"), "stack", {
        get() {
          throw new Error("no stack");
        },
      }),
    /: RangeError: far$/,
  ],
  "an error whose cause throws": [
    () =>
      Object.defineProperty(new RangeError("far"), "cause", {
        get() {
          throw new Error("no cause");
        },
      }),
    /: RangeError: far$/,
  ],
  "an error with a property that throws": [
    () =>
      Object.defineProperty(new RangeError("far"), "extra", {
        enumerable: true,
        get() {
          throw new Error("no extra");
        },
      }),
    /: RangeError: far$/,
  ],
  "a frozen error": [() => Object.freeze(new RangeError("cold")), /: RangeError: cold$/],
  "an error that is its own cause": [
    () => {
      const error = new RangeError("round");
      error.cause = error;
      return error;
    },
    /: RangeError: round$/,
  ],
  "a value whose text throws": [
    () => ({
      toString() {
        throw new Error("no text");
      },
    }),
    /: Error: something that cannot be shown \(no text\)$/,
  ],
};

for (const placement of ["driver", "workers"]) {
  test(`whatever is thrown is the failure of its task, and is tried again (${placement})`, () =>
    withContext(
      "local[2,2]",
      async sc => {
        sc.setLogLevel("OFF");
        let ends = 0;
        sc.addSparkListener({ onTaskEnd: e => void (ends += e.reason === "Success" ? 0 : 1) });
        for (const [what, [make, told]] of Object.entries(THROWN)) {
          ends = 0;
          const error = await failureOf(() =>
            sc.parallelize([1], 1).foreach(() => {
              throw make();
            }),
          );
          assert.match(error.message, /^Job aborted due to stage failure: Task 0 .* failed 2 times/, what);
          assert.match(error.message, told, what);
          assert.equal(ends, 2, what);
        }
        assert.equal(await sc.parallelize([1, 2], 2).count(), 2);
        sc.setLogLevel("WARN");
      },
      { "spark.tspark.placement": placement },
    ));

  test(`a task whose completion listener throws has failed, and the other listeners are called (${placement})`, () =>
    withContext(
      "local[1,2]",
      async sc => {
        sc.setLogLevel("OFF");
        const called = sc.longAccumulator("called");
        const job = (attempts: number) =>
          sc
            .parallelize([1], 1)
            .map(x => {
              const task = TaskContext.get()!;
              task.addTaskCompletionListener(() => called.add(1));
              task.addTaskCompletionListener(() => {
                if (task.attemptNumber() < attempts) throw new Error("not closed");
              });
              return x;
            })
            .collect();
        const error = await failureOf(() => job(2));
        assert.match(error.message, /failed 2 times.*: Error: not closed$/);
        assert.deepEqual(await job(1), [1]);
        assert.equal(called.value, 1);
        sc.setLogLevel("WARN");
      },
      { "spark.tspark.placement": placement },
    ));
}
