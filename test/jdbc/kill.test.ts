// kill -9 at any moment: the program of kill-job.ts is killed at some of its writes, and then runs to its end.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/core/util/random.js";
import type { JobArguments } from "./kill-job.js";
import { describeWithPostgres } from "./real-postgres.js";

/** All of them come before the job's end: together they let it write 80 times each at most, and it takes more. */
const KILLS = 4;
const BATCHES = 40;
const PARTITIONS = 6;
const RATE = 40;
const KEYS = 7;

const job = fileURLToPath(new URL("./kill-job.js", import.meta.url));

/** Whether a run of the job came to its end or was killed; and what it logged. */
function run(args: JobArguments): Promise<{ done: boolean; said: string }> {
  return new Promise((resolve, reject) => {
    let said = "";
    let done = false;
    const child = fork(job, [JSON.stringify(args)], { stdio: ["ignore", "pipe", "pipe", "ipc"], timeout: 60_000 });
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", text => (said += text));
    child.on("message", () => (done = true));
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL" || (done && code === 0)) resolve({ done, said });
      else reject(new Error(`the job ended with ${code ?? signal}: ${said}`));
    });
  });
}

describeWithPostgres("kill -9", fixture => {
  /** How many outputs have a batch of which some partitions are written and others are not. */
  const halfWritten = async () => {
    if ((await fixture.value("SELECT to_regclass('tspark_ledger')::text")) === null) return 0;
    const written =
      "count(*) FILTER (WHERE batch = (SELECT max(batch) FROM tspark_ledger b WHERE b.output = a.output))";
    const outputs = `SELECT ${written} AS n, max(parts) + 1 AS all FROM tspark_ledger a GROUP BY output`;
    return (await fixture.value(`SELECT count(*)::int FROM (${outputs}) o WHERE n > 1 AND n < o.all`)) as number;
  };

  it(`at ${KILLS} moments: the tables have every row once`, async t => {
    const checkpointDir = mkdtempSync(path.join(tmpdir(), "tspark-jdbc-kill-"));
    try {
      const random = new Random(Number(process.env.TSPARK_KILL_SEED ?? 7));
      const common = {
        url: fixture.server.url,
        checkpointDir,
        batches: BATCHES,
        rate: RATE,
        keys: KEYS,
        partitions: PARTITIONS,
      };
      let pending = 0;
      let partial = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const killAt = 20 + random.below(60);
        const { done, said } = await run({ ...common, killAt, after: random.double() < 0.5 });
        assert.equal(done, false, "it has written everything before it was killed often enough");
        pending += said.split("1 pending batches").length - 1;
        partial += await halfWritten();
      }
      const end = await run({ ...common, killAt: 0, after: false });
      assert.ok(end.done);

      const values = Array.from({ length: BATCHES * RATE }, (_, value) => value);
      const found = await fixture.sql("SELECT value::int FROM events ORDER BY value");
      assert.deepEqual(
        found.map(row => row["value"]),
        values,
      );
      const exact = new Map<string, number>();
      for (const value of values) exact.set(`k${value % KEYS}`, (exact.get(`k${value % KEYS}`) ?? 0) + 1);
      const counted = await fixture.sql("SELECT key, n::int FROM counts");
      assert.deepEqual(new Map(counted.map(({ key, n }) => [key, n])), exact);
      // The ledger does not grow with time: a row for each partition, and one for each output.
      assert.equal(await fixture.value("SELECT count(*)::int FROM tspark_ledger"), PARTITIONS + 1 + 2 + 1);
      // Or the moments say nothing.
      assert.ok(pending > 0, "no batch was pending when the program was killed");
      t.diagnostic(`in ${pending} runs a batch was pending, ${partial} times a batch was half written`);
    } finally {
      rmSync(checkpointDir, { recursive: true, force: true });
    }
  });
});
