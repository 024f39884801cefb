import { CONFIG_ENTRIES } from "../../core/conf/keys.js";
import type { SparkConf } from "../../core/conf/spark-conf.js";
import { effectiveSettings } from "../cli/configuration.js";
import { E } from "../errors.js";
import { formatTable } from "../terminal/table.js";
import type { Command } from "./command.js";

export const conf: Command = {
  name: "conf",
  args: "[PATTERN]",
  takes: "key",
  doc: "shows configuration keys, their values and where each comes from",
  details:
    "With PATTERN, the keys that contain it, also those without a value. Secrets (spark.redaction.regex) are not shown.",
  async run({ sparkContext, write, width, colors }, pattern) {
    const context = sparkContext();
    if (!context) throw E.NO_CONTEXT("conf");
    const settings = context.getConf();
    const rows = effectiveSettings(settings, pattern).map(s => [s.key, s.value, s.origin]);
    if (pattern !== "") rows.push(...withoutValue(settings, pattern));
    if (rows.length === 0) {
      write(`No key contains "${pattern}".\n`);
      return undefined;
    }
    rows.sort(([a], [b]) => (a! < b! ? -1 : 1));
    write(await formatTable(["key", "value", "origin"], rows, { columns: width, colors }));
    return undefined;
  },
};

/** The rows of keys that nobody has set and that have no default: whoever asks for one by name is to see that it exists. */
function withoutValue(conf: SparkConf, pattern: string): string[][] {
  const known = CONFIG_ENTRIES.filter(e => e.default === undefined && !conf.contains(e.key));
  return known
    .map(e => e.key)
    .filter(key => key.toLowerCase().includes(pattern.toLowerCase()))
    .map(key => [key, "", "not set"]);
}
