import os from "node:os";
import path from "node:path";
import { TaskContext } from "../../core/scheduler/task-context.js";
import type { SparkContext } from "../../core/spark-context.js";
import { watchStreamingContexts } from "../../streaming/context-registry.js";
import { StreamingContext } from "../../streaming/streaming-context.js";
import { completeInput } from "../commands/complete-input.js";
import { openTerminal } from "../display/show-on-screen.js";
import { History } from "../editor/history.js";
import { LineEditor } from "../editor/line-editor.js";
import { INTERRUPTED } from "../execution/cell-runner.js";
import { loopBreaker } from "../execution/loop-breaker.js";
import type { Session } from "../session.js";
import { Shell } from "../shell.js";
import { KeySource } from "../terminal/key-source.js";
import { rowWasTyped, writeOnOwnRow } from "../terminal/own-row.js";
import { PlainReader } from "../terminal/plain-reader.js";
import { runProgram } from "../terminal/run-program.js";
import { stopJob } from "../terminal/stop-job.js";
import { outputWidth, type TerminalFacts } from "../terminal/terminal.js";
import { ExitCode } from "./exit-code.js";
import type { Invocation } from "./parse-arguments.js";
import { exit, tellRejections } from "./process-ends.js";
import { CONTINUATION, type InputReader, inputCompleteness, PROMPT, promptLoop } from "./prompt-loop.js";
import { loadFiles } from "./script-modes.js";
import { banner } from "./start-up-lines.js";

const writeError = (text: string): void => writeOnOwnRow(process.stderr, text);

/** Standard error at a terminal, which has written "^C" where the cursor was. */
export const tellPerson = (text: string): void => writeError(text === INTERRUPTED ? `\n${text}` : text);

export interface Interaction {
  readonly invocation: Invocation;
  readonly session: Session;
  readonly facts: TerminalFacts;
  readonly sc: SparkContext;
  /** Files loaded without echo before the prompt. */
  readonly predef: readonly string[];
}

/** The shell with a person in front of it; resolves with the exit code. */
export async function interact({ invocation, session, facts, predef, sc }: Interaction): Promise<number> {
  const terminal = facts.capable && facts.screen ? openTerminal(facts.screen, facts, sc) : undefined;
  const history = new History(path.join(os.homedir(), ".tspark", "history"));
  const completeness = (text: string) => inputCompleteness(session, text);
  const prompts = { prompt: PROMPT, continuation: CONTINUATION, completeness };
  let reader: InputReader;
  if (terminal) {
    const keys: KeySource = new KeySource(terminal.keys, raw => guardKeys(raw, keys));
    watchStreamingContexts(() => guardKeys(keys.isRaw, keys));
    const editor = new LineEditor({
      ...prompts,
      keys,
      screen: terminal.screen,
      history,
      colors: facts.screen === process.stdout ? facts.colors.out : facts.colors.error,
      complete: (text, cursor) => completeInput(session, text, cursor),
      suspend: stopJob,
    });
    terminal.onResize(() => editor.resize());
    process.on("SIGCONT", () => editor.resume());
    reader = editor;
  } else {
    process.stdin.on("data", rowWasTyped);
    const plain = new PlainReader({
      ...prompts,
      input: process.stdin,
      write: text => facts.screen && writeOnOwnRow(facts.screen, text),
    });
    process.on("SIGINT", () => plain.interrupt());
    reader = plain;
  }
  const shell = new Shell({
    session,
    write: text => writeOnOwnRow(process.stdout, text),
    writeError: tellPerson,
    echo: !invocation.quiet,
    history,
    readPaste: () => readPaste(reader),
    width: outputWidth,
    colors: facts.colors.out,
    person: {
      async runProgram(line) {
        const release = terminal?.screen.hold();
        try {
          return await runProgram(line);
        } finally {
          release?.();
        }
      },
      async page(text) {
        const { showPaged } = await import("../display/pager.js");
        return showPaged(text, {
          write: shown => writeOnOwnRow(process.stdout, shown),
          ...(process.stdout.isTTY ? { rows: process.stdout.rows } : {}),
          ...(terminal ? { hold: () => terminal.screen.hold() } : {}),
        });
      },
      async ask(question) {
        const result = await reader.read({ prompt: question, question: true });
        return result.kind === "input" ? result.text : undefined;
      },
      showInput: text => writeError(`${PROMPT}${text.replaceAll("\n", `\n${CONTINUATION}`)}\n`),
    },
  });
  tellRejections(shell);
  // Closures of streams run while nothing is evaluated.
  watchStreamingContexts(ssc => ssc.addStreamingListener({ onStreamingStopped: loopBreaker.expect() }));
  cancelOnInterrupt(shell, () => terminal?.screen.flush());
  // SIGHUP keeps its default: a handler would never run while the user's code is in a loop, and a shell whose terminal is
  // gone would spin for ever.
  process.on("SIGTERM", () => {
    terminal?.restore();
    void shell.stop(false).finally(() => exit(ExitCode.terminated));
  });
  let left = false;
  process.on("exit", () => {
    // The user's own process.exit(): the terminal is given back.
    if (left) return;
    terminal?.restore();
    loopBreaker.leave();
    void session.dispose();
  });
  if (!invocation.quiet) facts.screen?.write(banner());
  await loadFiles(shell, [...predef, ...invocation.initFiles], true);
  await promptLoop(shell, reader, writeError);
  terminal?.dispose();
  await shell.stop(false);
  left = true;
  return shell.exitCode ?? ExitCode.ok;
}

/** `:paste`: lines up to Ctrl-D. */
async function readPaste(reader: InputReader): Promise<string | undefined> {
  writeError("// Paste or type lines; Ctrl-D runs them, Ctrl-C throws them away.\n");
  const result = await reader.read({ prompt: "", untilCtrlD: true });
  return result.kind === "input" ? result.text : undefined;
}

/**
 * Ctrl-C cancels what is evaluated. A closure of a stream that is in a loop holds this thread, and would do so again with the
 * next batch: its context is stopped.
 *
 * @param redraw draws what was printed before: V8 drops the microtasks that wait when it terminates a loop, those of the screen too
 */
function cancelOnInterrupt(shell: Shell, redraw: () => void): void {
  let group: string | undefined;
  loopBreaker.onBreak(() => {
    try {
      group = shell.sparkContext()?.getLocalProperty("spark.jobGroup.id");
    } catch {
      // The context has stopped.
      group = undefined;
    }
  });
  process.on("SIGINT", () => {
    const broken = loopBreaker.takeBroken();
    if (broken) redraw();
    if (!broken || (shell.evaluating && !group?.startsWith("streaming-"))) {
      shell.interrupt();
      return;
    }
    TaskContext.terminated();
    const ssc = StreamingContext.getActive();
    if (!ssc) writeError(INTERRUPTED);
    else {
      writeError("Interrupted: a closure of a stream was in a loop, so the streaming context is stopped.\n");
      void ssc.stop(false, false).then(() => shell.replaceStoppedStream());
    }
  });
}

/** Ctrl-C is a key while a line is typed: should a stream hold this thread meanwhile, another one reads it. */
function guardKeys(raw: boolean, keys: KeySource): void {
  if (raw && StreamingContext.getActive()) loopBreaker.watchKeys(text => keys.feed(text));
  else loopBreaker.ignoreKeys();
}
