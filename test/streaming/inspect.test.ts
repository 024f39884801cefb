import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Seconds, SparkConf, SparkContext, StreamingContext, Time } from "tspark";

test("what streams are made of is shown in one line, as toString says", async () => {
  const conf = new SparkConf(false).setMaster("local").setAppName("inspect").set("spark.ui.enabled", "false");
  const sc = new SparkContext(conf);
  const ssc = new StreamingContext(sc, Seconds(1));
  const rates = ssc.rateStream(1);
  assert.equal(inspect(ssc), "StreamingContext(batch = 1000 ms, INITIALIZED)");
  assert.equal(inspect(rates.map(row => row.value)), "DStream(map)");
  assert.equal(inspect([rates]), `[ ${rates} ]`);
  assert.equal(inspect({ batch: Seconds(2), time: new Time(3000) }), "{ batch: 2000 ms, time: 3000 ms }");
  await ssc.stop(true);
});
