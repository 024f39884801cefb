/**
 * How the text of a configuration value is read; times and sizes take Spark's units (`30s`, `64m`), and what follows in the name is
 * what a number without one means.
 */
export type ConfigType =
  | "string"
  | "int"
  | "long"
  | "double"
  | "boolean"
  | "timeMs"
  | "timeSeconds"
  | "bytes"
  | "mebibytes";

/**
 * One configuration key: everything that help, `docs/configuration.md`, the Environment page, completion and the check of
 * values know about it.
 */
export interface ConfigEntry {
  /** Full name, `spark.ui.port`. Keys that Spark does not have begin with `spark.tspark.`. */
  readonly key: string;
  /** What it does, one to three sentences, without the default. */
  readonly doc: string;
  readonly type: ConfigType;
  /** The default, as one would write it (`"1s"`); absent when there is none. */
  readonly default?: string;
  /** tspark's version that brought it. */
  readonly since: string;
  /** Says what is wrong with a value that parsed, e.g. `must be at least 1`; `undefined` when it is fine. */
  readonly check?: (value: number | string | boolean) => string | undefined;
  /** The values it takes, where they are few. */
  readonly values?: readonly string[];
}
