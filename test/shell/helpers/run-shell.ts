import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export interface RunOptions {
  /** Standard input; by default an empty one. */
  readonly input?: string;
  /** Folder the program runs in; by default a new, empty one. */
  readonly cwd?: string;
  /** The user's home; by default the same folder. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard error goes where standard output goes, in the order of the writes. */
  readonly merged?: boolean;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A new, empty folder for one test. */
export function emptyFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), "tspark-test-"));
}

/** A configuration in which the status port is any that is free: tests run side by side. */
function confFolder(): string {
  const folder = emptyFolder();
  writeFileSync(path.join(folder, "spark-defaults.conf"), "spark.ui.port 0\n");
  return folder;
}

/** Environment of a shell under test: a home of its own, nothing of the user's. */
export function shellEnvironment(home: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, HOME: home, TSPARK_CONF_DIR: confFolder(), ...more };
}

/** Starts `tspark-shell` with pipes for its streams and a home of its own. */
export function startShell(args: readonly string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
  const cwd = options.cwd ?? emptyFolder();
  const shell = [process.execPath, path.resolve("bin/tspark-shell"), ...args];
  const env = shellEnvironment(options.home ?? cwd, options.env);
  const child = options.merged
    ? spawn("/bin/sh", ["-c", 'exec "$@" 2>&1', "sh", ...shell], { cwd, env })
    : spawn(shell[0]!, shell.slice(1), { cwd, env });
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8");
  return child;
}

/** Runs `tspark-shell` to its end. */
export function runShell(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = startShell(args, options);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: string) => (stdout += text));
  child.stderr.on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {
    // The program ended before it had read everything.
  });
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** What the start says, up to the line about `spark`. */
export const START_UP =
  /^Setting default log level to "WARN"\.\nTo adjust logging level use sc\.setLogLevel\(newLevel\)\.\n(?:Spark context Web UI available at http:\/\/localhost:\d+\n)?Spark context available as 'sc' \(master = local\[\*\], app id = local-\d+\)\.\nStreaming context available as 'ssc' \(batch = 1000 ms\)\.\nSpark session available as 'spark'\.\n/;
