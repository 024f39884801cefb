// kill -9 at any moment of a job with a write-ahead log: what Flume was told is taken, is there.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/core/util/random.js";
import { freePort } from "../helpers/free-port.js";
import type { JobArguments } from "./kill-job.js";
import { describeWithFlume } from "./real-flume.js";

const EVENTS = 3000;
const BATCH = 10;
const KILLS = 8;

const job = fileURLToPath(new URL("./kill-job.js", import.meta.url));

interface Run {
  readonly child: ChildProcess;
  /** The signal that ended it; rejects when it failed. */
  readonly ended: Promise<string | null>;
}

function start(args: JobArguments): Run {
  const child = fork(job, [JSON.stringify(args)], { stdio: ["ignore", "ignore", "pipe", "ipc"], timeout: 60_000 });
  let said = "";
  child.stderr!.on("data", text => (said += text));
  const ended = new Promise<string | null>((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL" || code === 0) resolve(signal);
      else reject(new Error(`the job ended with ${code ?? signal}: ${said}`));
    });
  });
  return { child, ended };
}

describeWithFlume("kill -9", fixture => {
  it(`at ${KILLS} moments: every event that was taken is there`, async t => {
    const port = await freePort();
    const out = path.join(fixture.dir, "out");
    const common = { port, checkpointDir: path.join(fixture.dir, "checkpoint"), out };
    const random = new Random(Number(process.env.TSPARK_KILL_SEED ?? 5));
    const client = await fixture.clients.openLater(port);
    const loading = client.load(0, EVENTS, { batch: BATCH, size: 50 });
    let killed = 0;
    for (; killed < KILLS; killed++) {
      const killAt = 5 + Math.floor(random.double() * 150);
      const { ended } = start({ ...common, killAt, after: random.double() < 0.5 });
      assert.equal(await ended, "SIGKILL", "it ended before it was killed");
    }
    const last = start({ ...common, killAt: 0, after: false });
    const { failures } = await Promise.race([loading, last.ended.then(() => assert.fail("it ended by itself"))]);
    last.child.send("end");
    assert.equal(await last.ended, null);
    const found = readFileSync(out, "utf8").trim().split(/\s/).map(Number);
    const once = new Set(found);
    assert.deepEqual(
      Array.from({ length: EVENTS }, (_, i) => i).filter(i => !once.has(i)),
      [],
    );
    t.diagnostic(`${failures} requests failed; ${found.length - once.size} events came more than once`);
  });
});
