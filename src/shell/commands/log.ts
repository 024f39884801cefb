import { LOG_LEVELS } from "../../core/log/logger.js";
import { E } from "../errors.js";
import type { Command } from "./command.js";

export const log: Command = {
  name: "log",
  args: "LEVEL [NAME]",
  takes: "level",
  doc: "sets the level of the log, or that of one component, as sc.setLogLevel does",
  details: `One of ${[...LOG_LEVELS].sort().join(", ")}. NAME stands in the lines of the component: ":log DEBUG SparkUI".`,
  async run({ sparkContext }, text) {
    const [level = "", ...names] = text.trim().split(/\s+/);
    if (level === "" || names.length > 1)
      throw E.COMMAND_ARGUMENTS("log", `:log LEVEL [NAME], the level one of ${[...LOG_LEVELS].sort().join(", ")}`);
    const context = sparkContext();
    if (!context) throw E.NO_CONTEXT("log");
    context.setLogLevel(level, names[0]);
    return undefined;
  },
};
