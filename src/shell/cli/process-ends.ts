import { SparkError } from "../../core/errors/spark-error.js";
import { getLogger } from "../../core/log/logger.js";
import { TaskContext } from "../../core/scheduler/task-context.js";
import { StreamingContext } from "../../streaming/streaming-context.js";
import { formatError } from "../execution/format-error.js";
import { loopBreaker } from "../execution/loop-breaker.js";
import type { Shell } from "../shell.js";
import { type OutputPipe, outputPipe } from "../terminal/output-pipe.js";
import { writeOnOwnRow } from "../terminal/own-row.js";
import { ExitCode } from "./exit-code.js";

const log = getLogger("tspark-shell");

/** Those of standard output and standard error that are pipes. */
const pipes: OutputPipe[] = [];

/** Ends the process when what was written to standard output and standard error has gone out. */
export async function exit(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    // A stream whose reader has gone answers with an error, which is an answer too.
    if (!stream.destroyed && stream.writable) await new Promise<void>(resolve => stream.write("", () => resolve()));
  }
  await loopBreaker.dispose();
  process.exit(code);
}

/** `… | head -1`: when the reader of standard output has gone there is nothing left to do. A slow one is waited for. */
export function exitOnClosedOutput(): void {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) pipes.push(...outputPipe(stream));
  const finish = () => {
    for (const pipe of pipes) pipe.finish();
  };
  process.on("exit", finish);
  // Of a second `process.exit()`, in a callback of what is written out while the first waits, Node tells nobody.
  const ending = process as unknown as { reallyExit(code?: number): never };
  const { reallyExit } = ending;
  ending.reallyExit = code => {
    finish();
    return reallyExit.call(process, code);
  };
  const end = (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? ExitCode.ok : ExitCode.userError);
  stdout.on("error", end);
  // A loop that only prints never lets the event come.
  const write = stdout.write;
  stdout.write = ((...args: Parameters<typeof write>) => {
    const more = write.apply(stdout, args);
    if (stdout.errored) end(stdout.errored);
    return more;
  }) as typeof write;
  // Nobody left to tell.
  stderr.on("error", () => {});
}

/**
 * Ctrl-C and SIGTERM in a script: streams stop gracefully, with a count-down, then the process ends with 130 or 143; a second
 * signal ends it at once. A script that is in a loop is taken out of it; one that waits for the end of its streams goes no further.
 */
export function exitOnSignals(shell: Shell, writeError: (text: string) => void): void {
  loopBreaker.expect();
  const onSignal = async (code: number) => {
    if (shell.stopping) {
      for (const pipe of pipes) pipe.abandon();
      process.exit(code);
    }
    shell.stopping = true;
    try {
      // What is to be processed would wait for the loop that was ended: it never ends by itself.
      const gracefully = !loopBreaker.takeBroken();
      if (!gracefully) TaskContext.terminated();
      const ssc = StreamingContext.getActive();
      ssc?.abandonWaits();
      if (ssc && gracefully) tellDrain(ssc, writeError);
      await shell.stop(gracefully);
    } catch (error) {
      log.error("Stopping failed", error);
    }
    await exit(code);
  };
  for (const [signal, code] of [
    ["SIGINT", ExitCode.interrupted],
    ["SIGTERM", ExitCode.terminated],
  ] as const) {
    process.on(signal, () => void onSignal(code));
    loopBreaker.start(signal, false);
  }
  // The user's own process.exit().
  process.on("exit", () => loopBreaker.leave());
}

/** Says how far a graceful stop has come: on a terminal in one line, else in a line for each change. */
function tellDrain(ssc: StreamingContext, writeError: (text: string) => void): void {
  writeError("Stopping the streams: what was received is processed. A second signal ends it at once.\n");
  let before = "";
  ssc.addStreamingListener({
    onDrainProgress: ({ batches, receiving, timeLeft }) => {
      const left = `${batches} ${batches === 1 ? "batch" : "batches"} left`;
      const waits = receiving ? `, data that waits for a batch is given up in ${Math.ceil(timeLeft / 1000)} s` : "";
      const text = `Stopping: ${left}${waits}`;
      if (text === before) return;
      before = text;
      writeError(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    },
    onStreamingStopped: () => {
      if (process.stderr.isTTY && before !== "") writeError("\r\x1b[K");
    },
  });
}

/** A job that Ctrl-C cancelled with the input that had begun it, and that nobody waited for: one word about it has been said. */
function isInterrupted(error: unknown): boolean {
  return error instanceof SparkError && error.code === "JOB_CANCELLED" && INPUT_GROUP.test(error.message);
}

const INPUT_GROUP = /part of cancelled job group console-\d+$/;

/** An error of the user's that nobody waited for, at the prompt: it is told, and the session lives. */
export function tellRejections(shell: Shell): void {
  const tell = (error: unknown) => {
    if (isInterrupted(error)) return;
    shell.noteError(error);
    writeOnOwnRow(process.stderr, `${formatError(error, process.cwd())}\n`);
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
    await shell.stopContexts(false).catch(() => {});
    // What else the program has begun goes on as long as anything is waited for: not for processes and threads to be gone.
    void shell.session.dispose();
    process.exit(ExitCode.userError);
  };
  process.on("unhandledRejection", end);
  process.on("uncaughtException", end);
}
