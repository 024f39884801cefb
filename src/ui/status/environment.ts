import os from "node:os";
import path from "node:path";
import { findConfigEntry } from "../../core/conf/keys.js";
import { redact } from "../../core/conf/redact.js";
import type { SparkConf } from "../../core/conf/spark-conf.js";
import { VERSION } from "../../core/version.js";
import { systemUser } from "./system-user.js";

export type Property = readonly [key: string, value: string];

/** What an application was started with; secrets are redacted already, and properties are sorted by their keys. */
export interface Environment {
  readonly runtime: { readonly javaVersion: string; readonly javaHome: string; readonly scalaVersion: string };
  readonly sparkProperties: readonly Property[];
  readonly hadoopProperties: readonly Property[];
  readonly systemProperties: readonly Property[];
  /** Where a setting comes from: `--conf`, `spark-defaults.conf`; `undefined` where that is not known. */
  origin(key: string): string | undefined;
}

/** The environment of this process, every value redacted by `spark.redaction.regex`. */
export function processEnvironment(conf: SparkConf, appId: string): Environment {
  const set = conf.getAll().filter(([k]) => k !== "spark.app.id");
  const hadoop = set.filter(([k]) => k.startsWith("spark.hadoop.")).map(([k, v]): Property => [k.slice(13), v]);
  return {
    runtime: {
      javaVersion: `Node.js ${process.version}`,
      javaHome: path.dirname(process.execPath),
      scalaVersion: `tspark ${VERSION}`,
    },
    sparkProperties: hideSecrets(conf, [...set, ["spark.app.id", appId]]),
    hadoopProperties: hideSecrets(conf, hadoop),
    systemProperties: hideSecrets(conf, [
      ["os.arch", os.arch()],
      ["os.name", os.type()],
      ["os.version", os.release()],
      ["user.dir", process.cwd()],
      ["user.name", systemUser()],
    ]),
    origin: key => conf.origin(key),
  };
}

/** `properties` with their secrets redacted, sorted. */
function hideSecrets(conf: SparkConf, properties: readonly Property[]): Property[] {
  const key = "spark.redaction.regex";
  const hidden = redact(conf.get(key, findConfigEntry(key)?.default), properties);
  return hidden.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
