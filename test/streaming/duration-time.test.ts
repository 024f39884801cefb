import assert from "node:assert/strict";
import { test } from "node:test";
import { Duration, Milliseconds, Minutes, Seconds, SparkContext, SparkError, Time } from "tspark";
import { testConf } from "./helpers/streams.js";

test("Seconds, Milliseconds and Minutes are plain calls", () => {
  assert.equal(Seconds(2).milliseconds, 2000);
  assert.equal(Milliseconds(500).milliseconds, 500);
  assert.equal(Minutes(1).milliseconds, 60_000);
  assert.equal(Seconds(0.1).milliseconds, 100);
});

test("durations add, compare and divide", () => {
  assert.equal(Seconds(1).plus(Milliseconds(500)).milliseconds, 1500);
  assert.equal(Seconds(1).minus(Milliseconds(500)).milliseconds, 500);
  assert.equal(Seconds(2).times(3).milliseconds, 6000);
  assert.equal(Seconds(3).div(Seconds(2)), 1.5);
  assert.ok(Seconds(2).isMultipleOf(Milliseconds(500)));
  assert.ok(!Seconds(2).isMultipleOf(Milliseconds(600)));
  assert.ok(Seconds(1).less(Seconds(2)) && Seconds(1).lessEq(Seconds(1)));
  assert.ok(Seconds(2).greater(Seconds(1)) && Seconds(1).greaterEq(Seconds(1)));
  assert.ok(Seconds(1) < Seconds(2));
  assert.equal(Seconds(1).max(Seconds(2)).milliseconds, 2000);
  assert.equal(Seconds(1).min(Seconds(2)).milliseconds, 1000);
  assert.ok(Seconds(1).equals(new Duration(1000)));
  assert.equal(Seconds(1).hashCode(), new Duration(1000).hashCode());
  assert.ok(new Duration(0).isZero());
});

test("durations read well", () => {
  assert.equal(String(Seconds(1)), "1000 ms");
  assert.deepEqual(
    [20, 1050, 1450, 1500, 59_950, 120_000, 5_400_000].map(ms => Milliseconds(ms).prettyPrint()),
    ["20 ms", "1.0 s", "1.5 s", "1.5 s", "60.0 s", "2.0 m", "1.50 h"],
  );
});

test("a duration that is no whole number of milliseconds is refused", () => {
  for (const bad of [Number.NaN, 1.5, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new Duration(bad), { code: "BAD_DURATION", message: new RegExp(`not ${bad}`) });
  }
  assert.throws(() => new Time(0.5), SparkError);
});

test("times move by durations and differ by durations", () => {
  const t = new Time(5500);
  assert.equal(t.plus(Seconds(1)).milliseconds, 6500);
  assert.equal(t.minus(Seconds(1)).milliseconds, 4500);
  const difference: Duration = t.minus(new Time(500));
  assert.equal(difference.milliseconds, 5000);
  assert.equal(String(t), "5500 ms");
  assert.ok(t.less(new Time(6000)) && t.greaterEq(new Time(5500)) && t > new Time(1));
  assert.ok(t.equals(new Time(5500)));
  assert.equal(t.hashCode(), new Time(5500).hashCode());
});

test("floor goes back to a multiple, counted from a zero", () => {
  assert.equal(new Time(5500).floor(Seconds(1)).milliseconds, 5000);
  assert.equal(new Time(5500).floor(Seconds(2), new Time(1000)).milliseconds, 5000);
  assert.ok(new Time(4000).isMultipleOf(Seconds(2)));
});

test("times and durations are keys, with one thread and with many", async () => {
  for (const placement of ["driver", "workers"]) {
    const sc = new SparkContext(testConf({ "spark.tspark.placement": placement }));
    try {
      const times = [1, 2, 1, 1].map((n): [Time, Duration] => [new Time(n * 1000), Seconds(n)]);
      const counts = await sc.parallelize(times, 2).countByValue();
      assert.deepEqual([...counts.values()].sort(), [1, 3]);
      const byTime = sc
        .parallelize(times, 2)
        .mapValues(d => d.milliseconds)
        .reduceByKey((a, b) => a + b, 3);
      assert.deepEqual((await byTime.collect()).map(([time, sum]) => [time.milliseconds, sum]).sort(), [
        [1000, 3000],
        [2000, 2000],
      ]);
      assert.deepEqual(await byTime.lookup(new Time(2000)), [2000]);
    } finally {
      await sc.stop();
    }
  }
});

test("until leaves the end out, to does not", () => {
  const ms = (times: Time[]) => times.map(t => t.milliseconds);
  assert.deepEqual(ms(new Time(0).until(new Time(3000), Seconds(1))), [0, 1000, 2000]);
  assert.deepEqual(ms(new Time(0).to(new Time(3000), Seconds(1))), [0, 1000, 2000, 3000]);
});
