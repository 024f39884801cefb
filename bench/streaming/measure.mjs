// One measurement: a sender and a program that receives from it, both processes of their own.
import { fork, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const file = name => fileURLToPath(new URL(name, import.meta.url));

/**
 * Runs `job` at `rate` lines a second with a batch every `interval` ms, for `seconds`; what the program, ours or real Spark's,
 * and the sender saw.
 */
export async function measure({ job, rate, interval, seconds, execArgv = [], spark = false }) {
  const kind = job === "newest" ? "stamps" : "words";
  const sender = fork(file("sender.mjs"), [String(rate), kind]);
  try {
    const { port } = await message(sender);
    const sends = [];
    sender.on("message", s => sends.push(s));
    const run = { job, port, interval, seconds };
    const result = spark ? await onSpark(run) : await onOurs(run, execArgv);
    const last = sends.at(-1) ?? { due: 0, sent: 0 };
    return { ...result, sentShare: last.due === 0 ? 1 : last.sent / last.due };
  } finally {
    sender.kill();
  }
}

async function onOurs({ job, port, interval, seconds }, execArgv) {
  const app = fork(file("app.mjs"), [job, port, interval, seconds].map(String), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv,
  });
  try {
    return await message(app);
  } finally {
    app.kill();
  }
}

/** Real Spark in its shell at local[2], of which its receiver takes one thread. */
function onSpark({ job, port, interval, seconds }) {
  const shell = path.join(process.env.SPARK_HOME, "bin/spark-shell");
  const conf = ["spark.ui.enabled=false", "spark.ui.showConsoleProgress=false", "spark.log.level=OFF"];
  const args = ["--master", "local[2]", ...conf.flatMap(c => ["--conf", c]), "-i", file("app-spark.scala")];
  const directory = mkdtempSync(path.join(os.tmpdir(), "spark-bench-"));
  const env = {
    ...process.env,
    SPARK_LOCAL_IP: "127.0.0.1",
    BENCH_DIRECTORY: directory,
    BENCH_JOB: job,
    BENCH_PORT: port,
    BENCH_BATCH: interval,
    BENCH_SECONDS: seconds,
  };
  // The program is a shell script with the virtual machine behind it: both are of one group.
  const app = spawn(shell, args, { stdio: ["ignore", "pipe", "ignore"], env, detached: true });
  const late = setTimeout(() => process.kill(-app.pid), (seconds + 120) * 1000);
  let text = "";
  app.stdout.setEncoding("utf8").on("data", chunk => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    app.once("error", reject);
    app.once("close", () => {
      clearTimeout(late);
      rmSync(directory, { recursive: true, force: true });
      const end = /^RESULT (\S+) (\S+) (\S+)$/m.exec(text);
      if (end === null) return reject(new Error(`spark-shell gave no result: ${text.slice(-2000)}`));
      const batches = [...text.matchAll(/^BATCH (\d+) (\d+) (-?\d+) (\S+)$/gm)].map(
        ([, time, processing, total, age]) => ({
          time: Number(time),
          processing: Number(processing),
          total: Number(total),
          age: age === "NaN" ? undefined : Number(age),
        }),
      );
      const [elapsed, cpu, rss] = end.slice(1).map(Number);
      resolve({ batches, elapsed, cpu, rss });
    });
  });
}

function message(child) {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", code => reject(new Error(`it ended with ${code}`)));
  });
}

export const quantile = (xs, q) => {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
};

/**
 * Whether the program keeps up: nearly every batch that was due has ended, the last third of them did not wait for more
 * than an interval (5 ms at least: what a clock and a garbage collector take), and the sender was not held back.
 */
export function holds({ batches, elapsed, sentShare }, interval) {
  if (batches.length < 0.97 * Math.floor((elapsed * 1000) / interval) - 1) return false;
  const late = batches.slice(-Math.ceil(batches.length / 3)).map(b => b.total - b.processing);
  return quantile(late, 0.5) <= Math.max(interval, 5) && sentShare > 0.97;
}
