import { getLogger } from "../../core/log/logger.js";
import { StreamingContext } from "../../streaming/streaming-context.js";
import { formatError } from "../execution/format-error.js";
import { InterruptWatcher } from "../execution/interrupt-watcher.js";
import type { Shell } from "../shell.js";
import { ExitCode } from "./exit-code.js";

const log = getLogger("tspark-shell");

/** Watches for Ctrl-C in a script. */
let watcher: InterruptWatcher | undefined;

/** Ends the process when what was written to standard output and standard error has gone out. */
export async function exit(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    // A stream whose reader has gone answers with an error, which is an answer too.
    if (!stream.destroyed && stream.writable) await new Promise<void>(resolve => stream.write("", () => resolve()));
  }
  await stopWatching();
  process.exit(code);
}

async function stopWatching(): Promise<void> {
  const ending = watcher?.dispose();
  watcher = undefined;
  await ending;
}

/** `… | head -1`: when the reader of standard output has gone there is nothing left to do. */
export function exitOnClosedOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? ExitCode.ok : ExitCode.userError);
  });
  // Nobody left to tell.
  process.stderr.on("error", () => {});
}

/**
 * Ctrl-C and SIGTERM in a script: streams stop gracefully, then the process ends with 130 or 143; a second signal ends it
 * at once. Ctrl-C is watched from another thread, so that it also ends a script that is in a loop.
 */
export function exitOnSignals(shell: Shell, writeError: (text: string) => void): void {
  const onSignal = async (code: number) => {
    if (shell.stopping) process.exit(code);
    shell.stopping = true;
    if (StreamingContext.getActive()) {
      writeError("Stopping the streams: what was received is processed. A second signal ends it at once.\n");
    }
    try {
      await shell.stop(true);
    } catch (error) {
      log.error("Stopping failed", error);
    }
    await exit(code);
  };
  // Both: the thread takes some milliseconds to start watching.
  process.on("SIGINT", () => void onSignal(ExitCode.interrupted));
  watcher = new InterruptWatcher(() => void onSignal(ExitCode.interrupted));
  watcher.arm();
  process.on("exit", () => {
    // The user's own process.exit(): a thread that still holds its line to the debugger would make Node say so.
    if (watcher) {
      void stopWatching();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  });
  process.on("SIGTERM", () => void onSignal(ExitCode.terminated));
}

/** An error of the user's that nobody waited for, at the prompt: it is told, and the session lives. */
export function tellRejections(shell: Shell): void {
  const tell = (error: unknown) => {
    shell.noteError(error);
    process.stderr.write(`${formatError(error, process.cwd())}\n`);
  };
  process.on("unhandledRejection", tell);
  process.on("uncaughtException", tell);
}

/** An error of the user's that nobody waited for, in a script: it is told, and the script ends in 1. */
export function exitOnRejections(shell: Shell): void {
  const end = async (error: unknown) => {
    if (shell.stopping) return;
    shell.stopping = true;
    shell.fail(formatError(error, process.cwd()));
    await shell.stop(false).catch(() => {});
    await exit(ExitCode.userError);
  };
  process.on("unhandledRejection", end);
  process.on("uncaughtException", end);
}
