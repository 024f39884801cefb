import assert from "node:assert/strict";
import { test } from "node:test";
import type { SparkContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { ask, askJson, startContext } from "./harness.js";

interface Operator {
  readonly rddId: number;
  readonly name: string;
  readonly callSite: string;
  readonly records: readonly string[];
}

async function withContext(settings: Record<string, string | number>, f: (sc: SparkContext) => Promise<void>) {
  const undo = setLogSink(() => {});
  const sc = await startContext(settings);
  try {
    await f(sc);
  } finally {
    await sc.stop();
    undo();
  }
}

/** What is kept of each stage of the latest job: the records by the name of the operation, stages in their order. */
async function keptOf(sc: SparkContext): Promise<Record<string, readonly string[]>[]> {
  const [job] = await askJson<{ stageIds: number[] }[]>(sc, "/jobs");
  const stages = job!.stageIds.slice().sort((a, b) => a - b);
  return Promise.all(
    stages.map(async id => {
      const operators = await askJson<Operator[]>(sc, `/stages/${id}/0/records`);
      return Object.fromEntries(
        operators.sort((a, b) => a.rddId - b.rddId).map(o => [o.callSite.replace(/ at .*/, ""), o.records]),
      );
    }),
  );
}

for (const placement of ["driver", "workers"]) {
  test(`the first records of each operator, as text (${placement})`, () =>
    withContext({ "spark.tspark.ui.sampleRecords": 3, "spark.tspark.placement": placement }, async sc => {
      const pairs = sc
        .range(0, 100, 1, 2)
        .map(n => n * 2)
        .filter(n => n % 3 === 0)
        .keyBy(n => n % 5)
        .mapValues(n => ({ n, password: "hunter2" }));
      assert.equal(
        (
          await pairs
            .groupByKey(2)
            .mapValues(list => list.length)
            .collect()
        ).length,
        5,
      );
      const [map, reduce] = await keptOf(sc);
      // The tasks of a stage end in any order, and each begins at its own partition.
      const first = map!["range"]![0] === "0" ? [0, 1, 2] : [50, 51, 52];
      assert.deepEqual(map!["range"], first.map(String));
      assert.deepEqual(
        map!["map"],
        first.map(n => String(n * 2)),
      );
      const kept = first[0] === 0 ? [0, 6, 12] : [102, 108, 114];
      assert.deepEqual(map!["filter"], kept.map(String));
      assert.deepEqual(
        map!["keyBy"],
        kept.map(n => `[ ${n % 5}, ${n} ]`),
      );
      assert.deepEqual(
        map!["mapValues"],
        kept.map(n => `[ ${n % 5}, { n: ${n}, password: '*********(redacted)' } ]`),
      );
      assert.deepEqual(Object.keys(reduce!), ["groupByKey", "mapValues"]);
      assert.equal(reduce!["groupByKey"]!.length, 3);
      for (const [i, record] of reduce!["groupByKey"]!.entries()) {
        assert.match(record, /^\[ \d, \[ \{ n: \d+, password: '\*+\(redacted\)' \},/);
        assert.match(reduce!["mapValues"]![i]!, new RegExp(`^\\[ ${record[2]}, [67] \\]$`));
      }
    }));
}

test("a cached RDD, computed and read again; sorting looks at its input twice and shows it once", () =>
  withContext({ "spark.tspark.ui.sampleRecords": 2 }, async sc => {
    const words = sc.parallelize(["b", "a", "c"], 1).map(w => w + w);
    await words.cache().count();
    assert.deepEqual(await keptOf(sc), [{ parallelize: ["'b'", "'a'"], map: ["'bb'", "'aa'"] }]);
    await words.count();
    assert.deepEqual((await keptOf(sc))[0]!["map"], ["'bb'", "'aa'"]);
    await sc
      .parallelize([3, 1, 2], 1)
      .sortBy(n => n)
      .collect();
    const stages = await keptOf(sc);
    assert.deepEqual(stages.at(-2)!["parallelize"], ["3", "1"]);
    assert.deepEqual(stages.at(-1)!["sortBy"]?.slice(0, 1) ?? [], ["1"]);
  }));

test("on the page of the stage a click on an operator shows them, escaped", () =>
  withContext({ "spark.tspark.ui.sampleRecords": 2, "spark.app.name": "records" }, async sc => {
    await sc
      .parallelize(["<b>", "secret plan", "x"], 1)
      .map(w => w)
      .filter(w => w === "nothing")
      .collect();
    const page = await ask(sc, "/stages/stage/?id=0&attempt=0");
    const links = [...page.body.matchAll(/href="(\/stages\/stage\/\?id=0&#38;attempt=0&#38;rdd=(\d+)#records)"/g)];
    assert.equal(links.length, 3);
    assert.doesNotMatch(page.body, /id="records"|plan/);
    const open = async (i: number) => {
      const { status, body } = await ask(sc, links[i]![1]!.replaceAll("&#38;", "&").replace(/#.*/, ""));
      assert.equal(status, 200);
      return body;
    };
    assert.match(await open(0), /<code>&#39;&#60;b&#62;&#39;<\/code>.*<code>&#39;\*+\(redacted\)&#39;<\/code>/s);
    assert.match(await open(0), /rdd=\d+#records" aria-current="true">/);
    assert.match(await open(2), /No record has come out of it\./);
    assert.doesNotMatch((await ask(sc, "/stages/stage/?id=0&rdd=999")).body, /id="records"/);
  }));

test("by default no record is kept, and the loops are those without it", () =>
  withContext({}, async sc => {
    const texts: string[] = [];
    sc.addSparkListener({ onTaskEnd: event => texts.push(...Object.keys(event)) });
    await sc
      .parallelize(["a", "b"], 1)
      .map(w => w)
      .collect();
    assert.ok(texts.length > 0 && !texts.includes("samples"));
    const [stage] = await keptOf(sc);
    assert.deepEqual(stage, { parallelize: [], map: [] });
    const { body } = await ask(sc, "/stages/stage/?id=0&attempt=0&rdd=0");
    assert.match(body, /spark\.tspark\.ui\.sampleRecords=10/);
    assert.match(body, /No records of this stage are kept\./);
    assert.doesNotMatch(body, /rdd=0#records/);
  }));
