import { defineErrors } from "../core/errors/define-errors.js";
import { SparkError } from "../core/errors/spark-error.js";

/** The errors of the status port. */
export const E = defineErrors("ui", {
  NO_FREE_PORT: {
    base: SparkError,
    message: (first: number, last: number, host: string) =>
      `Address already in use: Service 'SparkUI' found no free port from ${first} to ${last} on ${host}. Set spark.ui.port to a free one (0 takes any), raise spark.port.maxRetries, or do without it: spark.ui.enabled=false.`,
    doc: "`spark.ui.port` and the `spark.port.maxRetries` ports after it are taken.",
  },
  CANNOT_LISTEN: {
    base: SparkError,
    message: (host: string, port: number, why: string) =>
      `Service 'SparkUI' cannot listen on ${host}:${port}: ${why}. spark.ui.host must be an address of this machine; 127.0.0.1 always is.`,
    doc: "The address of `spark.ui.host` is none of this machine's, or the port may not be used.",
  },
});
