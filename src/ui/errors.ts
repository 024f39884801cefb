import { inspect } from "node:util";
import { defineErrors } from "../core/errors/define-errors.js";
import { IllegalArgumentError, SparkError } from "../core/errors/spark-error.js";

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
  EVENT_LOG: {
    base: SparkError,
    message: (file: string, why: string) =>
      `The event log ${file} cannot be made: ${why}. spark.eventLog.dir must be a directory that this user may write to; spark.eventLog.enabled=false does without.`,
    doc: "`spark.eventLog.dir` cannot be written to, or there is a log of that application already.",
  },
  HISTORY_OPTION: {
    base: IllegalArgumentError,
    message: (option: string, like: string | undefined) =>
      `${option} is no option: there are --port, --host and --help. ${like === undefined ? "Leave it out; tspark-history --help says more." : `Did you mean ${like}?`}`,
    doc: "`tspark-history` was started with an option that it does not have.",
  },
  HISTORY_OPTION_VALUE: {
    base: IllegalArgumentError,
    message: (option: string, rule: string) =>
      `${option} ${rule}. tspark-history --port 18081 logs shows the logs in the directory logs at that port.`,
    doc: "An option of `tspark-history` was given without its value, or with one that it does not take.",
  },
  HISTORY_DIRECTORIES: {
    base: IllegalArgumentError,
    message: (n: number) => `${n} directories were given, and the logs of one are shown. Name one DIR.`,
    doc: "`tspark-history` was started with several directories.",
  },
  HISTORY_NO_DIRECTORY: {
    base: IllegalArgumentError,
    message: (dir: string, why: string) =>
      `${dir} cannot be shown: it ${why}. tspark-history takes the directory in which event logs lie. Name that of spark.eventLog.dir; an application writes there with --conf spark.eventLog.enabled=true.`,
    doc: "The directory of `tspark-history` does not exist, is a file, or cannot be read.",
  },
  HISTORY_PORT: {
    base: IllegalArgumentError,
    message: (port: string) =>
      `--port ${inspect(port)} is no port, which is a number from 0 to 65535. Give one; 0 takes any that is free.`,
    doc: "The port of `tspark-history` is no number of a port.",
  },
  HISTORY_CANNOT_LISTEN: {
    base: SparkError,
    message: (host: string, port: number, why: string) =>
      `It cannot listen on ${host}:${port}: ${why}. The port must be free and the address one of this machine's. Take another with --port (0 takes any free one), or leave --host out.`,
    doc: "The port of `tspark-history` is taken, or the address is none of this machine's.",
  },
  NO_CHART_NAME: {
    base: IllegalArgumentError,
    message: (name: unknown) =>
      `toDashboard got ${inspect(name)} as the name of a chart: it must be a text that is not empty, e.g. stream.toDashboard("orders", { kind: "line" }).`,
    doc: "A chart was given no name.",
  },
  UNKNOWN_CHART_KIND: {
    base: IllegalArgumentError,
    message: (name: string, kind: unknown) =>
      `The chart "${name}" has the kind ${inspect(kind)}, and there are: "line", "bar", "table", "number". Say one of them, e.g. stream.toDashboard("${name}", { kind: "line" }).`,
    doc: "A chart was given a kind that does not exist, or none.",
  },
  BAD_CHART_NUMBER: {
    base: IllegalArgumentError,
    message: (name: string, option: string, value: unknown) =>
      `The chart "${name}" has ${option}: ${inspect(value)}, and it must be a whole number of at least 1. Leave it out for the default.`,
    doc: "`limit` or `history` of a chart is no count.",
  },
  BAD_CHART_FUNCTION: {
    base: IllegalArgumentError,
    message: (name: string, option: string, value: unknown) =>
      `The chart "${name}" has ${option}: ${inspect(value)}, and it must be a function of an element, e.g. ${option}: order => order.${option === "value" ? "price" : "country"}.`,
    doc: "`label` or `value` of a chart is no function.",
  },
  CHART_NAME_TAKEN: {
    base: IllegalArgumentError,
    message: (name: string) =>
      `The dashboard has a chart "${name}" of this streaming context already, and each needs a name of its own. Give this one another name.`,
    doc: "Two charts of one streaming context were given the same name.",
  },
});
