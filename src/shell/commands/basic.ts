import { E } from "../errors.js";
import { readUserText } from "../files/read-user-text.js";
import type { Command } from "./command.js";

export const quit: Command = {
  name: "quit",
  doc: "leaves the shell",
  run: async () => ({ status: "exit", code: 0 }),
};

export const load: Command = {
  name: "load",
  args: "FILE",
  takes: "file",
  doc: "evaluates a file, statement by statement",
  details: "Stops at the first error. What the file declares is declared in the session.",
  async run({ session, echo }, argument) {
    if (argument === "") throw E.COMMAND_ARGUMENTS("load", ":load FILE");
    return session.loadFile(argument, { echo });
  },
};

export const paste: Command = {
  name: "paste",
  args: "[FILE]",
  takes: "file",
  doc: "takes several lines as one input, up to Ctrl-D",
  details: "Everything is checked and run as a whole. With FILE, the text of the file.",
  async run(context, argument) {
    if (argument !== "") return context.evaluate(readUserText(argument, process.cwd()).text);
    const text = await context.readPaste();
    return text === undefined || text.trim() === "" ? undefined : context.evaluate(text);
  },
};

export const type: Command = {
  name: "type",
  args: "EXPR",
  takes: "expression",
  doc: "shows the type of an expression without evaluating it",
  async run({ session, write, writeError }, argument) {
    if (argument === "") throw E.COMMAND_ARGUMENTS("type", ":type EXPR");
    const { ok, text } = await session.typeOf(argument);
    const line = `${text.trimEnd()}\n`;
    if (!ok) {
      writeError(line);
      return { status: "failure", reason: "types", error: undefined, text: line };
    }
    write(line);
    return undefined;
  },
};
