import assert from "node:assert/strict";
import { test } from "node:test";
import { type RDD, type SparkConf, SparkContext, SparkError } from "tspark";
import { testContext } from "./with-context.js";

// What plain JavaScript, a cast or a value from elsewhere may hand over: the call itself says what is wrong with it.

const sc = testContext("local[1]");
// biome-ignore lint/suspicious/noExplicitAny: what is tested is what the types refuse
type Loose = any;
const loose = sc as Loose;
const xs: Loose = sc.parallelize([3, 1, 2], 2);
const pairs: Loose = sc.parallelize([["a", 1] as [string, number], ["b", 2] as [string, number]], 2);
const add = (a: number, b: number) => a + b;

const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    "textFile(undefined)",
    () => loose.textFile(undefined),
    /textFile: path is undefined, it must be the path of a file/,
  ],
  ["textFile('')", () => loose.textFile(""), /textFile: path is '', it must be/],
  ["wholeTextFiles(5)", () => loose.wholeTextFiles(5), /wholeTextFiles: path is 5/],
  ["binaryFiles(null)", () => loose.binaryFiles(null), /binaryFiles: path is null/],
  ["objectFile([])", () => loose.objectFile([]), /objectFile: path is \[\]/],
  ["parallelize(undefined)", () => loose.parallelize(undefined), /the collection is undefined, it must be an array/],
  ["range(NaN)", () => loose.range(Number.NaN), /range: end is NaN, it must be a whole number/],
  ["union(7)", () => loose.union(7), /union: one of them is 7, it must be an RDD/],
  ["register({})", () => loose.register({}), /register: the accumulator is \{\}, it must be of a class that extends/],
  ["longAccumulator(5)", () => loose.longAccumulator(5), /name is 5, it must be a text/],
  ["setCheckpointDir()", () => loose.setCheckpointDir(), /setCheckpointDir: path is undefined/],
  ["setJobGroup()", () => loose.setJobGroup(), /setJobGroup: groupId is undefined, it must be a text/],
  ["cancelJobGroup(1)", () => loose.cancelJobGroup(1), /cancelJobGroup: groupId is 1/],
  ["cancelJob('x')", () => loose.cancelJob("x"), /cancelJob: jobId is 'x', it must be a whole number/],
  ["setLocalProperty(1, '')", () => loose.setLocalProperty(1, ""), /setLocalProperty: key is 1/],
  ["addSparkListener()", () => loose.addSparkListener(), /addSparkListener: listener is undefined/],
  ["addFile()", () => loose.addFile(), /addFile: path is undefined/],
  ["runJob(5, f)", () => loose.runJob(5, add), /runJob: its first argument is 5, it must be an RDD/],
  ["runJob(rdd)", () => loose.runJob(xs), /runJob: its second argument is undefined, it must be a function/],
  ["runJob(rdd, f, 0)", () => loose.runJob(xs, add, 0), /runJob: partitions is 0, it must be an array/],
  ["setName(1)", () => xs.setName(1), /setName: name is 1/],
  ["persist('x')", () => xs.persist("MEMORY_ONLY"), /persist: level is 'MEMORY_ONLY', it must be a StorageLevel/],
  ["mapAsync()", () => xs.mapAsync(), /mapAsync: its argument is undefined, it must be a function/],
  ["mapAsync(f, 5)", () => xs.mapAsync(add, 5), /mapAsync: options is 5/],
  ["sample(0.5)", () => xs.sample(0.5), /sample: withReplacement is 0.5, it must be true or false/],
  ["sample(…, NaN)", () => xs.sample(false, 0.5, Number.NaN), /sample: seed is NaN, it must be a number/],
  ["randomSplit(3)", () => xs.randomSplit(3), /randomSplit: weights is 3, it must be an array of numbers/],
  ["union(x)", () => xs.union([1]), /union: the other is \[ 1 \], it must be an RDD/],
  ["intersection(x)", () => xs.intersection(undefined), /intersection: the other is undefined/],
  ["subtract(x)", () => xs.subtract("x"), /subtract: the other is 'x'/],
  ["subtract(x, 0)", () => xs.subtract(xs, 0), /subtract: the number of partitions is 0/],
  ["zipPartitions(f)", () => xs.zipPartitions(add), /zipPartitions: the number of others is 0, it must be 1 to 3/],
  ["zipPartitions(b)", () => xs.zipPartitions(xs, 5), /zipPartitions: its last argument is 5, it must be a function/],
  ["groupBy(5)", () => xs.groupBy(5), /groupBy: its argument is 5/],
  ["groupBy(f, 0)", () => xs.groupBy(add, 0), /groupBy: the number of partitions is 0/],
  ["sortBy(f, 3)", () => xs.sortBy(add, 3), /sortBy: ascending is 3, it must be true or false/],
  ["sortBy(f, true, 0)", () => xs.sortBy(add, true, 0), /sortBy: the number of partitions is 0/],
  ["sortBy(…, ordering)", () => xs.sortBy(add, true, 1, "desc"), /sortBy: ordering is 'desc', it must be a function/],
  ["coalesce(1, 2)", () => xs.coalesce(1, 2), /coalesce: shuffle is 2, it must be true or false/],
  ["pipe(5)", () => xs.pipe(5), /pipe: command is 5, it must be a program and its arguments/],
  ["pipe(['cat', 5])", () => xs.pipe(["cat", 5]), /pipe: command is \[ 'cat', 5 \]/],
  ["reduceByKey({})", () => pairs.reduceByKey({}), /reduceByKey: its argument is \{\}, it must be a function/],
  ["foldByKey(0, f, 0)", () => pairs.foldByKey(0, add, 0), /foldByKey: the number of partitions is 0/],
  ["combineByKey(f, f)", () => pairs.combineByKey(add, add), /combineByKey: its argument is undefined/],
  ["partitionBy()", () => pairs.partitionBy(), /partitionBy: the number of partitions is undefined/],
  ["cogroup()", () => pairs.cogroup(), /cogroup: the number of others is 0, it must be 1 to 3/],
  ["cogroup(undefined)", () => pairs.cogroup(undefined), /cogroup: the other is undefined, it must be an RDD/],
  ["cogroup of 5", () => pairs.cogroup(pairs, pairs, pairs, pairs), /the number of others is 4/],
  ["sampleByKey(false)", () => pairs.sampleByKey(false), /sampleByKey: fractions is undefined/],
];

for (const [name, call, message] of refused) {
  test(`${name} is refused by the call`, async () => {
    await assert.rejects(
      async () => call(),
      (error: unknown) => error instanceof SparkError && message.test(error.message),
    );
  });
}

/** Actions give a promise, whatever they are given: it rejects. */
const rejected: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
  ["reduce()", () => xs.reduce(), /reduce: its argument is undefined, it must be a function/],
  ["treeReduce(5)", () => xs.treeReduce(5), /treeReduce: its argument is 5/],
  ["fold(0)", () => xs.fold(0), /fold: its argument is undefined/],
  ["aggregate(0, f)", () => xs.aggregate(0, add), /aggregate: its argument is undefined/],
  ["treeAggregate(0, f)", () => xs.treeAggregate(0, add), /treeAggregate: its argument is undefined/],
  ["foreach(null)", () => xs.foreach(null), /foreach: its argument is null/],
  ["foreachPartition(1)", () => xs.foreachPartition(1), /foreachPartition: its argument is 1/],
  ["top(1, 'x')", () => xs.top(1, "x"), /top: ordering is 'x'/],
  ["max(5)", () => xs.max(5), /max: ordering is 5/],
  ["takeSample(1)", () => xs.takeSample(1), /takeSample: withReplacement is 1/],
  ["countApprox()", () => xs.countApprox(), /countApprox: timeout is undefined, it must be a number of ms/],
  ["saveAsTextFile()", () => xs.saveAsTextFile(), /saveAsTextFile: path is undefined/],
  ["saveAsTextFile(p, 5)", () => xs.saveAsTextFile("never", 5), /Codec 5 is not available/],
  ["saveAsObjectFile(5)", () => xs.saveAsObjectFile(5), /saveAsObjectFile: path is 5/],
  ["histogram()", () => xs.histogram(), /histogram: the buckets is undefined, it must be their number, or an array/],
  ["histogram(['a', 'b'])", () => xs.histogram(["a", "b"]), /the buckets' ends is \[ 'a', 'b' \]/],
  ["reduceByKeyLocally({})", () => pairs.reduceByKeyLocally({}), /reduceByKeyLocally: its argument is \{\}/],
  ["collectAsMap of numbers", () => xs.collectAsMap(), /The element 3 is not a pair/],
  ["lookup of numbers", () => xs.lookup(1), /The element 3 is not a pair/],
  ["sum of texts", () => (sc.parallelize(["1", "2"]) as Loose).sum(), /The element '1' is not a number/],
  ["histogram of texts", () => (sc.parallelize(["1"]) as Loose).histogram([0, 2]), /The element '1' is not a number/],
];

for (const [name, call, message] of rejected) {
  test(`${name} gives a promise that rejects`, async () => {
    let promise: Promise<unknown> | undefined;
    assert.doesNotThrow(() => {
      promise = call();
      promise.catch(() => {});
    });
    await assert.rejects(promise!, (error: unknown) => error instanceof SparkError && message.test(error.message));
  });
}

test("null takes a local property away, as in Scala", () => {
  loose.setLocalProperty("k", "v");
  loose.setLocalProperty("k", null);
  assert.equal(sc.getLocalProperty("k"), undefined);
});

test("a context is made from a SparkConf: Scala's other forms say so", () => {
  assert.throws(
    () => new (SparkContext as Loose)("local[2]", "app"),
    /its argument is 'local\[2\]', it must be a SparkConf/,
  );
  assert.throws(() => new SparkContext({} as SparkConf), /new SparkContext: its argument is \{\}/);
});

test("an RDD of bigints is summed as numbers", async () => {
  assert.equal(await (sc.parallelize([1n, 2n]) as unknown as RDD<number>).sum(), 3);
});
