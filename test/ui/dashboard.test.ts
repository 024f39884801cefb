import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type RDD, Seconds, type SparkContext, StreamingContext } from "tspark";
import type { ChartKind } from "tspark/dashboard";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { ask, askJson, startContext } from "./harness.js";
import { plotsOf } from "./plots-of.js";

let sc: SparkContext;
let undo = () => {};

before(async () => {
  undo = setLogSink(() => {});
  sc = await startContext();
});
after(async () => {
  await sc.stop();
  undo();
});

interface Chart {
  readonly name: string;
  readonly points: readonly { readonly time: string; readonly values: Record<string, number> }[];
  readonly rows?: readonly string[][];
  readonly columns?: readonly string[];
  readonly error?: string;
}

/** Runs batches of words through charts that `define` makes; what REST says of them, and the page. */
async function charts(
  batches: readonly (readonly string[])[],
  define: (ssc: StreamingContext, words: RDD<string>[]) => void,
): Promise<{ readonly rest: Chart[]; readonly page: string }> {
  const clock = new ManualClock(0);
  const ssc = new StreamingContext(sc, Seconds(1), { clock });
  define(
    ssc,
    batches.map(words => sc.parallelize(words, 2)),
  );
  await ssc.start();
  await clock.advance(batches.length * 1000);
  await ssc.stop(false);
  return { rest: await askJson<Chart[]>(sc, "/dashboard"), page: (await ask(sc, "/dashboard/")).body };
}

const values = (chart: Chart) => chart.points.map(point => point.values);

test("no chart: no page and no tab", async () => {
  assert.equal((await ask(sc, "/dashboard/")).status, 404);
  assert.doesNotMatch((await ask(sc, "/jobs/")).body, /href="\/dashboard\/"/);
});

test("each kind shows what the batches had, and stays when the stream has stopped", async () => {
  const { rest, page } = await charts([["a", "b", "a"], [], ["c"]], (ssc, queue) => {
    const words = ssc.queueStream(queue);
    words.countByValue().toDashboard("line", { kind: "line", unit: "words" });
    words.toDashboard("bar", { kind: "bar" });
    words.count().toDashboard("number", { kind: "number", unit: "words" });
    words.map(word => ({ word, length: word.length })).toDashboard("table", { kind: "table", limit: 2 });
    words.toDashboard("made", { kind: "line", label: word => word.toUpperCase(), value: () => 2.5, history: 2 });
  });
  const byName = new Map(rest.map(chart => [chart.name, chart]));
  assert.deepEqual(values(byName.get("line")!), [{ a: 2, b: 1 }, {}, { c: 1 }]);
  assert.deepEqual(values(byName.get("bar")!), [{ a: 2, b: 1 }, {}, { c: 1 }]);
  assert.deepEqual(values(byName.get("number")!), [{ number: 3 }, { number: 0 }, { number: 1 }]);
  assert.deepEqual(byName.get("table")!.columns, ["word", "length"]);
  assert.deepEqual(byName.get("table")!.rows, [["c", "1"]]);
  assert.deepEqual(values(byName.get("made")!), [{}, { C: 2.5 }]);
  assert.equal(byName.get("line")!.points[0]!.time, "1970-01-01T00:00:01.000GMT");
  assert.match(page, /<h2 id="chart-0-title">line<\/h2>/);
  const [line, number] = plotsOf(page);
  assert.deepEqual(
    [line!.labels, line!.x, line!.y],
    [
      ["a", "b", "c"],
      [1, 2, 3],
      [
        [2, 0, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
    ],
  );
  assert.deepEqual(number!.y, [[3, 0, 1]]);
  assert.match(page, /<p class="number">1<small>words<\/small><\/p>/);
  assert.match((await ask(sc, "/jobs/")).body, /href="\/dashboard\/"/);
});

test("a table shows whatever elements are", async () => {
  const row = [new Date(0), new Date(Number.NaN), null, undefined, Symbol("s"), 5n, { a: [1] }];
  const { rest } = await charts([["x"]], (ssc, queue) => {
    ssc
      .queueStream(queue)
      .map(() => row)
      .toDashboard("any", { kind: "table" });
  });
  const { error, rows } = rest.find(chart => chart.name === "any")!;
  assert.equal(error, undefined);
  assert.deepEqual(rows, [["1970-01-01T00:00:00.000Z", "Invalid Date", "null", "", "Symbol(s)", "5n", "{ a: [ 1 ] }"]]);
});

test("of many labels the largest are shown, and how many more there are", async () => {
  const words = Array.from({ length: 30 }, (_, i) => Array.from({ length: i + 1 }, () => `w${i}`)).flat();
  const { rest, page } = await charts([words], (ssc, queue) => {
    ssc.queueStream(queue).toDashboard("bar", { kind: "bar", limit: 2 });
  });
  assert.deepEqual(values(rest.find(chart => chart.name === "bar")!), [{ w29: 30, w28: 29 }]);
  assert.match(page, /and 28 more/);
});

test("a batch that fails is told on its chart", async () => {
  const { rest, page } = await charts([["a"]], (ssc, queue) => {
    ssc.queueStream(queue).toDashboard("bar", {
      kind: "bar",
      value: () => {
        throw new Error("<no price>");
      },
    });
  });
  assert.match(rest.find(chart => chart.name === "bar")!.error!, /<no price>/);
  assert.match(page, /&#60;no price&#62;/);
});

test("wrong options are told when the chart is defined", () => {
  const ssc = new StreamingContext(sc, Seconds(1), { clock: new ManualClock(0) });
  const words = ssc.queueStream([sc.parallelize(["a"])]);
  const refused = (define: () => void, message: RegExp) =>
    assert.throws(define, { name: "IllegalArgumentError", message });
  refused(() => words.toDashboard("", { kind: "bar" }), /'' as the name of a chart/);
  refused(
    () => words.toDashboard("x", { kind: "pie" as ChartKind }),
    /the kind 'pie'.*"line", "bar", "table", "number"/,
  );
  refused(() => words.toDashboard("x", undefined as unknown as { kind: ChartKind }), /the kind undefined/);
  refused(() => words.toDashboard("x", { kind: "bar", limit: 0 }), /limit: 0/);
  refused(() => words.toDashboard("x", { kind: "bar", value: 1 as unknown as () => number }), /value: 1/);
  words.toDashboard("x", { kind: "bar" });
  refused(() => words.toDashboard("x", { kind: "bar" }), /a chart "x" .* already/);
});
