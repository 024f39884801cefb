import { nearest } from "../../core/util/nearest.js";
import { CONNECTION_PARAMS, type ConnectionSettings, connectionSettings } from "./connection-params.js";
import { type Deserializer, JAVA_DESERIALIZERS, StringDeserializer } from "./deserializers.js";
import { E } from "./errors.js";
import { ParamReader } from "./param-reader.js";
import { checkWithoutEffect, namesOf, type WithoutEffect } from "./without-effect.js";

/**
 * Kafka's own names of consumer settings, with Kafka's own values. Numbers and booleans may be given as such or as text.
 *
 * @example
 * const kafkaParams = { "bootstrap.servers": "127.0.0.1:9092", "group.id": "g1", "auto.offset.reset": "earliest" };
 */
export interface KafkaParams<K = string, V = string> {
  /** `host:port`, several with commas or as a list. */
  readonly "bootstrap.servers": string | readonly string[];
  readonly "group.id"?: string;
  /** Where to start without committed offset: `latest` (default), `earliest`, `none` (an error). */
  readonly "auto.offset.reset"?: "latest" | "earliest" | "none" | (string & {});
  /** Whether offsets are committed when a batch has been processed; default `false`: see `commitAsync`. */
  readonly "enable.auto.commit"?: boolean | string;
  /** `read_uncommitted` (default) or `read_committed`. */
  readonly "isolation.level"?: "read_uncommitted" | "read_committed" | (string & {});
  /** Default `StringDeserializer`. */
  readonly "key.deserializer"?: Deserializer<K> | string;
  /** Default `StringDeserializer`. */
  readonly "value.deserializer"?: Deserializer<V> | string;
  readonly [name: string]: unknown;
}

/** How much is fetched at once. */
export interface FetchSettings {
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
  readonly minBytes: number;
  readonly maxWaitMs: number;
  readonly checkCrcs: boolean;
}

/** `kafkaParams`, read and checked. */
export interface KafkaSettings<K, V> {
  readonly connection: ConnectionSettings;
  readonly fetch: FetchSettings;
  readonly groupId: string | undefined;
  readonly offsetReset: "latest" | "earliest" | "none";
  readonly autoCommit: boolean;
  /** How often new partitions and topics of a subscription are looked for, ms. */
  readonly metadataMaxAgeMs: number;
  readonly keyDeserializer: Deserializer<K>;
  readonly valueDeserializer: Deserializer<V>;
}

const MB = 1 << 20;

/** What a connection fetches by where nobody says otherwise. */
export const READER_DEFAULTS: FetchSettings = {
  maxBytes: 50 * MB,
  maxPartitionBytes: 4 * MB,
  minBytes: 1,
  maxWaitMs: 500,
  checkCrcs: true,
};

/** Settings that have a meaning here. */
const USED = [
  ...CONNECTION_PARAMS,
  "group.id",
  "auto.offset.reset",
  "enable.auto.commit",
  "isolation.level",
  "key.deserializer",
  "value.deserializer",
  "fetch.max.bytes",
  "max.partition.fetch.bytes",
  "fetch.min.bytes",
  "fetch.max.wait.ms",
  "check.crcs",
  "metadata.max.age.ms",
] as const;

/** Settings of Kafka's consumer that are taken and change nothing: they steer what a direct stream does not do. */
const WITHOUT_EFFECT: WithoutEffect = {
  atLeast: {
    "max.poll.records": 1,
    "max.poll.interval.ms": 1,
    "session.timeout.ms": 0,
    "heartbeat.interval.ms": 0,
    "auto.commit.interval.ms": 0,
    "connections.max.idle.ms": -1,
    "reconnect.backoff.ms": 0,
    "reconnect.backoff.max.ms": 0,
    "retry.backoff.ms": 0,
    "retry.backoff.max.ms": 0,
    "socket.connection.setup.timeout.max.ms": 0,
    "receive.buffer.bytes": -1,
    "send.buffer.bytes": -1,
    "metrics.num.samples": 1,
    "metrics.sample.window.ms": 0,
  },
  trueOrFalse: ["allow.auto.create.topics", "exclude.internal.topics", "enable.metrics.push"],
  anything: [
    "partition.assignment.strategy",
    "group.instance.id",
    "group.protocol",
    "group.remote.assignor",
    "client.rack",
    "client.dns.lookup",
    "interceptor.classes",
    "metric.reporters",
    "metrics.recording.level",
    "ssl.protocol",
    "ssl.enabled.protocols",
    "ssl.provider",
    "ssl.cipher.suites",
    "sasl.kerberos.service.name",
  ],
};

/** Every name that a consumer's parameters may have. */
export const CONSUMER_PARAMS: readonly string[] = [...USED, ...namesOf(WITHOUT_EFFECT)];

/** Reads and checks `kafkaParams`. */
export function readKafkaParams<K, V>(params: KafkaParams<K, V>): KafkaSettings<K, V> {
  const p = new ParamReader(params);
  const known = new Set<string>(CONSUMER_PARAMS);
  for (const name of Object.keys(params)) {
    if (!known.has(name)) throw E.KAFKA_UNKNOWN_PARAM(name, nearest(name, known));
  }
  checkWithoutEffect(p, WITHOUT_EFFECT);
  return {
    connection: {
      ...connectionSettings(p),
      readCommitted: p.oneOf("isolation.level", ["read_uncommitted", "read_committed"]) === "read_committed",
    },
    fetch: {
      maxBytes: p.int("fetch.max.bytes", READER_DEFAULTS.maxBytes, 1),
      maxPartitionBytes: p.int("max.partition.fetch.bytes", READER_DEFAULTS.maxPartitionBytes, 1),
      minBytes: p.int("fetch.min.bytes", READER_DEFAULTS.minBytes, 0),
      maxWaitMs: p.int("fetch.max.wait.ms", READER_DEFAULTS.maxWaitMs, 0),
      checkCrcs: p.bool("check.crcs", READER_DEFAULTS.checkCrcs),
    },
    groupId: p.text("group.id") || undefined,
    offsetReset: p.oneOf("auto.offset.reset", ["latest", "earliest", "none"]),
    autoCommit: p.bool("enable.auto.commit", false),
    metadataMaxAgeMs: p.int("metadata.max.age.ms", 30_000, 0),
    keyDeserializer: deserializer(params, "key.deserializer"),
    valueDeserializer: deserializer(params, "value.deserializer"),
  };
}

function deserializer<T>(params: { readonly [name: string]: unknown }, name: string): Deserializer<T> {
  const value = params[name];
  if (value === undefined) return StringDeserializer as Deserializer<unknown> as Deserializer<T>;
  if (typeof value === "function") return value as Deserializer<T>;
  // The name of Java's class, as configurations made for Spark have it.
  const java = typeof value === "string" ? JAVA_DESERIALIZERS[value.slice(value.lastIndexOf(".") + 1)] : undefined;
  if (java === undefined)
    throw E.KAFKA_BAD_PARAM(name, value, "it takes a function (bytes: Buffer | null, topic) => value");
  return java as Deserializer<T>;
}
