import assert from "node:assert/strict";
import { test } from "node:test";
import { JobAbortedError } from "tspark";
import { sliceIsOver } from "../../src/core/executor/time-slice.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { withContext } from "./with-context.js";

const abort = async (run: Promise<unknown>): Promise<JobAbortedError> => {
  const error = await run.then(
    () => assert.fail("the job succeeded"),
    e => e as unknown,
  );
  assert.ok(error instanceof JobAbortedError, String(error));
  return error;
};

test("cancelJobGroup ends the jobs of the group, in long loops and in awaits", () =>
  withContext("local[2]", async sc => {
    const group = async () => {
      sc.setJobGroup("slow", "a slow job", true);
      assert.equal(sc.getLocalProperty("spark.jobGroup.id"), "slow");
      return Promise.all([
        abort(
          sc
            .range(0, 1e12, 1, 2)
            .map(x => x + 1)
            .count(),
        ),
        abort(
          sc
            .parallelize([1], 1)
            .mapAsync(() => new Promise<number>(() => {}))
            .collect(),
        ),
      ]);
    };
    const running = group();
    const other = (async () => {
      sc.clearJobGroup();
      return sc.parallelize([1, 2]).count();
    })();
    setImmediate(() => sc.cancelJobGroup("slow"));
    const [a, b] = await running;
    assert.match(a.message, /^Job \d cancelled part of cancelled job group slow$/);
    assert.match(b.message, /cancelled part of cancelled job group slow/);
    assert.equal(await other, 2);
    sc.cancelAllJobs();
  }));

test("jobs that still wait for their turn end when they are cancelled: nothing of them runs, and no listener hears of them", () =>
  withContext("local[2]", async sc => {
    const heard: number[] = [];
    sc.addSparkListener({ onJobStart: e => heard.push(e.jobId), onJobEnd: e => heard.push(-e.jobId) });
    let ran = 0;
    const counted = sc.parallelize([1, 2], 2).map(x => {
      ran++;
      return x;
    });
    // Code that never gives way has had the event loop for itself.
    while (!sliceIsOver());
    const jobs = [1, 2, 3].map(() => abort(counted.count()));
    assert.equal(sc.statusTracker.getActiveJobIds().length, 3);
    sc.cancelAllJobs();
    for (const error of await Promise.all(jobs)) {
      assert.match(error.message, /^Job \d cancelled/);
      assert.match(error.stack!, /cancel\.test/);
    }
    assert.deepEqual([ran, heard, sc.statusTracker.getActiveJobIds()], [0, [], []]);
    assert.equal(sc.statusTracker.getJobInfo(0)?.status, "FAILED");
    assert.equal(await counted.count(), 2);
    assert.deepEqual(heard, [3, -3]);
  }));

test("a job that is cancelled in the moment in which it begins rejects as any cancelled one", () =>
  withContext("local[2]", async sc => {
    const ends: string[] = [];
    sc.addSparkListener({ onJobEnd: e => ends.push(e.error?.message ?? "") });
    // Between its begin and its first task only the log hears of it.
    const undo = setLogSink(line => line.includes("Got job 0 ") && sc.cancelAllJobs());
    sc.setLogLevel("INFO");
    try {
      const error = await abort(sc.parallelize([1, 2, 3], 3).collect());
      assert.match(error.message, /^Job 0 cancelled as part of cancellation of all jobs/);
      assert.deepEqual(ends, [error.message]);
    } finally {
      undo();
      sc.setLogLevel("WARN");
    }
    assert.equal(await sc.parallelize([1, 2]).count(), 2);
  }));

test("stopping the context cancels what runs", async () => {
  let job: Promise<JobAbortedError> | undefined;
  await withContext("local[2]", async sc => {
    job = abort(sc.range(0, 1e12, 1, 2).count());
  });
  assert.match((await job!).message, /shut down/);
});
