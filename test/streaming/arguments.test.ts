import assert from "node:assert/strict";
import { test } from "node:test";
import { Duration, Milliseconds, Minutes, Seconds, SparkError, StateSpec, StreamingContext, Time } from "tspark";
import { ManualClock } from "tspark/testing";
import { testContext } from "../core/with-context.js";

// What plain JavaScript, a cast or a value from elsewhere may hand over: the call itself says what is wrong with it.

const sc = testContext("local[1]");
// biome-ignore lint/suspicious/noExplicitAny: what is tested is what the types refuse
type Loose = any;
const ssc = new StreamingContext(sc, Seconds(1), { clock: new ManualClock() });
const loose: Loose = ssc;
const stream: Loose = ssc.queueStream<[string, number]>([]);
const add = (a: number, b: number) => a + b;
const s = Seconds(1) as Loose;
const time = new Time(5000) as Loose;

const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["Seconds(null)", () => Seconds(null as Loose), /whole number of milliseconds, not null/],
  ["Minutes('1')", () => Minutes("1" as Loose), /whole number of milliseconds, not "1"/],
  ["Milliseconds(1.5)", () => Milliseconds(1.5), /whole number of milliseconds, not 1.5/],
  ["duration + number", () => s.plus(5), /must be a Duration, not 5: pass e.g. Seconds\(1\)/],
  ["duration < undefined", () => s.less(undefined), /must be a Duration, not undefined/],
  ["duration.isMultipleOf(5)", () => s.isMultipleOf(5), /must be a Duration, not 5/],
  ["duration * null", () => s.times(null), /not null/],
  ["time + number", () => time.plus(5), /must be a Duration, not 5/],
  ["time - undefined", () => time.minus(undefined), /must be a Duration, not undefined/],
  ["time < number", () => time.less(5), /A Time is due, not 5: pass e.g. new Time/],
  ["time.until(number)", () => time.until(9000, Seconds(1)), /A Time is due, not 9000/],
  ["options that are none", () => new StreamingContext(sc, Seconds(1), null as Loose), /options is null/],
  ["a clock that is none", () => new StreamingContext(sc, Seconds(1), { clock: {} as Loose }), /clock is \{\}/],
  ["checkpoint()", () => loose.checkpoint(), /checkpoint: path is undefined/],
  [
    "getOrCreate(undefined)",
    () => loose.constructor.getOrCreate(undefined, () => ssc),
    /getOrCreate: path is undefined/,
  ],
  ["textFileStream(5)", () => loose.textFileStream(5), /path is 5/],
  ["queueStream()", () => loose.queueStream(), /queueStream: queue is undefined, it must be an array of RDDs/],
  ["queueStream([], 5)", () => loose.queueStream([], 5), /oneAtATime is 5, it must be true or false/],
  ["queueStream of no RDD", () => loose.queueStream([], true, 5), /defaultRDD is 5, it must be an RDD/],
  ["receiverStream({})", () => loose.receiverStream({}), /it must be of a class that extends Receiver/],
  ["addStreamingListener()", () => loose.addStreamingListener(), /listener is undefined/],
  ["ssc.union([5])", () => loose.union([5]), /union takes a DStream, not 5/],
  ["ssc.transform(5, [])", () => loose.transform(5, [stream]), /transform takes a function, not 5/],
  ["awaitTerminationOrTimeout()", () => loose.awaitTerminationOrTimeout(), /is undefined, it must be a number of ms/],
  ["map(5)", () => stream.map(5), /map takes a function, not 5/],
  ["flatMap()", () => stream.flatMap(), /flatMap takes a function, not undefined/],
  ["filter(null)", () => stream.filter(null), /filter takes a function, not null/],
  ["mapPartitions(1)", () => stream.mapPartitions(1), /mapPartitions takes a function, not 1/],
  ["reduce()", () => stream.reduce(), /reduce takes a function/],
  ["transform()", () => stream.transform(), /transform takes a function/],
  ["mapValues()", () => stream.mapValues(), /mapValues takes a function/],
  ["flatMapValues()", () => stream.flatMapValues(), /flatMapValues takes a function/],
  ["reduceByKey()", () => stream.reduceByKey(), /reduceByKey takes a function/],
  ["combineByKey(f)", () => stream.combineByKey(add), /combineByKey takes a function, not undefined/],
  [
    "reduceByWindow()",
    () => stream.reduceByWindow(undefined, Seconds(1), Seconds(1)),
    /reduceByWindow takes a function/,
  ],
  ["reduceByKeyAndWindow()", () => stream.reduceByKeyAndWindow(5, Seconds(1)), /reduceByKeyAndWindow takes a function/],
  ["updateStateByKey(f, 1, 5)", () => stream.updateStateByKey(add, 1, 5), /initialRDD is 5, it must be an RDD/],
  ["mapWithState(f)", () => stream.mapWithState(add), /mapWithState takes a StateSpec, not/],
  ["repartition(0)", () => stream.repartition(0), /repartition: the number of partitions is 0/],
  ["union(rdd)", () => stream.union(sc.range(3)), /union takes a DStream, not .*: an RDD is joined with each batch/],
  ["join(undefined)", () => stream.join(undefined), /join takes a DStream, not undefined/],
  ["transformWith(5, f)", () => stream.transformWith(5, add), /transformWith takes a DStream, not 5/],
  ["print(NaN)", () => stream.print(Number.NaN), /print: num is NaN, it must be a whole number/],
  ["live(-1)", () => stream.live(-1), /live: num is -1/],
  ["saveAsTextFiles()", () => stream.saveAsTextFiles(), /saveAsTextFiles: path is undefined/],
  ["saveAsObjectFiles('x', 5)", () => stream.saveAsObjectFiles("x", 5), /suffix is 5, it must be a text/],
  ["persist('x')", () => stream.persist("x"), /persist: level is 'x', it must be a StorageLevel/],
  ["uid(5)", () => stream.uid(5), /uid: name is 5/],
  ["slice(0, 1)", () => stream.slice(0, 1), /A Time is due, not 0/],
  ["initialState(5)", () => StateSpec.function(add as Loose).initialState(5 as Loose), /it must be an RDD/],
  ["numPartitions(0)", () => StateSpec.function(add as Loose).numPartitions(0), /number of partitions is 0/],
  ["partitioner(5)", () => StateSpec.function(add as Loose).partitioner(5 as Loose), /it must be a Partitioner/],
  ["new ManualClock('x')", () => new ManualClock("x" as Loose), /startMs is 'x'/],
  ["advance(-1)", () => new ManualClock().advance(-1), /advance: its argument is -1/],
  ["setTime(before)", () => new ManualClock(5).setTime(4), /ManualClock is at 5 ms and cannot go to 4/],
];

for (const [name, call, message] of refused) {
  test(`${name} is refused by the call`, async () => {
    await assert.rejects(
      async () => call(),
      (error: unknown) => error instanceof SparkError && message.test(error.message),
    );
  });
}

test("negative durations are fine where they are differences", () => {
  assert.deepEqual(Seconds(1).minus(Seconds(2)), new Duration(-1000));
});

test("streams of another context are refused", () => {
  const [a, b] = [0, 1].map(() => new StreamingContext(sc, Seconds(1))) as [StreamingContext, StreamingContext];
  const ofA = a.queueStream<number>([]);
  const ofB = b.queueStream<number>([]);
  const wrong = {
    union: [() => ofA.union(ofB), () => a.union([ofA, ofB]), () => a.union([ofB])],
    transform: [() => a.transform(rdds => rdds[0]!, [ofB])],
    transformWith: [() => ofA.transformWith(ofB, rdd => rdd)],
  };
  for (const [name, calls] of Object.entries(wrong)) {
    for (const call of calls)
      assert.throws(call, { message: new RegExp(`^${name}: all streams must belong to the same`) });
  }
});
