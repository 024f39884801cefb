import { spawn } from "node:child_process";
import os from "node:os";
import type { SparkConf } from "../../core/conf/spark-conf.js";
import { parseBytes } from "../../core/conf/units.js";

/** Tells the second Node that its heap has been chosen. */
const MARK = "TSPARK_DRIVER_MEMORY_APPLIED";
const MIB = 2 ** 20;

/**
 * Whether the heap asked for (`spark.driver.memory`, `--driver-memory`) still has to be given: then Node has to be started
 * again with it.
 */
export function needsRestart(conf: SparkConf, env: NodeJS.ProcessEnv = process.env): boolean {
  const applied = env[MARK] !== undefined;
  // Programs that the user's code starts choose for themselves.
  delete env[MARK];
  return conf.contains("spark.driver.memory") && !applied;
}

/**
 * Starts this program again with the heap of `spark.driver.memory` and resolves with its exit code, that of a system's shell where a signal ended it. The terminal's signals
 * reach the new process directly, others are passed on.
 */
export function restartWithMemory(conf: SparkConf): Promise<number> {
  const heap = Math.floor(parseBytes(conf.get("spark.driver.memory"), "m") / MIB);
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heap}`, ...process.execArgv, process.argv[1]!, ...process.argv.slice(2)],
    { stdio: "inherit", env: { ...process.env, [MARK]: "1" } },
  );
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + os.constants.signals[signal!]));
  });
}
