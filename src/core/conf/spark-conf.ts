import { type InspectOptions, inspect } from "node:util";
import { registerLoader, SHIP, type Shipped } from "../closure/protocol.js";
import { engineFunctions } from "../util/engine-functions.js";
import type { ConfigType } from "./config-entry.js";
import { convert, problemOf } from "./convert.js";
import { E } from "./errors.js";
import { findConfigEntry, nearestConfigKey } from "./keys.js";
import { launchSettings, type Setting } from "./launch-conf.js";
import { redact } from "./redact.js";
import { parseBytes, parseTimeMs, parseTimeSeconds } from "./units.js";

/** What can be set as a value; it is kept as text. */
export type ConfValue = string | number | boolean | bigint;

/**
 * The configuration of an application: keys and values as text, most of them `spark.…`.
 *
 * `new SparkConf()` begins with what the process was started with: `spark-defaults.conf` of `TSPARK_CONF_DIR` (and of
 * `SPARK_CONF_DIR`, which is weaker), then the properties file, then `--conf` and the other flags; what code sets is
 * stronger than all of them. A context takes a copy: changing the configuration afterwards has no effect on it.
 *
 * Spark's name: `org.apache.spark.SparkConf`.
 *
 * @example
 * const conf = new SparkConf().setMaster("local[2]").setAppName("counts").set("spark.ui.port", 4050);
 * conf.getInt("spark.ui.port"); // 4050
 * conf.origin("spark.ui.port"); // "code"
 */
export class SparkConf {
  readonly #settings: Map<string, Setting>;

  /** @param loadDefaults `false` begins empty, whatever the process was started with; default `true` */
  constructor(loadDefaults = true) {
    this.#settings = loadDefaults ? launchSettings() : new Map();
  }

  /** Sets a key; returns this configuration. A value is kept as its text. */
  set(key: string, value: ConfValue): this {
    return this.#put(key, value, "code");
  }

  /** Sets a key unless it is set already. */
  setIfMissing(key: string, value: ConfValue): this {
    return this.contains(key) ? this : this.set(key, value);
  }

  /** Sets many keys: pairs, a `Map`, or a plain object. */
  setAll(settings: Iterable<readonly [string, ConfValue]> | Readonly<Record<string, ConfValue>>): this {
    if (typeof settings !== "object" || settings === null) throw E.BAD_SETTINGS(settings);
    const pairs = Symbol.iterator in settings ? settings : Object.entries(settings);
    for (const [key, value] of pairs as Iterable<readonly [string, ConfValue]>) this.set(key, value);
    return this;
  }

  /** The master string, `spark.master`: `local`, `local[N]`, `local[*]`, `local[N,F]`. */
  setMaster(master: string): this {
    return this.set("spark.master", master);
  }

  /** The application's name, `spark.app.name`. */
  setAppName(name: string): this {
    return this.set("spark.app.name", name);
  }

  /** Takes a key out; returns this configuration. */
  remove(key: string): this {
    this.#settings.delete(key);
    return this;
  }

  /** Whether the key is set, by whatever source. A default of the table does not count. */
  contains(key: string): boolean {
    return this.#settings.has(key);
  }

  /**
   * The text of a key's value, else `defaultValue`. Without both it throws `NoSuchElementError` (`NO_SUCH_CONF`), as in
   * Spark, also for keys that have a default of their own: the typed readers know those.
   */
  get(key: string, defaultValue?: ConfValue): string {
    const found = this.#settings.get(key)?.value;
    if (typeof key !== "string") throw E.BAD_KEY(key);
    if (found !== undefined) return found;
    if (defaultValue === undefined) throw this.#missing(key);
    return String(defaultValue);
  }

  /** The text of a key's value, or `undefined` when it is not set. */
  getOption(key: string): string | undefined {
    return this.#settings.get(key)?.value;
  }

  /** All settings, sorted by key. */
  getAll(): [string, string][] {
    return [...this.#settings].map(([k, s]): [string, string] => [k, s.value]).sort(byKey);
  }

  /** The settings whose key begins with `prefix`, without the prefix, sorted. */
  getAllWithPrefix(prefix: string): [string, string][] {
    return this.getAll().flatMap(([k, v]): [string, string][] =>
      k.startsWith(prefix) ? [[k.slice(prefix.length), v]] : [],
    );
  }

  /**
   * Where the value of a key comes from: `code`, `--conf` or the flag that was used, `properties file <path>`,
   * `spark-defaults.conf <path>`, `default` for a default of the table; `undefined` when there is no value at all.
   */
  origin(key: string): string | undefined {
    return this.#settings.get(key)?.origin ?? (findConfigEntry(key)?.default === undefined ? undefined : "default");
  }

  /** A whole number of 32 bits. Like all typed readers: the table's default serves where none is passed. */
  getInt(key: string, defaultValue?: number): number {
    return this.#number(key, "int", defaultValue);
  }

  /** A whole number, at most 2^53 - 1. */
  getLong(key: string, defaultValue?: number): number {
    return this.#number(key, "long", defaultValue);
  }

  /** A number. */
  getDouble(key: string, defaultValue?: number): number {
    return this.#number(key, "double", defaultValue);
  }

  /** `true` or `false`, in any case. */
  getBoolean(key: string, defaultValue?: boolean): boolean {
    if (defaultValue !== undefined && !this.contains(key)) return defaultValue;
    return this.#read(key, "boolean") as boolean;
  }

  /** Milliseconds of a time such as `30s`; a number without unit is milliseconds. The default may be a text too. */
  getTimeAsMs(key: string, defaultValue?: string | number): number {
    if (defaultValue !== undefined && !this.contains(key)) return parseTimeMs(String(defaultValue));
    return this.#number(key, "timeMs");
  }

  /** Whole seconds of a time such as `2min`; a number without unit is seconds. The default may be a text too. */
  getTimeAsSeconds(key: string, defaultValue?: string | number): number {
    if (defaultValue !== undefined && !this.contains(key)) return parseTimeSeconds(String(defaultValue));
    return this.#number(key, "timeSeconds");
  }

  /** Bytes of a size such as `64m`; a number without unit is bytes. The default may be a text too. */
  getSizeAsBytes(key: string, defaultValue?: string | number): number {
    if (defaultValue !== undefined && !this.contains(key)) return parseBytes(String(defaultValue));
    return this.#number(key, "bytes");
  }

  /** @internal */
  [SHIP](): Shipped {
    return { kind: "SparkConf", data: this.#settings };
  }

  /** @internal */
  static fromSettings(settings: ReadonlyMap<string, Setting>): SparkConf {
    const conf = new SparkConf(false);
    for (const [key, setting] of settings) conf.#settings.set(key, setting);
    return conf;
  }

  /** A copy of its own, with the origins of the values. */
  clone(): SparkConf {
    return SparkConf.fromSettings(this.#settings);
  }

  /** `key=value` of every setting, a line each, sorted; what `spark.redaction.regex` matches is redacted. */
  toDebugString(): string {
    return this.getAllRedacted()
      .map(([key, value]) => `${key}=${value}`)
      .join("\n");
  }

  /** All settings, sorted, with `*********(redacted)` where `spark.redaction.regex` matches: what may be shown. */
  getAllRedacted(): [string, string][] {
    return redact(this.#read("spark.redaction.regex", "string") as string, this.getAll());
  }

  toString(): string {
    return `SparkConf(${this.#settings.size} settings)`;
  }

  /** `SparkConf { 'spark.app.name': 'counts', … }`, redacted as {@link toDebugString}. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `SparkConf ${inspect(Object.fromEntries(this.getAllRedacted()), options)}`;
  }

  #put(key: string, value: ConfValue, origin: string): this {
    if (typeof key !== "string" || key === "") throw E.BAD_KEY(key);
    if (value === null || !["string", "number", "boolean", "bigint"].includes(typeof value)) {
      throw E.BAD_VALUE_TYPE(key, value);
    }
    this.#settings.set(key, { value: String(value), origin });
    return this;
  }

  #number(key: string, type: ConfigType, defaultValue?: number): number {
    if (defaultValue !== undefined && !this.contains(key)) return defaultValue;
    return this.#read(key, type) as number;
  }

  #read(key: string, type: ConfigType): string | number | boolean {
    if (typeof key !== "string") throw E.BAD_KEY(key);
    const entry = findConfigEntry(key);
    const text = this.#settings.get(key)?.value ?? entry?.default;
    if (text === undefined) throw this.#missing(key);
    // A key's own unit decides what a bare number means only through the reader that was called, as in Spark.
    const read = convert(text, type);
    const problem = "problem" in read ? read.problem : entry && problemOf(entry, text);
    if (problem !== undefined) throw E.BAD_VALUE(key, text, this.origin(key), problem, entry?.default);
    return (read as { value: string | number | boolean }).value;
  }

  #missing(key: string): Error {
    return E.NO_SUCH_CONF(key, nearestConfigKey(key));
  }
}

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

engineFunctions("class", { SparkConf });
registerLoader("SparkConf", SparkConf.fromSettings);
