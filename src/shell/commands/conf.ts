import { effectiveSettings } from "../cli/configuration.js";
import { E } from "../errors.js";
import { formatTable } from "../terminal/table.js";
import type { Command } from "./command.js";

export const conf: Command = {
  name: "conf",
  args: "[PATTERN]",
  takes: "key",
  doc: "shows configuration keys, their values and where each comes from",
  details: "With PATTERN, the keys that contain it. Secrets (spark.redaction.regex) are not shown.",
  async run({ sparkContext, write, width, colors }, pattern) {
    const context = sparkContext();
    if (!context) throw E.NO_CONTEXT("conf");
    const settings = effectiveSettings(context.getConf(), pattern);
    if (settings.length === 0) {
      write(`No key contains "${pattern}".\n`);
      return undefined;
    }
    const rows = settings.map(s => [s.key, s.value, s.origin]);
    write(await formatTable(["key", "value", "origin"], rows, { columns: width, colors }));
    return undefined;
  },
};
