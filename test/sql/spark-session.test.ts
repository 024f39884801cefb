import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { NoSuchElementError, SparkConf, SparkContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { SparkSession } from "../../src/sql/spark-session.js";

const start = (settings: Record<string, string> = {}) =>
  SparkSession.builder()
    .master("local[2]")
    .appName("demo")
    .config("spark.ui.enabled", false)
    .config(settings)
    .getOrCreate();

afterEach(async () => {
  await SparkSession.getActiveSession()?.stop();
});

test("a builder makes a context and a session on it", async () => {
  const spark = start({ "spark.default.parallelism": "3" });
  assert.equal(spark.sparkContext.appName, "demo");
  assert.equal(spark.sparkContext.master, "local[2]");
  assert.match(spark.version, /^\d+\.\d+\.\d+/);
  assert.deepEqual(await spark.sparkContext.parallelize([1, 2, 3]).collect(), [1, 2, 3]);
  assert.equal(spark.sparkContext.defaultParallelism, 3);
});

test("builder with and without (), settings as a pair, a record, a Map, a SparkConf", async () => {
  const conf = new SparkConf(false).set("my.d", "4");
  const spark = SparkSession.builder
    .master("local")
    .config("spark.ui.enabled", "false")
    .config("my.a", 1)
    .config({ "my.b": 2 })
    .config(new Map([["my.c", 3]]))
    .config(conf)
    .getOrCreate();
  assert.deepEqual(
    ["a", "b", "c", "d"].map(k => spark.sparkContext.conf.get(`my.${k}`)),
    ["1", "2", "3", "4"],
  );
  assert.notEqual(spark.sparkContext.appName, "");
});

test("getOrCreate gives the session there is, and says which settings come too late", () => {
  const spark = start();
  const lines: string[] = [];
  const undo = setLogSink(line => lines.push(line));
  const again = SparkSession.builder()
    .master("local[7]")
    .config("spark.sql.warehouse.dir", "/warehouse")
    .config("my.x", "1")
    .getOrCreate();
  undo();
  assert.equal(again, spark);
  assert.equal(spark.conf.get("my.x"), "1");
  assert.equal(spark.sparkContext.master, "local[2]");
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    /WARN SparkSession: Using an existing Spark session: spark\.master, spark\.sql\.warehouse\.dir keep/,
  );
  assert.equal(spark.conf.getOption("spark.sql.warehouse.dir"), undefined);
});

test("getOrCreate uses the context there is, and makes a new one after stop", async () => {
  const sc = new SparkContext(
    new SparkConf(false).setMaster("local").setAppName("mine").set("spark.ui.enabled", false),
  );
  const spark = SparkSession.builder().getOrCreate();
  assert.equal(spark.sparkContext, sc);
  await spark.stop();
  assert.equal(sc.isStopped, true);
  assert.equal(SparkSession.getActiveSession(), undefined);
  assert.notEqual(start().sparkContext, sc);
});

test("the configuration of a session", () => {
  const spark = start({ "spark.default.parallelism": "3" });
  spark.conf.set("my.limit", 10);
  assert.equal(spark.conf.get("my.limit"), "10");
  assert.equal(spark.conf.get("spark.default.parallelism"), "3");
  assert.equal(spark.conf.get("spark.port.maxRetries"), "16");
  assert.equal(spark.conf.get("spark.port.maxRetries", "5"), "5");
  assert.equal(spark.conf.get("my.none", "d"), "d");
  assert.throws(() => spark.conf.get("my.none"), NoSuchElementError);
  assert.equal(spark.conf.getOption("my.none"), undefined);
  assert.equal(spark.conf.getAll().get("my.limit"), "10");
  assert.equal(spark.conf.getAll().get("spark.master"), "local[2]");
  assert.throws(
    () => spark.conf.set("spark.ui.port", 1),
    /Cannot modify the value of the Spark config: spark\.ui\.port/,
  );
  assert.equal(spark.conf.isModifiable("spark.master"), false);
  assert.equal(spark.conf.isModifiable("spark.sql.shuffle.partitions"), true);
  assert.equal(spark.newSession().conf.getOption("my.limit"), undefined);
  assert.equal(spark.newSession().sparkContext, spark.sparkContext);
  spark.conf.unset("my.limit");
  assert.equal(spark.conf.getOption("my.limit"), undefined);
});
