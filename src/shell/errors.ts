import { defineErrors } from "../core/errors/define-errors.js";
import { SparkError } from "../core/errors/spark-error.js";

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
  CONF_WITHOUT_EQUALS: {
    base: UsageError,
    message: (text: string) => `--conf ${text} has no "=": write --conf KEY=VALUE, e.g. --conf spark.ui.port=4050`,
    doc: "The value of --conf (-c) is not of the form KEY=VALUE.",
  },
  FILE_MISSING: {
    base: UsageError,
    message: (what: string, file: string, why: string) => `${what} ${file} ${why}; check the path`,
    doc: "A file named on the command line (FILE, -i, --properties-file) does not exist or cannot be read.",
  },
  UNKNOWN_COMMAND: {
    base: CommandError,
    message: (name: string, nearest?: string) =>
      `:${name} is no command${nearest ? `: did you mean :${nearest}?` : ""}; :help lists them`,
    doc: "A line that begins with a colon names no command of the shell.",
  },
  COMMAND_ARGUMENTS: {
    base: CommandError,
    message: (command: string, usage: string) => `:${command} is used as ${usage}`,
    doc: "A command was given too few arguments, or arguments it does not take.",
  },
  COMMAND_FILE: {
    base: CommandError,
    message: (command: string, file: string, why: string) => `:${command} ${file}: the file ${why}; check the path`,
    doc: "A file given to a command does not exist or cannot be read as text.",
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
});
