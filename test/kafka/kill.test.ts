// kill -9 at any moment: the job of kill-job.ts is killed at 20 of its writes, and then runs to its end.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { SparkConf, SparkContext } from "tspark";
import { KafkaUtils, OffsetRange } from "tspark/kafka";
import { Random } from "../../src/core/util/random.js";
import type { JobArguments, JobResult } from "./kill-job.js";
import { describeWithBroker, kafka } from "./real-broker.js";

const RECORDS = 4500;
const KEYS = 20;
const PARTITIONS = 3;
const KILLS = 20;
/** Records of a partition in a batch. */
const RATE = 10;
/** Batches in a window, and from one window to the next. */
const WINDOW = 8;
const SLIDE = 4;

const job = fileURLToPath(new URL("./kill-job.js", import.meta.url));

/** How a run of the job ended: with what it counted, or killed; and what it logged. */
function run(args: JobArguments): Promise<{ result: JobResult | undefined; said: string }> {
  return new Promise((resolve, reject) => {
    let said = "";
    let result: JobResult | undefined;
    const child = fork(job, [JSON.stringify(args)], { stdio: ["ignore", "pipe", "pipe", "ipc"], timeout: 60_000 });
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", text => (said += text));
    child.on("message", message => (result = message as JobResult));
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL" || (result !== undefined && code === 0)) resolve({ result, said });
      else reject(new Error(`the job ended with ${code ?? signal}: ${said}`));
    });
  });
}

describeWithBroker("kill -9", fixture => {
  it(`at ${KILLS} moments: every state is exact, and every result is there once`, async t => {
    const { bootstrap } = fixture.broker;
    for (const topic of ["in", "numbers", "windows"])
      await kafka.createTopic(bootstrap, topic, { partitions: PARTITIONS });
    const records = Array.from({ length: RECORDS }, (_, i) => ({
      key: `k${(i * i) % KEYS}`,
      value: "x",
      partition: i % PARTITIONS,
    }));
    await kafka.send(bootstrap, "in", records);
    const exact = new Map<string, number>();
    for (const { key } of records) exact.set(key, (exact.get(key) ?? 0) + 1);

    const checkpointDir = mkdtempSync(path.join(tmpdir(), "tspark-kill-"));
    try {
      const random = new Random(Number(process.env.TSPARK_KILL_SEED ?? 5));
      const common = { bootstrap, checkpointDir, records: RECORDS, rate: RATE, window: WINDOW, slide: SLIDE };
      let killed = 0;
      let left = 0;
      let decided = 0;
      for (; killed < KILLS; killed++) {
        const killAt = 12 + Math.floor(random.double() * 150);
        const { result, said } = await run({ ...common, killAt, after: random.double() < 0.5 });
        assert.equal(result, undefined, "it has counted everything before it was killed often enough");
        left += said.split("in Kafka already").length - 1;
        decided += said.split("1 pending batches").length - 1;
      }
      const end = await run({ ...common, killAt: 0, after: false });
      assert.deepEqual(new Map(end.result!.states), exact);

      const results = await committed(bootstrap);
      const numbers = new Map([...exact].map(([key, n]) => [key, Array.from({ length: n }, (_, i) => i + 1)]));
      assert.deepEqual(
        results("numbers", values => values.sort((a, b) => a - b)),
        numbers,
      );
      assert.deepEqual(
        results("windows", values => values),
        windowsOf(records.map(({ key }) => key)),
      );
      // Or the moments say nothing about transactions.
      assert.ok(left > 0, "no batch had been written when the checkpoint said it was pending");
      t.diagnostic(`killed ${killed} times: in ${decided} a batch was under way, ${left} outputs were there already`);
    } finally {
      rmSync(checkpointDir, { recursive: true, force: true });
    }
  });
});

/** How often each key is in the windows that it is in, one after the other, where a batch takes `RATE` of each partition. */
function windowsOf(keys: readonly string[]): Map<string, number[]> {
  const batchOf = (i: number) => Math.floor(Math.floor(i / PARTITIONS) / RATE) + 1;
  const counts = new Map<string, number[]>();
  for (let end = SLIDE; end - SLIDE < batchOf(keys.length - 1); end += SLIDE) {
    const inWindow = keys.filter((_, i) => batchOf(i) > end - WINDOW && batchOf(i) <= end);
    for (const key of [...new Set(keys)].sort()) {
      const n = inWindow.filter(each => each === key).length;
      if (n > 0) counts.set(key, [...(counts.get(key) ?? []), n]);
    }
  }
  return counts;
}

/** What was committed to a topic: the values of each key, put together. */
async function committed(bootstrap: string) {
  const sc = new SparkContext(
    new SparkConf(false).setMaster("local[1]").setAppName("t").set("spark.ui.enabled", "false"),
  );
  const params = { "bootstrap.servers": bootstrap, "isolation.level": "read_committed" };
  const pairs = new Map<string, [string, number][]>();
  try {
    for (const { topic, partitions } of await kafka.listTopics(bootstrap)) {
      const ranges = partitions.map(p => OffsetRange.create(topic, p.partition, p.low, p.high));
      const rdd = KafkaUtils.createRDD(sc, params, ranges);
      pairs.set(topic, await rdd.map((r): [string, number] => [r.key, Number(r.value)]).collect());
    }
  } finally {
    await sc.stop();
  }
  return <R>(topic: string, combine: (values: number[]) => R): Map<string, R> => {
    const byKey = new Map<string, number[]>();
    for (const [key, n] of pairs.get(topic)!) byKey.set(key, [...(byKey.get(key) ?? []), n]);
    return new Map([...byKey].sort().map(([key, values]) => [key, combine(values)]));
  };
}
