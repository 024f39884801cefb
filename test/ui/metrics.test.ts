import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { InputDStream, type RDD, Seconds, StreamingContext, type Time } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { FAMILIES } from "../../src/ui/api/metric-families.js";
import { ask, startContext } from "./harness.js";

interface Family {
  readonly type: string;
  /** By the text of the labels, sorted. */
  readonly samples: Map<string, number>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const VALUE = "[+-]?(?:\\d+(?:\\.\\d*)?(?:e[+-]?\\d+)?|Inf|NaN)";

/**
 * A strict reading of Prometheus's text format, with what `promtool check metrics` complains about: HELP and TYPE before the
 * samples, each family once and in one piece, no sample twice, names and units as they should be. Else it throws.
 */
function parse(text: string): Map<string, Family> {
  assert.ok(text.endsWith("\n"), "the last line has no end");
  const families = new Map<string, Family>();
  let current: string | undefined;
  let helped: string | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    const help = new RegExp(`^# HELP (${NAME}) (?:[^\\\\]|\\\\\\\\|\\\\n)+$`).exec(line);
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge)$`).exec(line);
    if (help !== null) {
      assert.ok(!families.has(help[1]!), `${help[1]} comes twice`);
      assert.equal(helped, undefined, `${helped} has HELP and no TYPE`);
      helped = help[1];
    } else if (type !== null) {
      assert.equal(type[1], helped, `TYPE of ${type[1]} without HELP before it`);
      assert.ok(current === undefined || families.get(current)!.samples.size > 0, `${current} has no sample`);
      families.set(type[1]!, { type: type[2]!, samples: new Map() });
      current = type[1];
      helped = undefined;
      assert.equal(current!.endsWith("_total"), type[2] === "counter", `${current} is a ${type[2]}`);
      assert.doesNotMatch(current!, /_(?:ms|millis|milliseconds|kb|mb|count|sum|bucket|gauge|counter)(?:_|$)/);
    } else {
      const sample = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (${VALUE})$`).exec(line);
      assert.ok(sample, `neither a comment nor a sample: ${line}`);
      assert.equal(sample[1], current, `${sample[1]} outside its family`);
      const labels = labelsOf(sample[2] ?? "");
      const { samples } = families.get(current!)!;
      assert.ok(!samples.has(labels), `${line} comes twice`);
      samples.set(labels, Number(sample[3]));
    }
  }
  return families;
}

function labelsOf(text: string): string {
  const one = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;
  const labels: string[] = [];
  while (one.lastIndex < text.length) {
    const m = one.exec(text);
    assert.ok(m, `no labels: ${text}`);
    if (m[1] !== "application_id") labels.push(`${m[1]}=${m[2]}`);
  }
  assert.equal(new Set(labels.map(label => label.split("=")[0])).size, labels.length, `a label twice: ${text}`);
  return labels.sort().join(" ");
}

test("/metrics/prometheus: a strict parser reads it, and the numbers are those of the application", async () => {
  const sc = await startContext();
  await sc.parallelize([1, 2, 3], 3).count();
  const reply = await ask(sc, "/metrics/prometheus");
  assert.equal(reply.type, "text/plain; version=0.0.4; charset=utf-8");
  const metrics = parse(reply.body);
  assert.deepEqual(metrics.get("tspark_tasks_completed_total"), { type: "counter", samples: new Map([["", 3]]) });
  assert.deepEqual(metrics.get("tspark_jobs_active"), { type: "gauge", samples: new Map([["", 0]]) });
  assert.equal(metrics.has("tspark_streaming_batches_active"), false);
  assert.match(reply.body, /tspark_jobs_active\{application_id="local-\d+"\} 0\n/);
  await sc.stop();
});

/** The kind of a {@link Lagging} source as a label has it. */
const STRANGE = 'A \\"strange\\" \\\\ source';

/** A source that says how far it is behind, and has a limit. */
class Lagging extends InputDStream<number> {
  get kind(): string {
    return 'A "strange" \\ source';
  }
  override get rateLimit(): number {
    return 12.5;
  }
  override compute(time: Time): RDD<number> {
    const lag = [7 + this.id, 0].map((lag, partition) => ({ topic: 'a"b\\c\nd', partition, lag }));
    this.reportInfo(time, 3, { lag });
    return this.context.sparkContext.parallelize([1, 2, 3]);
  }
}

test("lag and limits have labels, whatever their names are; two inputs may read the same partitions", async () => {
  const undo = setLogSink(() => {});
  const sc = await startContext();
  const clock = new ManualClock(0);
  const ssc = new StreamingContext(sc, Seconds(1), { clock });
  for (const input of [new Lagging(ssc), new Lagging(ssc)]) input.foreachRDD(() => {});
  await ssc.start();
  await clock.advance(1000);
  const metrics = parse((await ask(sc, "/metrics/prometheus")).body);
  assert.deepEqual(
    [...metrics.get("tspark_streaming_lag_records")!.samples],
    [
      [`input=${STRANGE} [0] partition=0 topic=a\\"b\\\\c\\nd`, 7],
      [`input=${STRANGE} [1] partition=0 topic=a\\"b\\\\c\\nd`, 8],
      [`input=${STRANGE} [0] partition=1 topic=a\\"b\\\\c\\nd`, 0],
      [`input=${STRANGE} [1] partition=1 topic=a\\"b\\\\c\\nd`, 0],
    ],
  );
  assert.deepEqual(
    [...metrics.get("tspark_streaming_rate_limit_records_per_second")!.samples],
    [
      [`input=${STRANGE} [0]`, 12.5],
      [`input=${STRANGE} [1]`, 12.5],
    ],
  );
  assert.deepEqual([...metrics.keys()].sort(), FAMILIES.map(f => f.name).sort());
  const page = (await ask(sc, "/streaming/")).body;
  assert.match(page, /<dt>Back-pressure Limit<\/dt><dd>25\.00 records\/s<\/dd>/);
  await sc.stop();
  undo();
});

test("names: ours, with units, counters end in _total", () => {
  for (const { name, type, help } of FAMILIES) {
    assert.match(name, /^tspark_[a-z_]+$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.match(help, /^[A-Z][^\n\\]*\.$/);
  }
  assert.equal(new Set(FAMILIES.map(f => f.name)).size, FAMILIES.length);
});

test("docs/status-port.md lists them all, and no other", () => {
  const page = readFileSync("docs/status-port.md", "utf8");
  const rows = [...page.matchAll(/^\| `(tspark_\w+)` \| (\w+) \| (.*) \|$/gm)].map(m => m.slice(1));
  assert.deepEqual(
    rows,
    FAMILIES.map(f => [f.name, f.type, f.help]),
  );
});

test("the parser is strict", () => {
  const family = "# HELP x_total X.\n# TYPE x_total counter\n";
  assert.equal(parse(`${family}x_total{a="\\"",b="2"} 1\n`).get("x_total")!.samples.size, 1);
  for (const wrong of [
    `${family}x_total 1`,
    `${family}x_total 1\nx_total 1\n`,
    `${family}x_total{a="1",a="2"} 1\n`,
    `${family}x_total{a="\\x"} 1\n`,
    `${family}x_total{a="1} 1\n`,
    `${family}y_total 1\n`,
    `${family}x_total one\n`,
    "# TYPE x_total counter\nx_total 1\n",
    "# HELP x X.\n# TYPE x counter\nx 1\n",
    "# HELP x_ms X.\n# TYPE x_ms gauge\nx_ms 1\n",
    `${family}x_total 1\n${family}`,
  ]) {
    assert.throws(() => parse(wrong), { name: "AssertionError" }, wrong);
  }
});
