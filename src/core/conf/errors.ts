import { defineErrors } from "../errors/define-errors.js";
import { IllegalArgumentError, InputOutputError, NoSuchElementError } from "../errors/spark-error.js";

/** `spark.ui.port=abc (--conf)`, with where it comes from when that is known. */
function setting(key: string, value: string, origin: string | undefined): string {
  return `${key}=${value}${origin === undefined ? "" : ` (${origin})`}`;
}

/** The errors of configuration. */
export const E = defineErrors("conf", {
  NO_SUCH_CONF: {
    base: NoSuchElementError,
    message: (key: string, nearest: string | undefined) =>
      `${key} is not set and no default was given.${nearest === undefined ? "" : ` Did you mean ${nearest}?`} Set it with conf.set("${nearest ?? key}", …), or pass a default: conf.get("${nearest ?? key}", "…").`,
    doc: "A key was read that is not set, without a default. Use `getOption`, or pass a default.",
  },
  BAD_KEY: {
    base: IllegalArgumentError,
    message: (key: unknown) =>
      `A configuration key is ${key === "" ? "empty" : String(key)}: it must be a text such as spark.app.name. Pass conf.set(key, value) or conf.get(key).`,
    doc: "A key that is no text, or empty, was set.",
  },
  BAD_SETTINGS: {
    base: IllegalArgumentError,
    message: (value: unknown) =>
      `setAll was given ${String(value)}: it takes an object of settings or pairs of keys and values. Pass e.g. { "spark.app.name": "counts" }.`,
    doc: "`conf.setAll` of something that is neither an object nor pairs.",
  },
  BAD_VALUE_TYPE: {
    base: IllegalArgumentError,
    message: (key: string, value: unknown) =>
      `${key} was set to ${String(value)}: a value is a text, a number or a boolean. To take the key out, call conf.remove("${key}").`,
    doc: "`null`, `undefined` or an object was set as a value.",
  },
  BAD_VALUE: {
    base: IllegalArgumentError,
    message: (key: string, value: string, origin: string | undefined, rule: string, standard: string | undefined) =>
      `${setting(key, value, origin)}: ${rule.replace(/\.$/, "")}.${standard ? ` The default is ${standard}.` : ""}`,
    doc: "A value does not parse as its key's type, or breaks its rule; the message says which forms exist.",
  },
  BAD_TIME: {
    base: IllegalArgumentError,
    message: (text: string) =>
      `${JSON.stringify(text)} is not a time: write a whole number and us, ms, s, m, min, h or d, e.g. 50s, 100ms or 250us`,
    doc: "A time is not in Spark's form.",
  },
  BAD_SIZE: {
    base: IllegalArgumentError,
    message: (text: string) =>
      /^\s*[0-9]+\.[0-9]+/.test(text)
        ? `${JSON.stringify(text)} is not a size: fractions are not taken, use a smaller unit, e.g. 1536m for 1.5g`
        : `${JSON.stringify(text)} is not a size: write a whole number and b, k, m, g, t or p, e.g. 50b, 100k or 250m`,
    doc: "A size is not in Spark's form.",
  },
  SIZE_TOO_BIG: {
    base: IllegalArgumentError,
    message: (text: string) => `${JSON.stringify(text)} is more bytes than can be counted: at most 8191t; use less`,
    doc: "A size is beyond 2^53 bytes.",
  },
  BAD_MASTER: {
    base: IllegalArgumentError,
    message: (text: string) =>
      `Could not parse Master URL: '${text}'. The forms are local, local[N] (N threads), local[*] (all cores) and local[N,F] (F attempts of a task).`,
    doc: "`spark.master` has a form that does not exist, or no threads or attempts.",
  },
  LATE_DRIVER_MEMORY: {
    base: IllegalArgumentError,
    message: (value: string) =>
      `spark.driver.memory=${value} was set in code: this process already has its heap. Start with --driver-memory ${value} instead.`,
    doc: "`spark.driver.memory` was set in code. Use `--driver-memory`.",
  },
  INVALID_CONF: {
    base: IllegalArgumentError,
    message: (problems: readonly string[]) => problems.join("\n"),
    doc: "Several values of a configuration are wrong; one line each.",
  },
  PROPERTIES_UNREADABLE: {
    base: InputOutputError,
    message: (file: string, why: string) => `Properties file ${file}: ${why}`,
    doc: "A properties file is missing or cannot be read. Check the path after `--properties-file`, or `TSPARK_CONF_DIR`.",
  },
  BAD_PROPERTIES: {
    base: IllegalArgumentError,
    message: (file: string, line: number, why: string) => `Properties file ${file}, line ${line}: ${why}`,
    doc: "A properties file has a line that is none.",
  },
});
