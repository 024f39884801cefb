import type { Application } from "../status/application.js";
import { heapLimit } from "./metrics-json.js";

/** `environment`: Spark's `ApplicationEnvironmentInfo`, every value redacted by `spark.redaction.regex`. */
export function environmentJson(app: Application) {
  const { runtime, sparkProperties, hadoopProperties, systemProperties } = app.environment();
  return {
    runtime,
    sparkProperties,
    hadoopProperties,
    systemProperties,
    metricsProperties: [],
    classpathEntries: [],
    resourceProfiles: [
      {
        id: 0,
        executorResources: {
          cores: resource("cores", app.cores),
          memory: resource("memory", Math.round(heapLimit() / 1024 / 1024)),
          offHeap: resource("offHeap", 0),
        },
        taskResources: { cpus: { resourceName: "cpus", amount: 1 } },
      },
    ],
  };
}

function resource(resourceName: string, amount: number) {
  return { resourceName, amount, discoveryScript: "", vendor: "" };
}
