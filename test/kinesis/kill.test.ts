// kill -9 at any moment of a job with a checkpoint, while records come and shards are split and merged.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import path from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/core/util/random.js";
import { useDirectory } from "../streaming/helpers/streams.js";
import type { JobArguments, JobResult } from "./kill-job.js";
import { useKinesis } from "./local-kinesis.js";

const KEYS = 10;
const KILLS = 4;
/** Records that come before each kill. */
const MORE = 100;
/** Records of a batch. */
const RATE = 12;

const job = fileURLToPath(new URL("./kill-job.js", import.meta.url));
const kinesis = useKinesis();
const temporary = useDirectory();

/** How a run of the job ended: with what it counted, or killed; and what it logged. */
function run(args: JobArguments): Promise<{ result: JobResult | undefined; said: string }> {
  return new Promise((resolve, reject) => {
    let said = "";
    let result: JobResult | undefined;
    const child = fork(job, [JSON.stringify(args)], { stdio: ["ignore", "pipe", "pipe", "ipc"], timeout: 120_000 });
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", text => (said += text));
    child.on("message", message => (result = message as JobResult));
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL" || (result !== undefined && code === 0)) resolve({ result, said });
      else reject(new Error(`the job ended with ${code ?? signal}: ${said}`));
    });
  });
}

it(`killed with -9 at ${KILLS} moments, it has every record once, those of a key in their order`, async t => {
  const { tools, endpoint } = kinesis;
  await tools.createStream("in", 2);
  const random = new Random(Number(process.env.TSPARK_KILL_SEED ?? 5));
  let put = 0;
  const putMore = async () => {
    const records = Array.from({ length: MORE }, () => [`key ${put % KEYS}`, `${Math.floor(put++ / KEYS)}`] as const);
    await tools.put("in", records);
  };
  const common = { endpoint, stream: "in", checkpointDir: path.join(temporary.path, "kill"), rate: RATE };
  const reshard = [
    () => tools.split("in", "shardId-000000000000"),
    () => tools.merge("in", "shardId-000000000002", "shardId-000000000003"),
    () => tools.split("in", "shardId-000000000001"),
  ];
  let pending = 0;
  for (let killed = 0; killed < KILLS; killed++) {
    await putMore();
    // The moment is a number of writes. Which batch is under way at one depends on the machine: at the first kill one is.
    const inBatch = killed === 0;
    const killAt = inBatch ? 0 : 15 + Math.floor(random.double() * 60);
    const args = { ...common, records: MORE * KILLS * 2, killAt, after: random.double() < 0.5, inBatch };
    const { said } = await run(args);
    pending += said.split(" 1 pending batches").length - 1;
    await reshard[killed]?.();
  }
  await putMore();
  const { result, said } = await run({ ...common, records: put, killAt: 0, after: false, inBatch: false });
  pending += said.split(" 1 pending batches").length - 1;
  const exact = Array.from({ length: KEYS }, (_, key) => [
    `key ${key}`,
    Array.from({ length: put / KEYS }, (_, i) => i),
  ]);
  assert.deepEqual(result!.states, exact);
  // Or the moments say nothing about batches that are read again.
  assert.ok(pending > 0, "no batch was under way when it was killed");
  t.diagnostic(`${put} records; a batch was under way ${pending} times`);
});
