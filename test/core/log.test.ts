import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { SparkConf } from "../../src/core/conf/spark-conf.js";
import { configureLogging } from "../../src/core/log/configure-logging.js";
import { getLogger, setLogLevel, setLogSink } from "../../src/core/log/logger.js";

let dir: string;
let lines: string[] = [];
let undo = () => {};

before(() => {
  dir = mkdtempSync(path.join(tmpdir(), "tspark-log-"));
});
after(() => rmSync(dir, { recursive: true, force: true }));
beforeEach(() => {
  lines = [];
  undo = setLogSink(line => lines.push(line));
});
afterEach(() => {
  configure({ "spark.log.level": "WARN" });
  undo();
});

function configure(settings: Record<string, string>): void {
  configureLogging(new SparkConf(false).setAll(settings));
}

const [one, other] = [getLogger("LogTestOne"), getLogger("LogTestOther")];
/** Without the time. */
const said = () => lines.map(line => line.slice("26/11/23 20:30:40 ".length));

test("Spark's line, from the level that is set", () => {
  one.info("quiet");
  one.warn("told", new Error("cause"));
  setLogLevel("info");
  one.info(() => "now");
  assert.deepEqual(said(), ["WARN LogTestOne: told: cause", "INFO LogTestOne: now"]);
  assert.match(lines[0]!, /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d WARN /);
});

test("a component may have a level of its own, which stays when that of all is changed", () => {
  configure({ "spark.tspark.log.levels": "LogTestOne=DEBUG, LogTestOther=OFF" });
  one.debug("a");
  other.error("b");
  setLogLevel("ERROR");
  one.debug("c");
  setLogLevel("WARN", "LogTestOther");
  other.warn("d");
  assert.deepEqual(said(), ["DEBUG LogTestOne: a", "DEBUG LogTestOne: c", "WARN LogTestOther: d"]);
  setLogLevel("WARN");
});

test("JSON lines, with Spark's names", () => {
  configure({ "spark.log.structuredLogging.enabled": "true" });
  one.warn("two\nlines");
  one.error("failed", new RangeError("too far"));
  const [first, second] = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(Object.keys(first!), ["ts", "level", "msg", "logger"]);
  assert.match(String(first!["ts"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual([first!["level"], first!["msg"], first!["logger"]], ["WARN", "two\nlines", "LogTestOne"]);
  const exception = second!["exception"] as Record<string, unknown>;
  assert.deepEqual([exception["class"], exception["msg"]], ["RangeError", "too far"]);
  assert.match((exception["stacktrace"] as string[])[0]!, /log\.test/);
});

test("a file gets the lines too, is turned over at its size, and at most so many are kept", () => {
  const file = path.join(dir, "deep/app.log");
  configure({
    "spark.tspark.log.file": file,
    "spark.tspark.log.file.maxSize": "1k",
    "spark.tspark.log.file.maxFiles": "2",
  });
  for (let i = 0; i < 100; i++) one.warn(`line ${i} ${"x".repeat(50)}`);
  assert.equal(lines.length, 100);
  assert.deepEqual(readdirSync(path.dirname(file)).sort(), ["app.log", "app.log.1", "app.log.2"]);
  const newest = readFileSync(file, "utf8").trimEnd().split("\n");
  assert.equal(newest.at(-1), lines.at(-1));
  for (const name of readdirSync(path.dirname(file))) {
    assert.ok(readFileSync(path.join(dir, "deep", name)).length < 1200, name);
  }
  configure({});
  one.warn("not there any more");
  assert.doesNotMatch(readFileSync(file, "utf8"), /any more/);
});

test("files with like names beside it are nobody's to touch, whatever the name is", () => {
  const place = path.join(dir, "shared");
  mkdirSync(place);
  for (const name of ["a(1.log.gz", "a(1.log.old", "a(1.logger"]) writeFileSync(path.join(place, name), name);
  configure({
    "spark.tspark.log.file": path.join(place, "a(1.log"),
    "spark.tspark.log.file.maxSize": "100",
    "spark.tspark.log.file.maxFiles": "1",
  });
  for (let i = 0; i < 10; i++) one.warn(`line ${i}`);
  for (const name of ["a(1.log.gz", "a(1.log.old", "a(1.logger"]) {
    assert.equal(readFileSync(path.join(place, name), "utf8"), name);
  }
  assert.equal(readdirSync(place).length, 5);
  configure({
    "spark.tspark.log.file": path.join(place, "none.log"),
    "spark.tspark.log.file.maxSize": "100",
    "spark.tspark.log.file.maxFiles": "0",
  });
  for (let i = 0; i < 10; i++) one.warn(`line ${i}`);
  assert.deepEqual(
    readdirSync(place).filter(name => name.startsWith("none")),
    ["none.log"],
  );
});

test("a file that cannot be written to any more is told once, harms nobody, and is written to again when it can be", () => {
  const place = path.join(dir, "gone");
  const file = path.join(place, "app.log");
  configure({ "spark.tspark.log.file": file });
  rmSync(place, { recursive: true });
  one.warn("a");
  one.warn("b");
  assert.equal(lines.length, 3);
  assert.match(lines[1]!, /ERROR LogFile: The log file .*app\.log cannot be written to, .*: ENOENT/);
  mkdirSync(place);
  one.warn("c");
  assert.equal(readFileSync(file, "utf8"), `${lines.at(-1)}\n`);
});

test("a full file that cannot be renamed grows on and loses nothing, which is told once, and is turned over when it can be", () => {
  const place = path.join(dir, "stuck");
  const file = path.join(place, "app.log");
  mkdirSync(path.join(`${file}.1`, "in the way"), { recursive: true });
  configure({
    "spark.tspark.log.file": file,
    "spark.tspark.log.file.maxSize": "200",
    "spark.tspark.log.file.maxFiles": "1",
  });
  for (let i = 0; i < 30; i++) one.warn(`line ${i} ${"x".repeat(50)}`);
  assert.equal(lines.length, 31);
  assert.equal(
    lines.filter(line => /WARN LogFile: The full log file .*app\.log cannot be renamed/.test(line)).length,
    1,
  );
  const written = (...files: string[]) => files.flatMap(f => readFileSync(f, "utf8").trimEnd().split("\n")).sort();
  assert.deepEqual(written(file), lines.toSorted());
  rmSync(`${file}.1`, { recursive: true });
  for (let i = 0; i < 4; i++) one.warn(`line ${i} ${"y".repeat(50)}`);
  assert.deepEqual(written(`${file}.1`, file), lines.toSorted());
});

test("an attempt to turn a file over that fails costs none of the full files", () => {
  const place = path.join(dir, "gap");
  const file = path.join(place, "app.log");
  mkdirSync(place);
  for (const n of [2, 3]) writeFileSync(`${file}.${n}`, `full ${n}`);
  configure({
    "spark.tspark.log.file": file,
    "spark.tspark.log.file.maxSize": "1",
    "spark.tspark.log.file.maxFiles": "3",
  });
  one.warn("a");
  one.warn("b");
  assert.deepEqual(
    [`${file}.1`, `${file}.2`, `${file}.3`].map(f => readFileSync(f, "utf8")),
    [`${lines[0]}\n`, "full 2", "full 3"],
  );
});

test("what cannot be is told at once", () => {
  writeFileSync(path.join(dir, "plain"), "");
  assert.throws(() => configure({ "spark.tspark.log.file": path.join(dir, "plain/app.log") }), {
    name: "SparkError",
    message: /The log file .*plain\/app\.log cannot be written to: .*spark\.tspark\.log\.file/,
  });
  assert.equal(existsSync(path.join(dir, "plain/app.log")), false);
  for (const wrong of ["LogTestOne", "LogTestOne=LOUD", "=WARN"]) {
    assert.throws(() => configure({ "spark.tspark.log.levels": wrong }), {
      name: "IllegalArgumentError",
      message: new RegExp(`has "${wrong}", and each part is NAME=LEVEL`),
    });
  }
});
