import { E } from "../errors.js";
import type { Command } from "./command.js";

export const loadFile: Command = {
  name: "load",
  args: "FILE",
  takes: "file",
  doc: "evaluates a file in the session",
  details:
    "What the file declares is declared in the session. The file is checked as a whole: a type error runs none of it.",
  async run({ load }, argument) {
    if (argument === "") throw E.COMMAND_ARGUMENTS("load", ":load FILE");
    return load(argument);
  },
};
