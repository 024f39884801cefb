import { E } from "../errors.js";
import type { Command } from "./command.js";

export const sh: Command = {
  name: "sh",
  args: "COMMAND",
  takes: "file",
  doc: "runs a command of the system's shell",
  details:
    "At a terminal the command has the terminal to itself; what streams print meanwhile comes when it has ended.",
  async run({ runProgram }, command) {
    if (command === "") throw E.COMMAND_ARGUMENTS("sh", ":sh COMMAND");
    const end = await runProgram(command);
    if (end.code !== 0) throw E.PROGRAM_FAILED(command, end.code ?? end.signal ?? "unknown");
    return undefined;
  },
};
