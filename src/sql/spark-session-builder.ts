import { type ConfValue, SparkConf } from "../core/conf/spark-conf.js";
import type { SparkSession } from "./spark-session.js";

/**
 * Collects what a session is to be like. Spark's name: `SparkSession.Builder`.
 *
 * @example
 * const spark = SparkSession.builder().master("local[2]").appName("counts").config("spark.ui.port", 4050).getOrCreate();
 * spark.conf.get("spark.ui.port"); // "4050"
 */
export class SparkSessionBuilder {
  readonly #options = new SparkConf(false);
  readonly #make: (options: SparkConf) => SparkSession;

  /** @internal */
  constructor(make: (options: SparkConf) => SparkSession) {
    this.#make = make;
  }

  /** The master string, `spark.master`. */
  master(master: string): this {
    return this.config("spark.master", master);
  }

  /** The application's name, `spark.app.name`; a random one where none is given. */
  appName(name: string): this {
    return this.config("spark.app.name", name);
  }

  /** One setting, several, or all of a `SparkConf`. */
  config(key: string, value: ConfValue): this;
  config(settings: SparkConf | ReadonlyMap<string, ConfValue> | Readonly<Record<string, ConfValue>>): this;
  config(
    first: string | SparkConf | ReadonlyMap<string, ConfValue> | Readonly<Record<string, ConfValue>>,
    value?: ConfValue,
  ): this {
    if (typeof first === "string") this.#options.set(first, value as ConfValue);
    else this.#options.setAll(first instanceof SparkConf ? first.getAll() : (first as Record<string, ConfValue>));
    return this;
  }

  /**
   * The session of this process, given the builder's settings, or a new one on the active context or a new context. A
   * context that exists keeps its configuration: settings that belong to its start are left out with a WARN line.
   */
  getOrCreate(): SparkSession {
    return this.#make(this.#options);
  }
}
