import assert from "node:assert/strict";
import { test } from "node:test";
import { SparkConf } from "tspark";
import { testContext } from "./with-context.js";

const sc = testContext();

test("makeRDD is parallelize", async () => {
  assert.deepEqual(await sc.makeRDD([1, 2, 3], 2).glom().collect(), [[1], [2, 3]]);
});

test("an RDD knows its context and its partitions, numbered from 0", () => {
  const rdd = sc.range(0, 3, 1, 3);
  assert.equal(rdd.sparkContext, sc);
  assert.equal(rdd.context, sc);
  assert.deepEqual(
    rdd.partitions.map(p => p.index),
    [0, 1, 2],
  );
});

test("there is no address of status pages where there are none", async () => {
  await sc.whenReady();
  assert.equal(sc.uiWebUrl, undefined);
});

test("setJobDescription is a property of the jobs that follow, and leaves the group alone", () => {
  sc.setJobGroup("g", "first");
  sc.setJobDescription("second");
  assert.deepEqual(
    ["spark.jobGroup.id", "spark.job.description"].map(key => sc.getLocalProperty(key)),
    ["g", "second"],
  );
  sc.clearJobGroup();
  assert.equal(sc.getLocalProperty("spark.job.description"), undefined);
});

test("cancelJob ends one job, with the reason given", async () => {
  const started = new Promise<number>(resolve => sc.addSparkListener({ onJobStart: ({ jobId }) => resolve(jobId) }));
  const endless = sc.parallelize([1], 1).foreachPartition(() => new Promise<void>(() => {}));
  const rejected = assert.rejects(endless, { code: "JOB_CANCELLED", message: /cancelled because it is late/ });
  sc.cancelJob(await started, "because it is late");
  await rejected;
  assert.equal(await sc.range(3).count(), 3);
});

test("getCheckpointDir is a folder of this context's own below the one that was set", () => {
  assert.equal(sc.getCheckpointDir(), undefined);
  sc.setCheckpointDir("checkpoints");
  assert.match(sc.getCheckpointDir()!, /\/checkpoints\/[\w-]{36}$/);
});

test("getAllWithPrefix leaves the prefix out; getAllRedacted hides secrets", () => {
  const conf = new SparkConf(false).set("db.user", "me").set("db.password", "hush").set("dbx", 1);
  assert.deepEqual(conf.getAllWithPrefix("db."), [
    ["password", "hush"],
    ["user", "me"],
  ]);
  assert.deepEqual(conf.getAllRedacted(), [
    ["db.password", "*********(redacted)"],
    ["db.user", "me"],
    ["dbx", "1"],
  ]);
});
