import { checkConf, unknownKeys } from "../../core/conf/check-conf.js";
import { CONFIG_ENTRIES } from "../../core/conf/keys.js";
import { setLaunchConf } from "../../core/conf/launch-conf.js";
import { redact } from "../../core/conf/redact.js";
import { SparkConf } from "../../core/conf/spark-conf.js";
import { getLogger } from "../../core/log/logger.js";
import type { Invocation } from "./parse-arguments.js";

/** What holds in the shell where nothing else was said. */
const SHELL_DEFAULTS: Readonly<Record<string, string>> = {
  "spark.master": "local[*]",
  "spark.app.name": "tspark-shell",
  "spark.log.level": "WARN",
  // Spark stops the context with the stream; at a prompt it is wanted again.
  "spark.streaming.stopSparkContextByDefault": "false",
  "spark.ui.showConsoleProgress": "true",
};

const log = getLogger("SparkConf");

/**
 * The configuration of the shell: flags over the properties file over `spark-defaults.conf` over the shell's own defaults.
 * Every later `new SparkConf()` begins with the same. What cannot be used is thrown, all of it at once; keys that look
 * mistyped are warned about.
 */
export function configure(invocation: Pick<Invocation, "settings" | "propertiesFile">): SparkConf {
  const flags = invocation.settings.map(({ key, value, flag }) => ({ key, value, origin: flag }));
  const { propertiesFile } = invocation;
  const given = () => ({ ...(propertiesFile === undefined ? {} : { propertiesFile }), flags });
  setLaunchConf(given());
  const set = new SparkConf();
  for (const [key, value] of Object.entries(SHELL_DEFAULTS)) {
    if (!set.contains(key)) flags.push({ key, value, origin: "tspark-shell" });
  }
  setLaunchConf(given());
  const conf = new SparkConf();
  checkConf(conf);
  for (const { key, origin, nearest } of unknownKeys(conf)) {
    if (nearest !== undefined) log.warn(`${key} (${origin}) is no key of tspark: did you mean ${nearest}?`);
  }
  return conf;
}

/** A key in effect: secrets are redacted. */
export interface EffectiveSetting {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

/** Every key that has a value, set or by default, sorted; with `pattern`, those whose key contains it, in any case. */
export function effectiveSettings(conf: SparkConf, pattern = ""): EffectiveSetting[] {
  const defaults = CONFIG_ENTRIES.flatMap(({ key, default: value }): [string, string][] =>
    value === undefined || conf.contains(key) ? [] : [[key, value]],
  );
  const regex = conf.get("spark.redaction.regex", CONFIG_ENTRIES.find(e => e.key === "spark.redaction.regex")?.default);
  return redact(regex, [...conf.getAll(), ...defaults])
    .filter(([key]) => key.toLowerCase().includes(pattern.toLowerCase()))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value, origin: conf.origin(key) ?? "default" }));
}
