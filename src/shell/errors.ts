import { defineErrors } from "../core/errors/define-errors.js";
import { InputOutputError, SparkError } from "../core/errors/spark-error.js";

/** The command line or the configuration cannot be used: told in one line on standard error, exit code 2. */
export class UsageError extends SparkError {}

/** A command of the shell (`:load FILE`) was not understood or did not succeed. */
export class CommandError extends SparkError {}

/** The errors of the shell. */
export const E = defineErrors("shell", {
  UNKNOWN_OPTION: {
    base: UsageError,
    message: (option: string, nearest?: string) =>
      `unknown option ${option}${nearest ? `: did you mean ${nearest}?` : ""}; tspark-shell --help lists the options`,
    doc: "An option was given that tspark-shell does not have.",
  },
  OPTION_WITHOUT_VALUE: {
    base: UsageError,
    message: (option: string, value: string) => `option ${option} needs a value: ${option} ${value}`,
    doc: "An option that takes a value was the last word of the command line, or was followed by another option.",
  },
  OPTION_VALUE: {
    base: UsageError,
    message: (option: string, value: string, rule: string) => `${option} ${value} does not fit: it takes ${rule}`,
    doc: "An option has a value that it cannot take.",
  },
  CONF_WITHOUT_EQUALS: {
    base: UsageError,
    message: (text: string) => `--conf ${text} has no "=": write --conf KEY=VALUE, e.g. --conf spark.ui.port=4050`,
    doc: "The value of --conf (-c) is not of the form KEY=VALUE.",
  },
  UNKNOWN_COMMAND: {
    base: CommandError,
    message: (name: string, nearest: string | undefined) =>
      `:${name} is no command${nearest === undefined ? "" : `: did you mean :${nearest}?`}; :help lists them`,
    doc: "A line that begins with a colon names no command of the shell.",
  },
  COMMAND_ARGUMENTS: {
    base: CommandError,
    message: (command: string, usage: string) => `:${command} is used as ${usage}`,
    doc: "A command was given too few arguments, or arguments it does not take.",
  },
  PROGRAM_FAILED: {
    base: CommandError,
    message: (program: string, end: number | string) =>
      `${program} ended with ${typeof end === "number" ? `exit code ${end}` : `signal ${end}`}, where 0 means success`,
    doc: "A program that a command started (`:sh`, the editor of `:edit`, npm) did not succeed.",
  },
  NO_HISTORY_ENTRY: {
    base: CommandError,
    message: (number: string, count: number) =>
      `the history has no input ${number}: it holds ${count}; :history lists them with their numbers`,
    doc: "`:edit N` names an input that is not in the history.",
  },
  FILE_IN_THE_WAY: {
    base: CommandError,
    message: (file: string) =>
      `${file} is there and was not written by :save, which replaces only what it wrote: name another file`,
    doc: "`:save` would overwrite a file that holds something else.",
  },
  FILE_UNWRITABLE: {
    base: CommandError,
    message: (file: string, why: string) =>
      `${file} cannot be written (${why}): name a file in a folder you may write to`,
    doc: "`:save` could not write its file.",
  },
  NO_DOCUMENTATION: {
    base: CommandError,
    message: (name: string) =>
      `nothing is known of ${name}: name something that is in scope, e.g. :doc RDD.map, or import it first`,
    doc: "`:doc` was asked about a name that is not in scope, or a member that does not exist.",
  },
  UNKNOWN_MODE: {
    base: CommandError,
    message: (mode: string, modes: readonly string[], nearest?: string) =>
      `${mode} is no mode${nearest ? `: did you mean ${nearest}?` : ""}; :mode takes one of ${modes.join(", ")}`,
    doc: "`:mode` was given a way of printing results that does not exist.",
  },
  PACKAGE_MISSING: {
    base: CommandError,
    message: (name: string, directory: string) =>
      `the package ${name} is not found from ${directory}: install it there, e.g. with npm install ${name}`,
    doc: "`:require` names a package that is not installed where the shell runs, and it was not to be installed.",
  },
  NO_CONTEXT: {
    base: CommandError,
    message: (command: string) =>
      `:${command} needs a SparkContext under the name sc, which holds something else: sc = SparkContext.getOrCreate()`,
    doc: "A command asks the context, but the name `sc` was given another value.",
  },
  STATEMENT_OPEN: {
    base: SparkError,
    message: (line: number) =>
      `the statement that begins at <console>:${line}:1 is still open at the end of the input: close its brackets, quotes or comment`,
    doc: "Standard input ended in the middle of a statement.",
  },
  STANDARD_INPUT_UNREADABLE: {
    base: InputOutputError,
    message: (why: string) => `standard input ${why}: pipe a script to it, or name a file, tspark-shell FILE`,
    doc: "The script on standard input could not be read to its end.",
  },
  SCRIPT_UNREADABLE: {
    base: InputOutputError,
    message: (file: string, why: string) => `the file ${file} ${why}: give the path of a TypeScript or JavaScript file`,
    doc: "A file to load or to run does not exist, cannot be read, or is no text.",
  },
  NO_WORKING_DIRECTORY: {
    base: InputOutputError,
    message: () => "the working directory does not exist any more: change to one that does, and start the shell there",
    doc: "The shell was started in a folder that had been removed.",
  },
  TYPE_SERVICE_GONE: {
    message: (why: string) =>
      `the type service ended again and again (${why}): start the shell anew, with --transpile-only to do without it`,
    doc: "The child process that checks types could not be kept alive.",
  },
  TYPE_SERVICE_FAULT: {
    message: (story: string) =>
      `the type service failed on this input, which is a fault of tspark: please report it. ${story}`,
    doc: "The type checker threw while it worked on an input.",
  },
});
