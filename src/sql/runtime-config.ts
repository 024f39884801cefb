import { findConfigEntry } from "../core/conf/keys.js";
import { type ConfValue, SparkConf } from "../core/conf/spark-conf.js";
import { E } from "./errors.js";

/**
 * The configuration of a session while it runs: what the session set, over the context's configuration. Keys that the
 * context reads when it starts can be read here, not set.
 *
 * Spark's name: `org.apache.spark.sql.RuntimeConfig`.
 *
 * @example
 * spark.conf.set("my.limit", 10);
 * spark.conf.get("my.limit"); // "10"
 * spark.conf.get("spark.ui.port"); // "4040"
 */
export class RuntimeConfig {
  readonly #context: SparkConf;
  /** What this session set; checks keys and values as any configuration does. */
  readonly #own = new SparkConf(false);

  /** @internal */
  constructor(context: SparkConf) {
    this.#context = context;
  }

  /** Sets a key for this session; `CANNOT_MODIFY_CONFIG` for one that the context reads when it starts. */
  set(key: string, value: ConfValue): void {
    assertModifiable(key);
    this.#own.set(key, value);
  }

  /**
   * The text of a key's value: the session's, the context's, `defaultValue`, or without one the default that tspark has for
   * the key. `NoSuchElementError` when there is none of those.
   */
  get(key: string, defaultValue?: ConfValue): string {
    return (
      this.#own.getOption(key) ??
      this.#context.getOption(key) ??
      (defaultValue === undefined ? findConfigEntry(key)?.default : String(defaultValue)) ??
      this.#context.get(key)
    );
  }

  /** Like {@link get}, `undefined` where there is nothing. */
  getOption(key: string): string | undefined {
    return this.#own.getOption(key) ?? this.#context.getOption(key) ?? findConfigEntry(key)?.default;
  }

  /** Everything that is set, by the context or the session, sorted by key. Secrets are not redacted. */
  getAll(): Map<string, string> {
    return new Map(new SparkConf(false).setAll(this.#context.getAll()).setAll(this.#own.getAll()).getAll());
  }

  /** Takes back what the session set. */
  unset(key: string): void {
    assertModifiable(key);
    this.#own.remove(key);
  }

  /** Whether the key is one that takes effect while the session runs: `spark.sql.` keys that do not belong to the start. */
  isModifiable(key: string): boolean {
    return key.startsWith("spark.sql.") && !STATIC.has(key);
  }
}

/** Spark's `StaticSQLConf`: fixed when the first session starts. */
const STATIC: ReadonlySet<string> = new Set([
  "spark.sql.warehouse.dir",
  "spark.sql.catalogImplementation",
  "spark.sql.globalTempDatabase",
  "spark.sql.extensions",
  "spark.sql.ui.retainedExecutions",
]);

/** Whether a key is read when the context or its first session starts, and never again. */
export function isReadAtStart(key: string): boolean {
  return findConfigEntry(key) !== undefined || STATIC.has(key);
}

function assertModifiable(key: string): void {
  if (isReadAtStart(key)) throw E.CANNOT_MODIFY_CONFIG(key);
}
