import { existsSync, fstatSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { SparkConf } from "../../core/conf/spark-conf.js";
import { SparkError } from "../../core/errors/spark-error.js";
import { setLogLevel } from "../../core/log/logger.js";
import * as api from "../../index.js";
import { StreamingContext } from "../../streaming/streaming-context.js";
import { Display } from "../display/display.js";
import { openTerminal } from "../display/show-on-screen.js";
import { E } from "../errors.js";
import { readUserText } from "../files/read-user-text.js";
import { FileTypeError, UserFiles } from "../files/user-files.js";
import { printPromisesPlainly } from "../printer/async-ids.js";
import { Session } from "../session.js";
import { Shell } from "../shell.js";
import { followRows, writeOnOwnRow } from "../terminal/own-row.js";
import { ScriptInput } from "../terminal/script-input.js";
import { outputWidth, type TerminalFacts, terminalFacts } from "../terminal/terminal.js";
import type { RemoteTypeService } from "../types/remote-type-service.js";
import { configure, effectiveSettings } from "./configuration.js";
import { batchMs, createContexts } from "./contexts.js";
import { needsRestart, restartWithMemory } from "./driver-memory.js";
import { ExitCode } from "./exit-code.js";
import { helpText } from "./help.js";
import { interact, tellPerson } from "./interact.js";
import { type Invocation, parseArguments } from "./parse-arguments.js";
import { exit, exitOnClosedOutput, exitOnRejections, exitOnSignals } from "./process-ends.js";
import { goesOn, loadFiles, runCode, runPiped } from "./script-modes.js";
import { startUpLines } from "./start-up-lines.js";
import { isLimited, limitStreams } from "./stream-limits.js";
import { versionText } from "./versions.js";
import { workingDirectory } from "./working-directory.js";

const write = (text: string): void => writeOnOwnRow(process.stdout, text);
const writeError = (text: string): void => writeOnOwnRow(process.stderr, text);
const inPieces = (text: string): void => void process.stderr.write(text);

/**
 * The program `tspark-shell`; it ends the process.
 *
 * @param types the type service, which has been started before anything else was loaded
 */
export async function start(argv: readonly string[], types: RemoteTypeService | undefined): Promise<void> {
  exitOnClosedOutput();
  followRows([process.stdout, process.stderr]);
  printPromisesPlainly();
  let code: number;
  try {
    const invocation = await parseArguments(argv);
    if (invocation.help) {
      write(helpText());
      code = ExitCode.ok;
    } else if (invocation.version) {
      write(versionText());
      code = ExitCode.ok;
    } else code = await run(invocation, types);
  } catch (error) {
    // A mistake on the command line or in the configuration; anything else is ours, and shows its stack.
    if (!(error instanceof SparkError)) throw error;
    writeError(`${error.message}\n`);
    code = ExitCode.usage;
  }
  await types?.dispose();
  await exit(code);
}

async function run(invocation: Invocation, types: RemoteTypeService | undefined): Promise<number> {
  const directory = workingDirectory();
  const file = invocation.code.length === 0 ? invocation.file : undefined;
  if (invocation.check !== undefined) return checkFile(invocation, directory);
  for (const needed of [...invocation.initFiles, ...(file === undefined ? [] : [file])]) {
    readUserText(needed, directory);
  }
  const conf = configure(invocation);
  if (needsRestart(conf)) {
    await types?.dispose();
    return restartWithMemory(conf);
  }
  const facts = terminalFacts();
  const interactive = facts.interactive && file === undefined && invocation.code.length === 0;
  if (invocation.verbose) writeError(configurationText(conf));
  const contexts = await announceContexts(conf, invocation.quiet);

  const session = new Session({
    names: { session: { ...contexts }, api },
    output: write,
    errorOutput: interactive ? tellPerson : writeError,
    ...(types ? { typeService: types } : {}),
    transpileOnly: invocation.transpileOnly,
    directory,
    colors: facts.colors.out,
    columns: () => facts.screen?.columns || 80,
    display: displayOf(facts),
    watchSigint: interactive,
  });
  const rest = invocation.code.length > 0 && invocation.file !== undefined ? [invocation.file] : [];
  process.argv = [process.argv[0]!, file ? path.resolve(file) : process.argv[1]!, ...rest, ...invocation.args];
  limitStreams(invocation.limits);
  if (interactive) return interact({ invocation, session, facts, sc: contexts.sc, predef: predefFiles(invocation) });

  if (facts.cursor && facts.screen) {
    const terminal = openTerminal(facts.screen, facts, contexts.sc);
    terminal.onResize(() => terminal.screen.resize());
    process.on("exit", () => terminal.dispose());
  }
  let input: ScriptInput | undefined;
  const shell = new Shell({
    session,
    write,
    writeError,
    echo: !invocation.quiet,
    readPaste: async () => (await input?.rest())?.text,
    width: outputWidth,
    colors: facts.colors.out,
    programs: { write: text => void process.stdout.write(text), writeError: inPieces },
  });
  exitOnSignals(shell, inPieces);
  exitOnRejections(shell);
  try {
    await loadFiles(shell, [...predefFiles(invocation), ...invocation.initFiles], invocation.keepGoing);
    if (goesOn(shell, invocation.keepGoing)) {
      if (file !== undefined) await shell.runFile(file);
      else if (invocation.code.length > 0) await runCode(shell, invocation);
      else if (isDirectory(STANDARD_INPUT)) shell.fail(E.STANDARD_INPUT_UNREADABLE("is a directory").message);
      else {
        input = new ScriptInput(process.stdin, (text, final) => session.statementEnds(text, final));
        await runPiped(shell, input, invocation.keepGoing);
      }
    }
    const ssc = StreamingContext.getActive();
    // A stream that has a limit runs until it is reached, whether or not the script waits for that.
    if (ssc && isLimited(invocation.limits) && goesOn(shell, invocation.keepGoing)) await untilStopped(ssc);
    if (goesOn(shell, invocation.keepGoing)) await session.settled();
    if (!shell.stopping) await shell.stop(true);
  } catch (error) {
    // What a signal has stopped fails as it will; the rest (the type service is gone) is an error of the run.
    if (!(error instanceof SparkError)) throw error;
    if (!shell.stopping) shell.fail(error.message);
  }
  // Where nothing went wrong the user's own `process.exitCode` stands.
  return (await shell.ended()) || Number(process.exitCode ?? ExitCode.ok);
}

const STANDARD_INPUT = 0;

/** Whether a descriptor is a directory, of which Node makes a stream without content and without an error. */
function isDirectory(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isDirectory();
  } catch {
    // It is closed.
    return false;
  }
}

/** Waits for the end of a context; of its failures others tell. */
function untilStopped(ssc: StreamingContext): Promise<void> {
  return new Promise(resolve => {
    if (ssc.getState() !== "ACTIVE") return resolve();
    ssc.addStreamingListener({ onStreamingStopped: () => resolve() });
  });
}

/** `--check FILE`: the exit code that the file deserves. */
async function checkFile(invocation: Invocation, directory: string): Promise<number> {
  const { check, transpileOnly } = invocation;
  const { file } = readUserText(check!, directory);
  const conf = configure(invocation);
  const session = { sc: undefined, ssc: undefined, spark: undefined };
  const warn = (text: string) => writeError(`${text}\n`);
  const files = new UserFiles({ directory, api, session, transpileOnly, warn, stacksChanged: () => {} });
  try {
    await files.check(file, batchMs(conf));
    return ExitCode.ok;
  } catch (error) {
    if (!(error instanceof FileTypeError)) throw error;
    writeError(`${error.message}\n`);
    return ExitCode.userError;
  } finally {
    files.dispose();
  }
}

/** How results look: cut to the screen where they go to one. */
function displayOf({ screen, colors }: TerminalFacts): Display {
  if (screen === undefined || screen !== process.stdout) return new Display({ colors: colors.out });
  // Some pseudo-terminals say 0: they have no size yet.
  return new Display({ columns: () => screen.columns || 80, rows: () => screen.rows || 24, colors: colors.out });
}

/** Makes the contexts and says so, line by line as it becomes true. */
async function announceContexts(conf: SparkConf, quiet: boolean) {
  const say = quiet ? () => {} : writeError;
  const level = conf.get("spark.log.level").toUpperCase();
  setLogLevel(level);
  say(startUpLines.logLevel(level));
  const contexts = createContexts(conf);
  // The port is known when it is bound.
  await contexts.sc.whenReady();
  if (contexts.sc.uiWebUrl !== undefined) say(startUpLines.webUi(contexts.sc.uiWebUrl));
  say(startUpLines.contexts(contexts.sc.master, contexts.sc.applicationId, batchMs(conf)));
  return contexts;
}

/** `~/.tspark/predef.ts`, where it exists and is wanted. */
function predefFiles(invocation: Invocation): string[] {
  const file = path.join(os.homedir(), ".tspark", "predef.ts");
  return invocation.predef && existsSync(file) ? [file] : [];
}

/** What `--verbose` prints. */
function configurationText(conf: SparkConf): string {
  const rows = effectiveSettings(conf);
  const width = Math.max(...rows.map(r => r.key.length + r.value.length + 1));
  const lines = rows.map(({ key, value, origin }) => `  ${`${key}=${value}`.padEnd(Math.min(width, 80))}  (${origin})`);
  return `Configuration in effect:\n${lines.join("\n")}\n`;
}
