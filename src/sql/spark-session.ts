import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { SparkConf } from "../core/conf/spark-conf.js";
import { getLogger } from "../core/log/logger.js";
import { SparkContext } from "../core/spark-context.js";
import { VERSION } from "../core/version.js";
import { isReadAtStart, RuntimeConfig } from "./runtime-config.js";
import { SparkSessionBuilder } from "./spark-session-builder.js";

const log = getLogger("SparkSession");

/** The first session of this process that lives: what `getOrCreate` gives. */
let standard: SparkSession | undefined;

/** A builder, with or without `()`: Scala writes `SparkSession.builder()`, Python `SparkSession.builder`. */
export type BuilderEntry = (() => SparkSessionBuilder) &
  Pick<SparkSessionBuilder, "master" | "appName" | "config" | "getOrCreate">;

/**
 * The entrance to Spark since 2.0: holds the context, and a configuration that may change while it runs.
 *
 * Spark's name: `org.apache.spark.sql.SparkSession`.
 *
 * @example
 * const spark = SparkSession.builder().master("local[*]").appName("counts").getOrCreate();
 * await spark.sparkContext.parallelize([1, 2, 3]).sum(); // 6
 * await spark.stop();
 */
export class SparkSession {
  /** The context the session runs on; sessions of one application share it. */
  readonly sparkContext: SparkContext;
  /** What this session set, over the configuration of the context. */
  readonly conf: RuntimeConfig;

  private constructor(sparkContext: SparkContext) {
    this.sparkContext = sparkContext;
    this.conf = new RuntimeConfig(sparkContext.getConf());
  }

  /** Begins a session: `SparkSession.builder().master("local[2]").appName("x").getOrCreate()`. */
  static get builder(): BuilderEntry {
    const begin = () => new SparkSessionBuilder(getOrCreate);
    const fresh = begin();
    return Object.assign(begin, {
      master: fresh.master.bind(fresh),
      appName: fresh.appName.bind(fresh),
      config: fresh.config.bind(fresh) as SparkSessionBuilder["config"],
      getOrCreate: fresh.getOrCreate.bind(fresh),
    });
  }

  /** The session that `getOrCreate` would give, `undefined` when there is none or its context has stopped. */
  static getActiveSession(): SparkSession | undefined {
    return standard?.sparkContext.isStopped === false ? standard : undefined;
  }

  /** The same as {@link SparkSession.getActiveSession}: there is one session a process unless `newSession` made more. */
  static getDefaultSession(): SparkSession | undefined {
    return SparkSession.getActiveSession();
  }

  /** @internal */
  static create(sparkContext: SparkContext): SparkSession {
    return new SparkSession(sparkContext);
  }

  /** Begins another session, as {@link SparkSession.builder} does. */
  get builder(): BuilderEntry {
    return SparkSession.builder;
  }

  /** tspark's own version. */
  get version(): string {
    return VERSION;
  }

  /** A session on the same context with a configuration of its own, which begins without what this one set. */
  newSession(): SparkSession {
    return new SparkSession(this.sparkContext);
  }

  /** Stops the context, and with it every session on it. */
  async stop(): Promise<void> {
    await this.sparkContext.stop();
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
  }

  toString(): string {
    return `SparkSession(master = ${this.sparkContext.master}, app id = ${this.sparkContext.applicationId})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function getOrCreate(options: SparkConf): SparkSession {
  const existing = SparkSession.getActiveSession();
  const conf = new SparkConf().setAll(options.getAll());
  if (!conf.contains("spark.app.name")) conf.setAppName(randomUUID());
  const sc = existing?.sparkContext ?? SparkContext.getOrCreate(conf);
  const session = existing ?? SparkSession.create(sc);
  standard = session;
  const late = options.getAll().filter(([key, value]) => !sc.conf.contains(key) || sc.conf.get(key) !== value);
  for (const [key, value] of late) if (!isReadAtStart(key)) session.conf.set(key, value);
  const kept = late.map(([key]) => key).filter(isReadAtStart);
  if (kept.length > 0) {
    log.warn(`Using an existing Spark session: ${kept.join(", ")} keep the values the context was started with.`);
  }
  return session;
}
