// Signals that end a script, and what becomes of its streams then and at its own end.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { test } from "node:test";
import { type RunResult, runShell, startShell } from "./helpers/run-shell.js";

/** Runs a script that says "ready" and then goes on until a signal comes. */
async function signalled(script: string, signals: readonly NodeJS.Signals[]): Promise<RunResult> {
  const child = startShell([]);
  let stdout = "";
  let stderr = "";
  const left = [...signals];
  child.stdout.on("data", (text: string) => {
    stdout += text;
    if (stdout.includes("ready")) for (const signal of left.splice(0, 1)) child.kill(signal);
  });
  child.stderr.on("data", (text: string) => {
    stderr += text;
    if (stderr.includes("Stopping the streams")) for (const signal of left.splice(0)) child.kill(signal);
  });
  child.stdin.write(script);
  return new Promise(resolve => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const WAITS = "console.log('ready')\nawait new Promise(() => setInterval(() => {}, 1000))\n";

test("Ctrl-C in a script: 130", async () => assert.equal((await signalled(WAITS, ["SIGINT"])).code, 130));
test("SIGTERM in a script: 143", async () => assert.equal((await signalled(WAITS, ["SIGTERM"])).code, 143));

test("Ctrl-C in a script that is in a loop: 130", async () => {
  const script = "await null; process.stdout.write('ready\\n'); while (true) {}\n";
  assert.equal((await signalled(script, ["SIGINT"])).code, 130);
});

test("SIGTERM in a script that is in a loop: 143", async () => {
  const script = "await null; process.stdout.write('ready\\n'); while (true) {}\n";
  assert.equal((await signalled(script, ["SIGTERM"])).code, 143);
});

test("SIGTERM while the closure of a stream is in a loop: 143", async () => {
  const script = `
ssc.rateStream(10).foreachRDD(() => { process.stdout.write("ready\\n"); for (;;) {} })
await ssc.start()
await ssc.awaitTermination()
`;
  assert.equal((await signalled(script, ["SIGTERM"])).code, 143);
});

test("Ctrl-C while a task of a stream is in a loop: 130, and what comes after is not taken for its code", async () => {
  const script = `
ssc.rateStream(10).map(x => { process.stdout.write("ready\\n"); for (;;) {} }).print()
await ssc.start()
await ssc.awaitTermination()
`;
  const result = await signalled(script, ["SIGINT"]);
  assert.equal(result.code, 130, result.stderr);
  assert.doesNotMatch(result.stderr, /inside a closure/);
});

test("Ctrl-C in a loop that begins jobs and awaits none: 130, though their ends are waiting by then", async () => {
  const script = "process.stdout.write('ready\\n'); while (sc.range(1).isEmpty()) {}\n";
  const result = await signalled(script, ["SIGINT"]);
  assert.equal(result.code, 130, result.stderr);
});

test("a second signal ends a script at once, whatever still runs", async () => {
  const script = `
ssc.rateStream(10).foreachRDD(() => { process.stdout.write("ready\\n"); return new Promise(() => setInterval(() => {}, 1000)) })
await ssc.start()
await ssc.awaitTermination()
`;
  const first = await signalled(script, ["SIGINT", "SIGINT"]);
  assert.equal(first.code, 130);
  // The first signal is answered by how far it has come.
  assert.match(first.stderr, /^Stopping the streams: what was received is processed\./m);
  assert.equal((await signalled(script, ["SIGTERM", "SIGTERM"])).code, 143);
});

/** A server that sends these lines to whoever connects, then stays open. */
async function lineServer(lines: readonly string[]): Promise<{ server: Server; port: number }> {
  const server = createServer(socket => {
    socket.on("error", () => {});
    socket.write(lines.map(l => `${l}\n`).join(""));
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as { port: number }).port };
}

const STREAM = (port: number, rest: string) => `
let seen = 0
ssc.socketTextStream("127.0.0.1", ${port}).foreachRDD(async rdd => {
  seen += await rdd.count()
  if (seen === 1000) process.stdout.write("ready\\n")
})
await ssc.start()
${rest}
`;

test("at the end of a script an active stream is stopped gracefully", async () => {
  const { server, port } = await lineServer(Array.from({ length: 1000 }, (_, i) => `${i}`));
  try {
    const script = STREAM(port, "process.on('exit', () => console.log('seen', seen))\nawait ssc.awaitBatches(1)");
    const result = await runShell(["--batch-duration", "200ms"], { input: script });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /seen 1000\n$/);
  } finally {
    server.close();
  }
});

test("Ctrl-C while a script streams stops gracefully, then 130", async () => {
  const { server, port } = await lineServer(Array.from({ length: 1000 }, (_, i) => `${i}`));
  try {
    const waits = "await ssc.awaitTermination(); console.log('went on')\nconsole.log('went on')";
    const result = await signalled(STREAM(port, waits), ["SIGINT"]);
    assert.equal(result.code, 130, result.stderr);
    assert.doesNotMatch(result.stdout, /went on/);
    assert.match(result.stderr, /Stopping the streams/);
  } finally {
    server.close();
  }
});

test("Ctrl-C while a script streams counts down what is left", async () => {
  const script = `
const told = new Promise<unknown>(resolve => ssc.addStreamingListener({ onDrainProgress: resolve }))
ssc.rateStream(10).foreachRDD(async () => { console.log("ready"); await told })
await ssc.start()
await ssc.awaitTermination()
`;
  const result = await signalled(script, ["SIGINT"]);
  assert.equal(result.code, 130, result.stderr);
  assert.match(result.stderr, /^Stopping the streams: .*\nStopping: \d+ batch(?:es)? left/m);
});

test("a batch that fails makes a script end in 1", async () => {
  const script = `
ssc.queueStream([sc.parallelize([1])]).foreachRDD(() => { throw new Error("bad batch") })
await ssc.start()
await ssc.awaitBatches(1)
`;
  const result = await runShell(["--batch-duration", "100ms"], { input: script });
  assert.equal(result.code, 1, result.stderr);
  assert.match(result.stderr, /bad batch/);
});
