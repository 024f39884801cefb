import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { checkConf, unknownKeys } from "../../../src/core/conf/check-conf.js";
import { problemOf } from "../../../src/core/conf/convert.js";
import { CONFIG_ENTRIES, nearestConfigKey } from "../../../src/core/conf/keys.js";
import { setLaunchConf } from "../../../src/core/conf/launch-conf.js";
import { SparkConf } from "../../../src/core/conf/spark-conf.js";
import { IllegalArgumentError, NoSuchElementError } from "../../../src/core/errors/spark-error.js";

let dir = "";
const before = { TSPARK_CONF_DIR: process.env["TSPARK_CONF_DIR"], SPARK_CONF_DIR: process.env["SPARK_CONF_DIR"] };

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "tspark-conf-"));
  delete process.env["TSPARK_CONF_DIR"];
  delete process.env["SPARK_CONF_DIR"];
});

afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  setLaunchConf({});
  rmSync(dir, { recursive: true });
});

function defaultsIn(name: string, text: string): string {
  mkdirSync(path.join(dir, name));
  writeFileSync(path.join(dir, name, "spark-defaults.conf"), text);
  return path.join(dir, name);
}

test("set, get, remove, contains, chained", () => {
  const conf = new SparkConf()
    .setMaster("local[2]")
    .setAppName("demo")
    .set("spark.a", 1)
    .set("spark.b", true)
    .setIfMissing("spark.a", "2")
    .setIfMissing("spark.c", "3")
    .remove("spark.b");
  assert.deepEqual(conf.getAll(), [
    ["spark.a", "1"],
    ["spark.app.name", "demo"],
    ["spark.c", "3"],
    ["spark.master", "local[2]"],
  ]);
  assert.equal(conf.get("spark.a"), "1");
  assert.equal(conf.get("spark.none", "d"), "d");
  assert.equal(conf.getOption("spark.none"), undefined);
  assert.equal(conf.contains("spark.b"), false);
  assert.equal(
    conf
      .setAll({ "spark.x": 1 })
      .setAll(new Map([["spark.y", "2"]]))
      .get("spark.y"),
    "2",
  );
});

test("a missing key without a default is NoSuchElementError and names a near one", () => {
  const conf = new SparkConf();
  assert.throws(() => conf.get("spark.nope"), NoSuchElementError);
  assert.throws(() => conf.getInt("spark.nope"), NoSuchElementError);
  assert.throws(() => conf.get("spark.ui.prot"), /Did you mean spark\.ui\.port\?/);
});

test("a value that is none is refused", () => {
  for (const value of [null, undefined, {}, Symbol("x")] as unknown as string[]) {
    assert.throws(() => new SparkConf().set("spark.a", value), IllegalArgumentError);
  }
  assert.throws(() => new SparkConf().set("", "x"), IllegalArgumentError);
});

test("typed readers: value, passed default, the table's default", () => {
  const conf = new SparkConf(false).setAll({
    "spark.i": " 5".trim(),
    "spark.t": "2min",
    "spark.s": "64m",
    "spark.f": "True",
    "spark.d": "0.25",
  });
  assert.equal(conf.getInt("spark.i"), 5);
  assert.equal(conf.getLong("spark.i"), 5);
  assert.equal(conf.getDouble("spark.d"), 0.25);
  assert.equal(conf.getBoolean("spark.f"), true);
  assert.equal(conf.getTimeAsMs("spark.t"), 120_000);
  assert.equal(conf.getTimeAsSeconds("spark.t"), 120);
  assert.equal(conf.getTimeAsSeconds("spark.i"), 5);
  assert.equal(conf.getSizeAsBytes("spark.s"), 67_108_864);
  assert.equal(conf.getInt("spark.none", 7), 7);
  assert.equal(conf.getBoolean("spark.none", false), false);
  assert.equal(conf.getTimeAsMs("spark.none", "3s"), 3000);
  assert.equal(conf.getTimeAsMs("spark.none", 3), 3);
  assert.equal(conf.getSizeAsBytes("spark.none", "1k"), 1024);
  assert.equal(conf.getInt("spark.ui.port"), 4040);
  assert.equal(conf.getBoolean("spark.ui.enabled"), true);
});

test("a value that does not parse names key, value, origin and rule", () => {
  const conf = new SparkConf(false).set("spark.ui.port", "abc").set("spark.streaming.blockInterval", "5 parsecs");
  assert.throws(
    () => conf.getInt("spark.ui.port"),
    /^IllegalArgumentError: spark\.ui\.port=abc \(code\): "abc" is not a whole number/,
  );
  assert.throws(() => conf.getTimeAsMs("spark.streaming.blockInterval"), /"5 parsecs" is not a time/);
  assert.throws(() => new SparkConf(false).set("spark.ui.port", 80).getInt("spark.ui.port"), /between 1024 and 65535/);
  assert.throws(() => new SparkConf(false).set("spark.x", "maybe").getBoolean("spark.x"), /neither true nor false/);
});

test("checkConf reports everything at once, a line each", () => {
  const bad = new SparkConf(false)
    .set("spark.ui.port", "abc")
    .set("spark.streaming.blockInterval", "5 parsecs")
    .set("spark.master", "foo")
    .set("spark.log.level", "LOUD")
    .set("spark.driver.memory", "2g")
    .set("spark.unknown.key", "abc");
  assert.throws(
    () => checkConf(bad),
    (error: Error) => error.message.split("\n").length === 5 && /local\[N,F\]/.test(error.message),
  );
  checkConf(new SparkConf(false).setMaster("local[4,2]").set("spark.log.level", "info"));
});

test("sources, from the weakest: SPARK_CONF_DIR, TSPARK_CONF_DIR, properties file, flags, code", () => {
  const key = "spark.app.name";
  process.env["SPARK_CONF_DIR"] = defaultsIn("s", `${key} s\nspark.only.s yes\nother.key 1`);
  assert.equal(new SparkConf().get(key), "s");
  assert.equal(new SparkConf().contains("other.key"), false);
  process.env["TSPARK_CONF_DIR"] = defaultsIn("t", `${key} t`);
  assert.equal(new SparkConf().get(key), "t");
  assert.equal(new SparkConf().get("spark.only.s"), "yes");
  assert.equal(new SparkConf().origin(key), `spark-defaults.conf ${path.join(dir, "t", "spark-defaults.conf")}`);
  const propertiesFile = path.join(dir, "p.conf");
  writeFileSync(propertiesFile, `${key}=p`);
  setLaunchConf({ propertiesFile });
  assert.equal(new SparkConf().origin(key), `properties file ${propertiesFile}`);
  setLaunchConf({
    propertiesFile,
    flags: [
      { key, value: "f1" },
      { key, value: "f2", origin: "--name" },
    ],
  });
  assert.equal(new SparkConf().get(key), "f2");
  assert.equal(new SparkConf().origin(key), "--name");
  assert.equal(new SparkConf().setAppName("c").origin(key), "code");
  assert.equal(new SparkConf().setAppName("c").clone().origin(key), "code");
  assert.equal(new SparkConf().origin("spark.ui.port"), "default");
  assert.equal(new SparkConf().origin("spark.nope"), undefined);
  assert.deepEqual(new SparkConf(false).getAll(), []);
});

test("a properties file that is missing is named", () => {
  assert.throws(
    () => setLaunchConf({ propertiesFile: path.join(dir, "none.conf") }),
    /none\.conf: there is no such file/,
  );
  assert.throws(() => setLaunchConf({ propertiesFile: dir }), /it is a directory/);
});

test("a copy is independent", () => {
  const conf = new SparkConf(false).set("spark.a", "1");
  const copy = conf.clone().set("spark.a", "2");
  assert.equal(conf.get("spark.a"), "1");
  assert.equal(copy.get("spark.a"), "2");
});

test("toDebugString is sorted and keeps secrets", () => {
  const conf = new SparkConf(false)
    .set("spark.z", "1")
    .set("spark.db.Password", "hunter2")
    .set("spark.kafka.options", "sasl.jaas.config=x")
    .set("spark.a", "2")
    .set("spark.aws.accessKey", "AKIA");
  assert.equal(
    conf.toDebugString(),
    [
      "spark.a=2",
      "spark.aws.accessKey=*********(redacted)",
      "spark.db.Password=*********(redacted)",
      "spark.kafka.options=*********(redacted)",
      "spark.z=1",
    ].join("\n"),
  );
  assert.equal(
    new SparkConf(false).set("spark.redaction.regex", "(?i)zz").set("spark.zZ", "1").toDebugString().includes("1"),
    false,
  );
});

test("every row of the table is sound", () => {
  const keys = CONFIG_ENTRIES.map(e => e.key);
  assert.equal(new Set(keys).size, keys.length, "a key has two rows");
  for (const entry of CONFIG_ENTRIES) {
    // Hadoop has hyphens in its names.
    assert.match(entry.key, /^spark\.(?:hadoop\.[A-Za-z0-9.-]+|[A-Za-z0-9.]+)$/);
    assert.match(entry.doc, /[.]$/, entry.key);
    if (entry.default !== undefined) assert.equal(problemOf(entry, entry.default), undefined, entry.key);
  }
});

test("unknown keys are told from typing errors", () => {
  assert.equal(nearestConfigKey("spark.ui.prot"), "spark.ui.port");
  assert.equal(nearestConfigKey("spark.UI.port"), "spark.ui.port");
  assert.equal(nearestConfigKey("spark.executor.memory"), undefined);
  const conf = new SparkConf(false).setAll({
    "spark.ui.prot": 1,
    "spark.executor.memory": "1g",
    "spark.hadoop.a": 1,
    mine: 2,
  });
  assert.deepEqual(unknownKeys(conf), [
    { key: "spark.executor.memory", origin: "code", nearest: undefined },
    { key: "spark.ui.prot", origin: "code", nearest: "spark.ui.port" },
  ]);
});
