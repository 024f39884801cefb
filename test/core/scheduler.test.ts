import assert from "node:assert/strict";
import { test } from "node:test";
import {
  JobAbortedError,
  type RDD,
  SparkConf,
  SparkContext,
  type SparkEvent,
  type SparkListener,
  type SparkStageInfo,
  TaskContext,
} from "tspark";
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

test("one context at a time, and a stopped one says so", async () => {
  const conf = new SparkConf(false).setMaster("local").setAppName("x").set("spark.ui.enabled", "false");
  const sc = new SparkContext(conf);
  assert.throws(
    () => new SparkContext(conf),
    /Only one SparkContext .* created at SparkContext at scheduler\.test\.[jt]s:\d+/,
  );
  assert.equal(SparkContext.getOrCreate(), sc);
  const rdd = sc.parallelize([1]);
  await sc.stop();
  await sc.stop();
  assert.equal(sc.isStopped, true);
  assert.throws(
    () => sc.parallelize([1]),
    /Cannot call parallelize on a stopped SparkContext: .*created at.*stopped at/,
  );
  assert.throws(() => rdd.map(x => x), /stopped SparkContext/);
  const none = rdd as unknown as RDD<never>;
  const actions: (() => Promise<unknown>)[] = [
    () => rdd.count(),
    () => rdd.take(0),
    () => rdd.takeSample(false, 0),
    () => rdd.countByValue(),
    () => none.countByKey(),
    () => none.lookup(1 as never),
    () => rdd.histogram(2),
    () => rdd.toLocalIterator().next(),
    () => rdd.saveAsTextFile("out"),
  ];
  // None of them throws: an action is a promise.
  for (const action of actions) await assert.rejects(action(), /stopped SparkContext/);
  assert.throws(() => new SparkContext(new SparkConf(false).setAppName("x")), /master URL must be set/);
  assert.throws(() => new SparkContext(new SparkConf(false).setMaster("local")), /application name must be set/);
  assert.throws(() => new SparkContext(new SparkConf(false).setMaster("yarn").setAppName("x")), /local\[N\]/);
});

test("fields of the context", () =>
  withContext("local[3]", async sc => {
    assert.equal(sc.master, "local[3]");
    assert.equal(sc.appName, "test");
    assert.equal(sc.applicationId, `local-${sc.startTime}`);
    assert.equal(sc.defaultParallelism, 3);
    assert.equal(sc.defaultMinPartitions, 2);
    assert.match(sc.version, /^\d+\.\d+\.\d+/);
    assert.equal(String(sc), `SparkContext(master = local[3], app id = ${sc.applicationId})`);
    assert.equal(sc.getConf().get("spark.app.name"), "test");
    assert.equal(sc.parallelize([1, 2, 3, 4]).getNumPartitions(), 3);
    assert.equal(await (await sc.whenReady()).range(3).sum(), 3);
  }));

test("spark.default.parallelism counts for new RDDs and for shuffles", () =>
  withContext(
    "local[2]",
    async sc => {
      const pairs = sc.parallelize<[string, number]>([["a", 1]], 2);
      assert.equal(sc.parallelize([1]).getNumPartitions(), 7);
      assert.equal(pairs.groupByKey().getNumPartitions(), 7);
      assert.equal(
        pairs
          .groupByKey(3)
          .mapValues(x => x.length)
          .groupByKey()
          .getNumPartitions(),
        3,
      );
    },
    { "spark.default.parallelism": "7" },
  ));

test("range", () =>
  withContext("local[2]", async sc => {
    assert.deepEqual(await sc.range(4).collect(), [0, 1, 2, 3]);
    assert.deepEqual(await sc.range(1, 10, 4).collect(), [1, 5, 9]);
    assert.deepEqual(await sc.range(3, 0, -1, 2).glom().collect(), [[3], [2, 1]]);
    assert.deepEqual(await sc.range(3, 3).collect(), []);
    assert.equal(
      await sc
        .range(0, 5_000_000)
        .map(x => x * 2)
        .filter(x => x % 3 === 0)
        .count(),
      1_666_667,
    );
    assert.throws(() => sc.range(0, 5, 0), /step is 0/);
    assert.throws(() => sc.range(0.5), /whole number/);
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

test("listeners hear of jobs, stages and tasks in order, before the action resolves", () =>
  withContext("local[2]", async sc => {
    const heard: string[] = [];
    const listener: SparkListener = {
      onJobStart: e => heard.push(`job ${e.jobId}: ${e.stageInfos.map(s => s.name).join()}`),
      onStageSubmitted: e => heard.push(`stage ${e.stageInfo.stageId}, ${e.stageInfo.numTasks} tasks`),
      onTaskStart: e => heard.push(`task ${e.taskInfo.taskId}`),
      onTaskEnd: e => heard.push(`task ${e.taskInfo.taskId} ${e.reason}`),
      onStageCompleted: e => heard.push(`stage ${e.stageInfo.stageId} ${e.stageInfo.failureReason ?? "ok"}`),
      onJobEnd: e => heard.push(`job ${e.jobId} ${e.error === undefined ? "ok" : "failed"}`),
    };
    sc.addSparkListener(listener);
    await sc.parallelize([1, 2], 2).count();
    assert.match(heard[0]!, /^job 0: count at scheduler\.test\.[jt]s:\d+:\d+$/);
    assert.deepEqual(heard.slice(1), [
      "stage 0, 2 tasks",
      "task 0",
      "task 0 Success",
      "task 1",
      "task 1 Success",
      "stage 0 ok",
      "job 0 ok",
    ]);
    sc.removeSparkListener(listener);
    await sc.parallelize([1]).count();
    assert.equal(heard.length, 8);
  }));

test("a job's events name its stages and say how it ended", () =>
  withContext("local[2]", async sc => {
    const heard: unknown[] = [];
    sc.addSparkListener({
      onJobStart: e => heard.push(e.stageIds),
      onJobEnd: e => heard.push([e.jobResult, e.error?.message.includes("boom")]),
    });
    const pairs = sc.parallelize([1, 2], 2).map(x => [x, x] as [number, number]);
    await pairs.reduceByKey((a, b) => a + b).count();
    const failing = pairs.map((): number => {
      throw new Error("boom");
    });
    await assert.rejects(failing.count());
    await sc.emptyRDD<number>().collect();
    assert.deepEqual(heard, [
      [0, 1],
      ["JobSucceeded", undefined],
      [2],
      ["JobFailed", true],
      [],
      ["JobSucceeded", undefined],
    ]);
  }));

test("sc.events() is an async iterator over the same facts; it ends with the application", async () => {
  const seen: SparkEvent["type"][] = [];
  let reading: Promise<void> | undefined;
  await withContext("local", async sc => {
    reading = (async () => {
      for await (const event of sc.events()) seen.push(event.type);
    })();
    await sc.parallelize([1], 1).count();
  });
  await reading;
  assert.deepEqual(seen, [
    "SparkListenerJobStart",
    "SparkListenerStageSubmitted",
    "SparkListenerTaskStart",
    "SparkListenerTaskEnd",
    "SparkListenerStageCompleted",
    "SparkListenerJobEnd",
    "SparkListenerApplicationEnd",
  ]);
});

test("a listener that throws harms nobody", () =>
  withContext("local", async sc => {
    const heard: number[] = [];
    sc.setLogLevel("OFF");
    sc.addSparkListener({
      onJobEnd() {
        throw new Error("listener");
      },
    });
    sc.addSparkListener({ onJobEnd: e => heard.push(e.jobId) });
    await sc.parallelize([1]).count();
    sc.setLogLevel("WARN");
    assert.deepEqual(heard, [0]);
  }));

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
      assert.match(error.stack!, /scheduler\.test/);
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

test("the status tracker knows jobs and stages", () =>
  withContext("local[2]", async sc => {
    sc.setJobGroup("g", "");
    let during: number[] = [];
    let early: SparkStageInfo | undefined;
    await sc.parallelize([1, 2], 2).foreachPartition(() => {
      during = sc.statusTracker.getActiveJobIds();
      early ??= sc.statusTracker.getStageInfo(0);
    });
    assert.deepEqual(during, [0]);
    assert.deepEqual([early?.numActiveTasks, early?.numCompletedTasks], [1, 0]);
    assert.deepEqual(sc.statusTracker.getJobIdsForGroup("g"), [0]);
    assert.deepEqual(sc.statusTracker.getActiveJobIds(), []);
    assert.deepEqual(sc.statusTracker.getJobInfo(0), { jobId: 0, stageIds: [0], status: "SUCCEEDED", group: "g" });
    const stage = sc.statusTracker.getStageInfo(0)!;
    assert.deepEqual([stage.numTasks, stage.numCompletedTasks, stage.numFailedTasks], [2, 2, 0]);
    assert.match(stage.name, /^foreachPartition at scheduler\.test/);
    sc.clearJobGroup();
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

test("toString and toDebugString", () =>
  withContext("local[2]", async sc => {
    const file = /scheduler\.test\.[jt]s:\d+:\d+/g;
    const words = sc.parallelize(["a", "b"], 2).map(w => [w, 1]);
    assert.equal(String(words).replace(file, "F"), "MapPartitionsRDD[1] at map at F");
    const counts = words.setName("words").reduceByKey((a, b) => a + b, 3);
    assert.equal(
      counts.toDebugString().replace(file, "F"),
      [
        "(3) ShuffledRDD[2] at reduceByKey at F []",
        " +-(2) words MapPartitionsRDD[1] at map at F []",
        "    |  ParallelCollectionRDD[0] at parallelize at F []",
      ].join("\n"),
    );
    const joined = counts.join(counts.mapValues(x => x).partitionBy(5)).cache();
    assert.equal(
      joined.toDebugString().replace(file, "F").split("\n")[0],
      "(5) MapPartitionsRDD[6] at join at F [Memory Deserialized 1x Replicated]",
    );
    await joined.collect();
    assert.match(joined.toDebugString(), /\n {1,3}\| +CachedPartitions: 5; MemorySize: \d+\.\d B; DiskSize: 0\.0 B\n/);
  }));
