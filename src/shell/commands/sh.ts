import { E } from "../errors.js";
import { INTERRUPTED } from "../execution/cell-runner.js";
import type { Command } from "./command.js";

export const sh: Command = {
  name: "sh",
  args: "COMMAND",
  takes: "program",
  doc: "runs a command of the system's shell",
  details:
    "At a terminal the command has the terminal to itself; what streams print meanwhile comes when it has ended.",
  async run({ runProgram, writeError }, command) {
    if (command === "") throw E.COMMAND_ARGUMENTS("sh", ":sh COMMAND");
    const end = await runProgram(command);
    // Ctrl-C went to the command; its shell says 130.
    if (end.signal === "SIGINT" || end.code === 130) {
      writeError(INTERRUPTED);
      return { status: "failure", reason: "interrupted", error: undefined, text: INTERRUPTED.trimEnd() };
    }
    if (end.code !== 0) throw E.PROGRAM_FAILED(command, end.code ?? end.signal ?? "unknown");
    return undefined;
  },
};
