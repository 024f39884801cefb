import assert from "node:assert/strict";
import { test } from "node:test";
import { InputDStream, StreamingListener, type StreamingListenerDrainProgress, Time } from "tspark";
import { TestReceiver } from "tspark/testing";
import type { StreamingEvents } from "../../src/streaming/listener.js";
import { Batch } from "../../src/streaming/scheduler/batch.js";
import { batchesOf, quietly, signal, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();

/** Every event of a listener, in the order it came. */
class Recorder extends StreamingListener {
  readonly events: [keyof StreamingEvents, StreamingEvents[keyof StreamingEvents]][] = [];
  constructor() {
    super();
    const note =
      <K extends keyof StreamingEvents>(name: K) =>
      (event: StreamingEvents[K]) =>
        this.events.push([name, event]);
    for (const name of Object.getOwnPropertyNames(StreamingListener.prototype)) {
      if (name !== "constructor") Object.assign(this, { [name]: note(name as keyof StreamingEvents) });
    }
  }
  get names(): string[] {
    return this.events.map(([name]) => name);
  }
  of<K extends keyof StreamingEvents>(name: K): StreamingEvents[K][] {
    return this.events.filter(([n]) => n === name).map(([, event]) => event as StreamingEvents[K]);
  }
}

test("every event of a life, in order", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const recorder = new Recorder();
    ssc.addStreamingListener(recorder);
    const receiver = new TestReceiver<number>();
    ssc.receiverStream(receiver).foreachRDD(() => {});
    await ssc.start();
    await receiver.store(1);
    await clock.advance(1000);
    await quietly(() => receiver.reportError("hiccup"));
    await ssc.stop(false);
    assert.deepEqual(recorder.names, [
      "onStreamingStarted",
      "onReceiverStarted",
      "onBatchSubmitted",
      "onBatchStarted",
      "onOutputOperationStarted",
      "onOutputOperationCompleted",
      "onBatchCompleted",
      "onReceiverError",
      "onReceiverStopped",
      "onStreamingStopped",
    ]);
  }));

test("a batch's delays: from submission to start, from start to end, and both", () => {
  const [time, run] = [new Time(1000), async () => {}];
  const jobs = [0, 1].map(outputOpId => ({ time, outputOpId, name: "print", description: "", run }));
  const batch = new Batch(time, jobs, new Map(), 1000);
  const delays = () => {
    const { schedulingDelay, processingDelay, totalDelay } = batch.info();
    return [schedulingDelay, processingDelay, totalDelay];
  };
  assert.deepEqual(delays(), [undefined, undefined, undefined]);
  batch.jobStarted(jobs[0]!, 1050);
  assert.deepEqual(delays(), [50, undefined, undefined]);
  batch.jobEnded(jobs[0]!, 1200, undefined);
  assert.equal(batch.operationInfo(jobs[0]!).duration, 150);
  assert.deepEqual(delays(), [50, undefined, undefined]);
  batch.jobStarted(jobs[1]!, 1200);
  batch.jobEnded(jobs[1]!, 1350, undefined);
  assert.deepEqual(delays(), [50, 300, 350]);
});

test("a batch tells how far its source is behind, and the rate that limited it", () =>
  withStream(spark.sc, async (ssc, clock) => {
    class Topic extends InputDStream<number> {
      get kind() {
        return "Topic stream";
      }
      override get rateLimit() {
        return 500;
      }
      override compute(time: Time) {
        const lag = [
          { topic: "t", partition: 0, lag: 7 },
          { topic: "t", partition: 1, lag: 5 },
        ];
        this.reportInfo(time, 3, { lag, offsets: "0-3" }, "t 0-3");
        return this.context.sparkContext.parallelize([1, 2, 3]);
      }
    }
    const recorder = new Recorder();
    ssc.addStreamingListener(recorder);
    new Topic(ssc).foreachRDD(() => {});
    await ssc.start();
    await clock.advance(1000);
    const { batchInfo } = recorder.of("onBatchCompleted")[0]!;
    const info = batchInfo.streamIdToInputInfo.get(0)!;
    assert.deepEqual([batchInfo.lag, info.metadata.lag?.[1]?.lag, info.rateLimit], [12, 5, 500]);
    assert.deepEqual([info.metadata.offsets, info.metadataDescription], ["0-3", "t 0-3"]);
  }));

test("a receiver's batch tells the rate that limits it; none is told where nothing does", () =>
  withOwnSpark(spark, { "spark.streaming.receiver.maxRate": "250" }, sc =>
    withStream(sc, async (ssc, clock) => {
      const recorder = new Recorder();
      ssc.addStreamingListener(recorder);
      ssc.receiverStream(new TestReceiver<number>()).foreachRDD(() => {});
      ssc.rateStream(1).foreachRDD(() => {});
      await ssc.start();
      await clock.advance(1000);
      const infos = recorder.of("onBatchCompleted")[0]!.batchInfo.streamIdToInputInfo;
      assert.deepEqual([infos.get(0)!.rateLimit, "rateLimit" in infos.get(1)!], [250, false]);
    }),
  ));

test("a graceful stop tells how many batches are left, until there is none", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const recorder = new Recorder();
    ssc.addStreamingListener(recorder);
    const entered = signal();
    const leave = signal();
    const queue = [1, 2].map(x => spark.sc.parallelize([x]));
    ssc.queueStream(queue).foreachRDD(async () => {
      entered.resolve();
      await leave.promise;
    });
    await ssc.start();
    const advanced = clock.advance(1000);
    await entered.promise;
    const stopped = ssc.stop(false, true);
    await new Promise(resolve => setImmediate(resolve));
    leave.resolve();
    await Promise.all([advanced, stopped]);
    const told = recorder.of("onDrainProgress");
    const left = ({ batches, receiving }: StreamingListenerDrainProgress) => [batches, receiving];
    assert.deepEqual(told.map(left), [
      [1, true],
      [2, false],
      [1, false],
      [0, false],
    ]);
    for (const { timeLeft } of told) assert.ok(timeLeft > 0 && timeLeft <= 10_000);
  }));

test("a graceful stop with nothing to wait for tells no progress", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const recorder = new Recorder();
    ssc.addStreamingListener(recorder);
    batchesOf(ssc.queueStream<number>([]));
    await ssc.start();
    await clock.advance(1000);
    await ssc.stop(false, true);
    assert.deepEqual(recorder.of("onDrainProgress"), []);
  }));

test("a stop at once overtakes a graceful one whose sink hangs", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const entered = signal();
    ssc.queueStream<number>([]).foreachRDD(() => {
      entered.resolve();
      return new Promise(() => {});
    });
    await ssc.start();
    const advanced = clock.advance(1000);
    await entered.promise;
    const graceful = ssc.stop(false, true);
    await ssc.stop(false, false);
    await Promise.all([graceful, advanced]);
    assert.equal(ssc.getState(), "STOPPED");
  }));
