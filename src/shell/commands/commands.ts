import { nearest } from "../../core/util/nearest.js";
import { E } from "../errors.js";
import type { Evaluation } from "../evaluation.js";
import type { Command, CommandContext } from "./command.js";
import { completions } from "./completions.js";
import { conf } from "./conf.js";
import { doc } from "./doc.js";
import { edit } from "./edit.js";
import { helpCommand } from "./help.js";
import { history } from "./history.js";
import { imports } from "./imports.js";
import { LEADING } from "./is-command.js";
import { last } from "./last.js";
import { loadFile } from "./load.js";
import { log } from "./log.js";
import { mode } from "./mode.js";
import { paste } from "./paste.js";
import { quit } from "./quit.js";
import { replay } from "./replay.js";
import { requirePackage } from "./require.js";
import { reset } from "./reset.js";
import { save } from "./save.js";
import { searchHistory } from "./search-history.js";
import { sh } from "./sh.js";
import { silent } from "./silent.js";
import { streams } from "./streams.js";
import { time } from "./time.js";
import { type } from "./type.js";
import { why } from "./why.js";

const help = helpCommand(findCommand, () => COMMANDS);

/** The commands of the shell, in the order of `:help`. An abbreviation that fits several means the first of them. */
export const COMMANDS: readonly Command[] = [
  help,
  quit,
  loadFile,
  paste,
  type,
  doc,
  imports,
  history,
  searchHistory,
  edit,
  requirePackage,
  save,
  replay,
  reset,
  time,
  last,
  mode,
  silent,
  sh,
  completions,
  conf,
  log,
  streams,
  why,
];

/** The command of that name or abbreviation, without the colon: `help` for none at all. An unknown one is a `CommandError`. */
export function findCommand(name: string): Command {
  const command = COMMANDS.find(c => c.name === name) ?? COMMANDS.find(c => c.name.startsWith(name));
  if (command) return command;
  const names = COMMANDS.map(c => c.name);
  throw E.UNKNOWN_COMMAND(name, nearest(name, names));
}

/** Runs a line that begins with a colon. A mistake of the user is thrown as a `CommandError`. */
export function runCommand(text: string, context: CommandContext): Promise<Evaluation | undefined> {
  const [, head, name, argument] = /^(:\s*(\S*)\s*)([\s\S]*)$/.exec(text.replace(LEADING, ""))!;
  const leading = LEADING.exec(text)![0];
  return findCommand(name!).run(context, argument!.trim(), blank(leading + head!));
}

/** Blanks in the place of a text, so that what follows keeps its line and column. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** Names of commands that begin with what was typed, for completion; the colon included. */
export function completeCommand(text: string): string[] {
  return COMMANDS.map(c => `:${c.name}`).filter(name => name.startsWith(text));
}
