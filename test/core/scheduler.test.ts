import assert from "node:assert/strict";
import { test } from "node:test";
import { JobAbortedError, TaskContext } from "tspark";
import { withContext } from "./with-context.js";

const abort = async (run: Promise<unknown>): Promise<JobAbortedError> => {
  const error = await run.then(
    () => assert.fail("the job succeeded"),
    e => e as unknown,
  );
  assert.ok(error instanceof JobAbortedError, String(error));
  return error;
};

test("a closure that throws fails the job, with the user's own error as the cause", () =>
  withContext("local[2]", async sc => {
    const boom = new Error("boom");
    const rdd = sc.parallelize([1, 2], 2).map(x => {
      if (x === 2) throw boom;
      return x;
    });
    const error = await abort(rdd.collect());
    assert.equal(
      error.message,
      "Job aborted due to stage failure: Task 1 in stage 0.0 failed 1 times, most recent failure: Lost task 1.0 in stage 0.0 (TID 1): Error: boom",
    );
    assert.equal(error.cause, boom);
    assert.deepEqual(await sc.parallelize([1]).collect(), [1]);
  }));

test("what is thrown need not be an Error", () =>
  withContext("local", async sc => {
    const error = await abort(
      sc
        .parallelize([1])
        .map(() => {
          throw "text";
        })
        .collect(),
    );
    assert.match(error.message, /: text$/);
  }));

test("local[1,3] tries a task three times in all", () =>
  withContext("local[1,3]", async sc => {
    let attempts = 0;
    const flaky = sc.parallelize([1], 1).map(x => {
      if (++attempts < 3) throw new Error("not yet");
      return x;
    });
    assert.deepEqual(await flaky.collect(), [1]);
    assert.equal(attempts, 3);
    attempts = -10;
    const error = await abort(flaky.collect());
    assert.match(
      error.message,
      /failed 3 times, most recent failure: Lost task 0\.2 in stage 1\.0 \(TID 5\): Error: not yet$/,
    );
  }));

test("a task that a completion listener fails is tried so often, too, and each try ends once", () =>
  withContext("local[1,3]", async sc => {
    let ends = 0;
    sc.addSparkListener({ onTaskEnd: () => ends++ });
    const tries: number[] = [];
    const failing = sc.parallelize([1], 1).mapPartitions(elements => {
      const context = TaskContext.get()!;
      tries.push(context.attemptNumber());
      context.addTaskCompletionListener(() => {
        throw new Error("not closed");
      });
      return elements;
    });
    const error = await abort(failing.count());
    assert.match(error.message, /failed 3 times.*not closed/s);
    assert.deepEqual(tries, [0, 1, 2]);
    assert.equal(ends, 3);
  }));

test("a failure behind a shuffle is told too, and a later job can succeed", () =>
  withContext("local[2]", async sc => {
    let fail = true;
    const counts = sc
      .parallelize(["a", "b", "a"], 2)
      .map(w => {
        if (fail) throw new Error("map side");
        return [w, 1];
      })
      .reduceByKey((a, b) => a + b);
    assert.match((await abort(counts.collect())).message, /Error: map side$/);
    fail = false;
    assert.equal((await counts.collectAsMap()).get("a"), 2);
  }));

test("an action inside a closure explains itself", () =>
  withContext("local[2]", async sc => {
    const rdd = sc.parallelize([1, 2, 3]);
    const nested = rdd.map(x => {
      void rdd.count();
      return x;
    });
    await assert.rejects(nested.collect(), /can only be invoked by the driver, not inside of other transformations/);
    await assert.rejects(
      rdd.foreach(() => void rdd.map(x => x)),
      /SPARK-5063/,
    );
    await assert.rejects(
      rdd.foreachPartition(async () => {
        await null;
        await rdd.count();
      }),
      /SPARK-5063/,
    );
  }));

test("stages whose shuffle is there already are skipped", () =>
  withContext("local[2]", async sc => {
    const submitted: number[] = [];
    const jobs: number[][] = [];
    sc.addSparkListener({
      onJobStart: e => jobs.push(e.stageInfos.map(s => s.stageId)),
      onStageSubmitted: e => submitted.push(e.stageInfo.stageId),
    });
    let ran = 0;
    const counts = sc
      .parallelize(["a", "b", "a"], 2)
      .map(w => {
        ran++;
        return [w, 1];
      })
      .reduceByKey((a, b) => a + b);
    await counts.collect();
    await counts.count();
    assert.equal(ran, 3);
    // Each job has stages of its own, as in Spark; the third is the skipped one.
    assert.deepEqual(jobs, [
      [0, 1],
      [2, 3],
    ]);
    assert.deepEqual(submitted, [0, 1, 3]);
  }));

test("a long task lets the event loop run", () =>
  withContext("local[1]", async sc => {
    let turns = 0;
    const tick = () => {
      turns++;
      if (turns < 1e6) handle = setImmediate(tick);
    };
    let handle = setImmediate(tick);
    await sc
      .range(0, 60_000_000, 1, 1)
      .map(x => Math.sqrt(x))
      .filter(x => x < 0)
      .count();
    clearImmediate(handle);
    assert.ok(turns > 1, `${turns} turns`);
  }));

test("two jobs at once share a shuffle", () =>
  withContext("local[2]", async sc => {
    let ran = 0;
    const counts = sc
      .parallelize([1, 2, 3, 4], 2)
      .map(x => {
        ran++;
        return [x % 2, x];
      })
      .reduceByKey((a, b) => a + b);
    const [all, n] = await Promise.all([counts.collectAsMap(), counts.count()]);
    assert.deepEqual([all.get(0), all.get(1), n, ran], [6, 4, 2, 4]);
  }));
