import { existsSync } from "node:fs";
import path from "node:path";
import { getLogger } from "../log/logger.js";
import { readProperties } from "./properties.js";

/** A value and where it comes from. */
export interface Setting {
  readonly value: string;
  /** `code`, `--conf` (or another flag), `properties file <path>`, `spark-defaults.conf <path>`, `default`. */
  readonly origin: string;
}

/** What was given to the process that started: laid under everything that code sets. */
export interface LaunchConf {
  /** The file of `--properties-file`. */
  readonly propertiesFile?: string;
  /** `--conf` and the flags that are shorthands of keys, in the order given; a later one wins. */
  readonly flags?: readonly { readonly key: string; readonly value: string; readonly origin?: string }[];
}

const log = getLogger("SparkConf");
const warned = new Set<string>();
let flagLayer = new Map<string, Setting>();
let fileLayer = new Map<string, Setting>();

/**
 * Makes every later `new SparkConf()` of this process begin with what the command line said: called once by a launcher,
 * before user code runs. The properties file is read now, so a missing one throws here (`PROPERTIES_UNREADABLE`).
 * Keys that do not begin with `spark.` are left out with a WARN line, as `spark-submit` does.
 *
 * @example
 * setLaunchConf({ flags: [{ key: "spark.master", value: "local[2]", origin: "--master" }] });
 * new SparkConf().origin("spark.master"); // "--master"
 * setLaunchConf({});
 */
export function setLaunchConf(launch: LaunchConf): void {
  const files = new Map<string, Setting>();
  const flags = new Map<string, Setting>();
  if (launch.propertiesFile !== undefined) addFile(files, launch.propertiesFile, "properties file");
  for (const { key, value, origin = "--conf" } of launch.flags ?? []) add(flags, key, value, origin);
  fileLayer = files;
  flagLayer = flags;
}

/**
 * What a new `SparkConf` begins with, from the weakest source to the strongest: `spark-defaults.conf` of `SPARK_CONF_DIR`,
 * that of `TSPARK_CONF_DIR`, the properties file, the flags.
 */
export function launchSettings(env: NodeJS.ProcessEnv = process.env): Map<string, Setting> {
  const out = new Map<string, Setting>();
  for (const dir of [env["SPARK_CONF_DIR"], env["TSPARK_CONF_DIR"]]) {
    if (!dir) continue;
    const file = path.join(dir, "spark-defaults.conf");
    if (existsSync(file)) addFile(out, file, "spark-defaults.conf");
  }
  for (const layer of [fileLayer, flagLayer]) for (const [key, setting] of layer) out.set(key, setting);
  return out;
}

function addFile(into: Map<string, Setting>, file: string, kind: string): void {
  for (const { key, value } of readProperties(file)) add(into, key, value, `${kind} ${file}`);
}

function add(into: Map<string, Setting>, key: string, value: string, origin: string): void {
  if (key.startsWith("spark.")) {
    into.set(key, { value, origin });
    return;
  }
  if (warned.has(key)) return;
  warned.add(key);
  log.warn(`Ignoring non-Spark config property: ${key} (${origin}). Keys begin with spark.`);
}
