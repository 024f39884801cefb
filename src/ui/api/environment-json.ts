import os from "node:os";
import path from "node:path";
import { findConfigEntry } from "../../core/conf/keys.js";
import { redact } from "../../core/conf/redact.js";
import { VERSION } from "../../core/version.js";
import type { Application } from "../status/application.js";
import { sparkUser } from "./application-json.js";
import { maxMemory } from "./metrics-json.js";

/** `environment`: Spark's `ApplicationEnvironmentInfo`, every value redacted by `spark.redaction.regex`. */
export function environmentJson({ sc }: Application) {
  const key = "spark.redaction.regex";
  const hide = (settings: readonly (readonly [string, string])[]) =>
    redact(sc.conf.get(key, findConfigEntry(key)?.default), settings).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const set = sc.conf.getAll().filter(([k]) => k !== "spark.app.id");
  const hadoop = set.filter(([k]) => k.startsWith("spark.hadoop.")).map(([k, v]) => [k.slice(13), v] as const);
  return {
    runtime: {
      javaVersion: `Node.js ${process.version}`,
      javaHome: path.dirname(process.execPath),
      scalaVersion: `tspark ${VERSION}`,
    },
    sparkProperties: hide([...set, ["spark.app.id", sc.applicationId]]),
    hadoopProperties: hide(hadoop),
    systemProperties: hide([
      ["os.arch", os.arch()],
      ["os.name", os.type()],
      ["os.version", os.release()],
      ["user.dir", process.cwd()],
      ["user.name", sparkUser()],
    ]),
    metricsProperties: [],
    classpathEntries: [],
    resourceProfiles: [
      {
        id: 0,
        executorResources: {
          cores: resource("cores", sc.defaultParallelism),
          memory: resource("memory", Math.round(maxMemory() / 1024 / 1024)),
        },
        taskResources: { cpus: { resourceName: "cpus", amount: 1 } },
      },
    ],
  };
}

function resource(resourceName: string, amount: number) {
  return { resourceName, amount, discoveryScript: "", vendor: "" };
}
