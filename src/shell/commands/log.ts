import { LOG_LEVELS } from "../../core/log/logger.js";
import { E } from "../errors.js";
import type { Command } from "./command.js";

export const log: Command = {
  name: "log",
  args: "LEVEL",
  takes: "level",
  doc: "sets the level of the log, as sc.setLogLevel does",
  details: `One of ${[...LOG_LEVELS].sort().join(", ")}.`,
  async run({ sparkContext }, level) {
    if (level === "") throw E.COMMAND_ARGUMENTS("log", `:log LEVEL, one of ${[...LOG_LEVELS].sort().join(", ")}`);
    const context = sparkContext();
    if (!context) throw E.NO_CONTEXT("log");
    context.setLogLevel(level);
    return undefined;
  },
};
