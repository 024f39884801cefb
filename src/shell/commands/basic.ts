import { readFile } from "node:fs/promises";
import path from "node:path";
import { E } from "../errors.js";
import type { Command } from "./command.js";

/** Why a file cannot be read, in words that follow its name. */
export function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
  if (code === "EISDIR") return "is a directory";
  if (code === "EACCES" || code === "EPERM") return "may not be read";
  return `cannot be read (${code ?? String(error)})`;
}

/** Reads a file of code; a missing one, a directory and a binary one are the user's mistake. */
async function readCode(command: string, file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw E.COMMAND_FILE(command, file, whyUnreadable(error));
  }
  if (bytes.subarray(0, 8192).includes(0)) throw E.COMMAND_FILE(command, file, "is binary");
  return bytes.toString("utf8");
}

export const quit: Command = {
  name: "quit",
  doc: "leaves the shell",
  run: async () => ({ status: "exit", code: 0 }),
};

export const load: Command = {
  name: "load",
  args: "FILE",
  doc: "evaluates a file, statement by statement",
  details: "Stops at the first error. What the file declares is declared in the session.",
  async run({ session }, argument) {
    if (argument === "") throw E.COMMAND_ARGUMENTS("load", ":load FILE");
    const file = path.resolve(argument);
    await readCode("load", file);
    return session.loadFile(file);
  },
};

export const paste: Command = {
  name: "paste",
  args: "[FILE]",
  doc: "takes several lines as one input, up to Ctrl-D",
  details: "Everything is checked and run as a whole. With FILE, the text of the file.",
  async run(context, argument) {
    if (argument !== "") return context.evaluate(await readCode("paste", path.resolve(argument)));
    const text = await context.readPaste();
    return text === undefined || text.trim() === "" ? undefined : context.evaluate(text);
  },
};

export const type: Command = {
  name: "type",
  args: "EXPR",
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
