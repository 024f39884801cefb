import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Seconds, StreamingContext } from "tspark";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { makeBusy } from "./busy-application.js";
import { askJson, startContext } from "./harness.js";

const { SPARK_HOME } = process.env;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

const skip = SPARK_HOME === undefined ? "SPARK_HOME is not set: there is no Spark to compare with" : false;

test("Spark's own history server reads our event log", { skip, timeout: 180_000 }, async () => {
  const undo = setLogSink(() => {});
  const dir = mkdtempSync(path.join(tmpdir(), "tspark-events-"));
  const port = await freePort();
  const server = spawn(path.join(SPARK_HOME!, "bin/spark-class"), ["org.apache.spark.deploy.history.HistoryServer"], {
    env: {
      ...process.env,
      SPARK_LOCAL_IP: "127.0.0.1",
      SPARK_HISTORY_OPTS: `-Dspark.history.fs.logDirectory=file:${dir} -Dspark.history.ui.port=${port} -Dspark.history.fs.update.interval=1s`,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.on("data", (piece: Buffer) => (said += String(piece)));
  try {
    const sc = await startContext({ "spark.eventLog.enabled": true, "spark.eventLog.dir": dir });
    await makeBusy(sc);
    // Events of streams are tspark's own: Spark leaves them out and reads on.
    const clock = new ManualClock(0);
    const ssc = new StreamingContext(sc, Seconds(1), { clock });
    ssc.rateStream(3).foreachRDD(async rdd => {
      await rdd.count();
    });
    await ssc.start();
    await clock.advance(3000);
    await ssc.stop(false);
    const jobs = await askJson<Job[]>(sc, "/jobs");
    const stages = await askJson<Stage[]>(sc, "/stages?status=complete");
    await sc.stop();
    const get = async <T>(resource: string): Promise<T | undefined> => {
      const reply = await fetch(`http://127.0.0.1:${port}/api/v1/applications/${sc.applicationId}/${resource}`).catch(
        () => undefined,
      );
      assert.ok(reply === undefined || reply.ok || reply.status === 404, `${resource}: ${reply?.status}\n${said}`);
      return reply?.ok ? ((await reply.json()) as T) : undefined;
    };
    let theirs: Job[] | undefined;
    // A program of Java's that says nowhere when it is ready.
    while ((theirs = await get<Job[]>("jobs")) === undefined && server.exitCode === null) await pause(500);
    assert.deepEqual(theirs?.map(jobFacts), jobs.map(jobFacts), said);
    const theirStages = await get<Stage[]>("stages?status=complete");
    assert.deepEqual(theirStages?.map(stageFacts), stages.map(stageFacts));
    const environment = await get<{ sparkProperties: [string, string][] }>("environment");
    assert.ok(environment?.sparkProperties.some(([key]) => key === "spark.app.id"));
    assert.doesNotMatch(said, /Exception|ERROR/);
  } finally {
    server.kill();
    rmSync(dir, { recursive: true, force: true });
    undo();
  }
});

type Job = Readonly<
  Record<
    "jobId" | "name" | "status" | "numTasks" | "numCompletedTasks" | "numFailedTasks" | "jobGroup" | "stageIds",
    unknown
  >
>;
type Stage = Readonly<
  Record<
    "stageId" | "attemptId" | "name" | "numTasks" | "numCompleteTasks" | "shuffleReadRecords" | "shuffleWriteRecords",
    unknown
  >
>;

const jobFacts = (j: Job) => [
  j.jobId,
  j.name,
  j.status,
  j.numTasks,
  j.numCompletedTasks,
  j.numFailedTasks,
  j.jobGroup,
  j.stageIds,
];
const stageFacts = (s: Stage) => [
  s.stageId,
  s.attemptId,
  s.name,
  s.numTasks,
  s.numCompleteTasks,
  s.shuffleReadRecords,
  s.shuffleWriteRecords,
];
