import { E } from "../errors.js";
import type { Command } from "./command.js";

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
