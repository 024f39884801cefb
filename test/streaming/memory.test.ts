import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type DStream, type RDD, Seconds, type State, StateSpec, type StreamingContext } from "tspark";
import { TestReceiver } from "tspark/testing";
import { quietly, useDirectory, useSpark, withStream } from "./helpers/streams.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const spark = useSpark();
const temporary = useDirectory();

type Pair = [string, number];
const sum = (a: number, b: number) => a + b;

/** Programs that make each batch from the one before. */
const CHAINS: Record<string, (pairs: DStream<Pair>) => DStream<unknown>> = {
  updateStateByKey: pairs =>
    pairs.updateStateByKey((ones: number[], n: number | undefined) => ones.reduce(sum, n ?? 0)),
  mapWithState: pairs =>
    pairs.mapWithState(
      StateSpec.function((key: string, n: number | undefined, state: State<number>) => {
        state.update((state.getOption() ?? 0) + (n ?? 0));
        return key;
      }),
    ),
  "reduceByKeyAndWindow with an inverse function": pairs =>
    pairs.reduceByKeyAndWindow(sum, (a, b) => a - b, Seconds(3), Seconds(1)),
  window: pairs => pairs.window(Seconds(3)),
};

for (const [name, derive] of Object.entries(CHAINS)) {
  test(`${name}: what no later batch needs is not held`, () =>
    withStream(spark.sc, async (ssc: StreamingContext, clock) => {
      ssc.checkpoint(path.join(temporary.path, name.replaceAll(" ", "-")));
      const receiver = new TestReceiver<Pair>();
      const made: WeakRef<RDD<Pair>["node"]>[] = [];
      const pairs = ssc.receiverStream(receiver).transform(rdd => {
        made.push(new WeakRef(rdd.node));
        return rdd;
      });
      derive(pairs).foreachRDD(rdd => rdd.count());
      await ssc.start();
      for (let batch = 0; batch < 40; batch++) {
        // Every other batch is empty: states take another way then.
        if (batch % 2 === 0) await receiver.store([["a", 1] as Pair]);
        await clock.advance(1000);
      }
      collectGarbage();
      const held = made.filter(ref => ref.deref() !== undefined).length;
      assert.ok(held <= 12, `${held} of 40 batches are held`);
    }));
}

test("a state that cannot be computed holds nothing of the other streams, and is seldom tried", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const made: WeakRef<RDD<number>["node"]>[] = [];
    const other = ssc.queueStream<number>([]).transform(rdd => {
      const own = rdd.map(n => n);
      made.push(new WeakRef(own.node));
      return own;
    });
    other.foreachRDD(rdd => rdd.count());
    let tried = 0;
    const broken = ssc.queueStream([spark.sc.parallelize([1], 1)]).map((): number => {
      tried++;
      throw new Error("not this one");
    });
    const states = broken.countByValueAndWindow(Seconds(3), Seconds(1));
    // Nobody computes it.
    states.foreachRDD(() => {});
    await ssc.start();
    await quietly(() => clock.advance(85_000));
    // When it is made of 10, 20, 40 and 80 batches.
    assert.equal(tried, 4);
    collectGarbage();
    const held = made.filter(ref => ref.deref() !== undefined).length;
    assert.ok(held <= 12, `${held} of 85 batches are held`);
    assert.equal(ssc.failure, undefined);
  }));

test("nothing is held of each batch, however many pass", () =>
  withStream(spark.sc, async (ssc, clock) => {
    ssc.queueStream<number>([]).foreachRDD(rdd => rdd.count());
    await ssc.start();
    const held: number[] = [];
    for (const batches of [100, 300]) {
      await clock.advance(batches * 1000);
      held.push(Number(queryObjects(Promise)));
    }
    const [before = 0, after = 0] = held;
    assert.ok(after - before < 100, `${after - before} promises of 300 batches`);
  }));

test("who asks again and again whether it has stopped leaves nothing behind", () =>
  withStream(spark.sc, async (ssc, clock) => {
    ssc.queueStream<number>([]).foreachRDD(() => {});
    await ssc.start();
    await clock.advance(1000);
    const before = Number(queryObjects(Promise));
    for (let i = 0; i < 100; i++) assert.equal(await ssc.awaitTerminationOrTimeout(0), false);
    const left = Number(queryObjects(Promise)) - before;
    assert.ok(left < 50, `${left} promises of 100 calls`);
  }));
