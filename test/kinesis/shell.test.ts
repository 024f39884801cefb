// The connector at the prompt, in a script and under --check, in the package as it is built.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { runShell } from "../shell/helpers/run-shell.js";
import { useDirectory } from "../streaming/helpers/streams.js";
import { numbered } from "./batches.js";
import { useKinesis } from "./local-kinesis.js";

const kinesis = useKinesis();
const temporary = useDirectory();

const program = (name: string) => `import { KinesisInputDStream, KinesisInitialPositions } from "tspark/kinesis"
const stream = KinesisInputDStream.builder.streamingContext(ssc).streamName("${name}").checkpointAppName("shell")
  .endpointUrl("${kinesis.endpoint}").initialPosition(new KinesisInitialPositions.TrimHorizon())
  .buildWithMessageHandler(record => Number(record.data))
const seen: number[] = []
stream.foreachRDD(async rdd => {
  seen.push(...(await rdd.collect()))
  if (seen.length >= 10) void ssc.stop(false)
})
await ssc.start()
await ssc.awaitTermination()
console.log("sum", seen.reduce((a, b) => a + b))
`;
const env = { AWS_ACCESS_KEY_ID: "AKIASHELL", AWS_SECRET_ACCESS_KEY: "shell-secret" };

it("a piped script reads a stream, with the types of its elements", async () => {
  await kinesis.tools.createStream("piped");
  await kinesis.tools.put("piped", numbered(10));
  const { code, stdout, stderr } = await runShell(["-c", "spark.tspark.batchDuration=100ms"], {
    input: program("piped"),
    env,
  });
  assert.match(stdout, /^stream: KinesisInputDStream<number> = Kinesis stream \[0\] of piped at http/m);
  assert.match(stdout, /^sum 45$/m);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /shell-secret/);
});

it("--check knows the types of its streams: of a program it tells the one thing that is wrong", async () => {
  const file = path.join(temporary.path, "wrong.ts");
  const wrong = program("checked").replace("await rdd.collect()", "await rdd.map(n => n.toUpperCase()).collect()");
  writeFileSync(file, wrong);
  const { code, stdout, stderr } = await runShell(["--check", file]);
  assert.equal(code, 1);
  const told = (stdout + stderr).match(/error TS\d+: .*/g);
  assert.equal(told?.length, 1, stdout + stderr);
  assert.match(told[0], /'toUpperCase' does not exist on type 'number'/);
});
