import assert from "node:assert/strict";
import { test } from "node:test";
import { HashPartitioner, NoSuchElementError, SparkConf } from "tspark";
import { wholeStack } from "../../src/core/errors/spark-error.js";
import { failureOf, framesOf } from "./failure.js";
import { testContext } from "./with-context.js";

const sc = testContext();
const HERE = /failure(?:s\.test)?\.[jt]s:\d+:\d+/;

for (const [name, action] of Object.entries({
  "an empty RDD": () => sc.emptyRDD<number>().reduce((a, b) => a + b),
  "a missing path": () => sc.textFile("no-such-file").count(),
  "a wrong argument": async () => sc.range(3).sample(true, -1).count(),
  "keys without order": () =>
    sc
      .parallelize([Symbol("a"), Symbol("b")], 2)
      .sortBy(x => x)
      .collect(),
  "an ordering that fails": () =>
    sc
      .parallelize([2, 1], 2)
      .sortBy(
        x => x,
        true,
        2,
        () => {
          throw new TypeError("no order");
        },
      )
      .collect(),
  "a missing setting": async () => new SparkConf(false).get("no.such.key"),
})) {
  test(`stacks hold the user's own frames: ${name}`, async () => {
    const frames = framesOf((await failureOf(action)).stack);
    assert.ok(frames.length > 0);
    for (const frame of frames) assert.match(frame, HERE);
  });
}

test("who looks for a mistake of ours finds all frames", async () => {
  const error = await failureOf(async () => new SparkConf(false).get("no.such.key"));
  assert.ok(error instanceof NoSuchElementError);
  assert.match(wholeStack(error), /spark-conf/);
});

for (const partitions of [1, 3]) {
  test(`values without an order end the job, in ${partitions} partitions`, async () => {
    const error = await failureOf(() =>
      sc
        .parallelize([Symbol("a"), Symbol("b"), Symbol("c"), Symbol("d")], partitions)
        .sortBy(x => x)
        .collect(),
    );
    assert.match(error.message, /^Job aborted due to stage failure: .*have no natural order/);
    assert.equal((error.cause as { code: string }).code, "NO_NATURAL_ORDER");
  });
}

test("lookup rejects for a key that cannot be compared", async () => {
  const pairs = sc.parallelize<[unknown, number]>([[1, 2]], 2);
  for (const rdd of [pairs, pairs.partitionBy(new HashPartitioner(2))]) {
    const found = rdd.lookup(() => 1);
    await assert.rejects(found, { code: "KEY_NOT_COMPARABLE" });
  }
});

test("lookup finds a key before the ranges of a sorted RDD are known", async () => {
  const sorted = sc
    .parallelize<[number, string]>(
      [
        [2, "b"],
        [1, "a"],
      ],
      2,
    )
    .sortByKey();
  assert.deepEqual(await sorted.lookup(1), ["a"]);
});

test("a missing path is told by name where its partitions are asked for, as in Spark", () => {
  const pairs = sc.textFile("no-such-file").map(line => [line, 1]);
  assert.throws(
    () => pairs.reduceByKey((a, b) => a + b),
    /^InputOutputError: Input path does not exist: file:.*no-such-file\. /,
  );
});

test("statistics of what are no numbers say so; bigints are numbers", async () => {
  const pairs = sc.parallelize([[1, 2]]) as never as typeof numbers;
  const numbers = sc.parallelize([1n, 3n]) as never as ReturnType<typeof sc.range>;
  const error = await failureOf(() => pairs.mean());
  assert.equal((error.cause as { code: string }).code, "NOT_A_NUMBER");
  assert.equal(await numbers.mean(), 2);
});
