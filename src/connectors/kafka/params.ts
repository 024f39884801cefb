import { readFileSync } from "node:fs";
import { nearest } from "../../core/util/nearest.js";
import {
  ByteArrayDeserializer,
  type Deserializer,
  DoubleDeserializer,
  IntegerDeserializer,
  LongDeserializer,
  StringDeserializer,
} from "./deserializers.js";
import { E } from "./errors.js";

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

/** What a connection needs to know, in the words of the client below it. */
export interface ConnectionSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** How long one request may take, ms. */
  readonly requestTimeoutMs: number;
  /** How long a socket may take to open, ms. */
  readonly connectTimeoutMs: number;
  /** How long a request is tried again while brokers are away, ms. */
  readonly patienceMs: number;
  readonly readCommitted: boolean;
  readonly tls: TlsSettings | undefined;
  readonly sasl: { readonly mechanism: string; readonly username: string; readonly password: string } | undefined;
}

export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** `false` where `ssl.endpoint.identification.algorithm` is empty: the certificate's name is not compared. */
  readonly checkHostname: boolean;
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

/** Settings that have a meaning here. */
const USED = [
  "bootstrap.servers",
  "group.id",
  "client.id",
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
  "request.timeout.ms",
  "default.api.timeout.ms",
  "socket.connection.setup.timeout.ms",
  "metadata.max.age.ms",
  "security.protocol",
  "sasl.mechanism",
  "sasl.jaas.config",
  "sasl.username",
  "sasl.password",
  "ssl.truststore.type",
  "ssl.truststore.location",
  "ssl.truststore.certificates",
  "ssl.keystore.type",
  "ssl.keystore.location",
  "ssl.keystore.certificate.chain",
  "ssl.keystore.key",
  "ssl.key.password",
  "ssl.ca.location",
  "ssl.certificate.location",
  "ssl.key.location",
  "ssl.endpoint.identification.algorithm",
] as const;

/** Settings of Kafka's consumer that are taken and change nothing: they steer what a direct stream does not do. */
const WITHOUT_EFFECT = [
  "max.poll.records",
  "max.poll.interval.ms",
  "session.timeout.ms",
  "heartbeat.interval.ms",
  "auto.commit.interval.ms",
  "partition.assignment.strategy",
  "group.instance.id",
  "group.protocol",
  "group.remote.assignor",
  "client.rack",
  "client.dns.lookup",
  "connections.max.idle.ms",
  "reconnect.backoff.ms",
  "reconnect.backoff.max.ms",
  "retry.backoff.ms",
  "retry.backoff.max.ms",
  "socket.connection.setup.timeout.max.ms",
  "receive.buffer.bytes",
  "send.buffer.bytes",
  "allow.auto.create.topics",
  "exclude.internal.topics",
  "enable.metrics.push",
  "interceptor.classes",
  "metric.reporters",
  "metrics.num.samples",
  "metrics.recording.level",
  "metrics.sample.window.ms",
  "ssl.protocol",
  "ssl.enabled.protocols",
  "ssl.provider",
  "ssl.cipher.suites",
  "sasl.kerberos.service.name",
] as const;

const JAVA_DESERIALIZERS: Record<string, Deserializer<unknown>> = {
  StringDeserializer,
  ByteArrayDeserializer,
  IntegerDeserializer,
  LongDeserializer,
  DoubleDeserializer,
};

/** Reads and checks `kafkaParams`. */
export function readKafkaParams<K, V>(params: KafkaParams<K, V>): KafkaSettings<K, V> {
  const known = new Set<string>([...USED, ...WITHOUT_EFFECT]);
  for (const name of Object.keys(params)) {
    if (!known.has(name)) throw E.KAFKA_UNKNOWN_PARAM(name, nearest(name, known));
  }
  const p = new Reader(params);
  const requestTimeoutMs = p.int("request.timeout.ms", 30_000, 1);
  return {
    connection: {
      brokers: brokersOf(params["bootstrap.servers"]),
      clientId: p.text("client.id") ?? "tspark",
      requestTimeoutMs,
      connectTimeoutMs: Math.min(requestTimeoutMs, p.int("socket.connection.setup.timeout.ms", 10_000, 1)),
      patienceMs: p.int("default.api.timeout.ms", 60_000, 1),
      readCommitted: p.oneOf("isolation.level", ["read_uncommitted", "read_committed"]) === "read_committed",
      ...security(p),
    },
    fetch: {
      maxBytes: p.int("fetch.max.bytes", 50 * MB, 1),
      maxPartitionBytes: p.int("max.partition.fetch.bytes", 4 * MB, 1),
      minBytes: p.int("fetch.min.bytes", 1, 0),
      maxWaitMs: p.int("fetch.max.wait.ms", 500, 0),
      checkCrcs: p.bool("check.crcs", true),
    },
    groupId: p.text("group.id") || undefined,
    offsetReset: p.oneOf("auto.offset.reset", ["latest", "earliest", "none"]),
    autoCommit: p.bool("enable.auto.commit", false),
    metadataMaxAgeMs: p.int("metadata.max.age.ms", 30_000, 0),
    keyDeserializer: deserializer(params, "key.deserializer"),
    valueDeserializer: deserializer(params, "value.deserializer"),
  };
}

function brokersOf(value: unknown): string[] {
  if (value === undefined) {
    throw E.KAFKA_MISSING_PARAM("bootstrap.servers", 'give the address of a broker, e.g. "127.0.0.1:9092"');
  }
  const list = (Array.isArray(value) ? value.map(String) : String(value).split(",")).map(s => s.trim()).filter(Boolean);
  const wrong = list.find(address => !/^[^:\s/]+:\d{1,5}$/.test(address));
  if (wrong !== undefined || list.length === 0) {
    throw E.KAFKA_BAD_PARAM("bootstrap.servers", wrong ?? value, "it takes host:port, several separated by commas");
  }
  return list;
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

function security(p: Reader): Pick<ConnectionSettings, "tls" | "sasl"> {
  const protocol = p.oneOf("security.protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]);
  return {
    tls: protocol.endsWith("SSL") ? tls(p) : undefined,
    sasl: protocol.startsWith("SASL") ? sasl(p) : undefined,
  };
}

function sasl(p: Reader): ConnectionSettings["sasl"] {
  const mechanism = p.oneOf("sasl.mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]);
  const jaas = p.text("sasl.jaas.config") ?? "";
  const fromJaas = (name: string) =>
    jaas.match(new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|([^\\s;]+))`));
  const value = (name: string) => {
    const found = fromJaas(name);
    return p.text(`sasl.${name}`) ?? found?.[1]?.replace(/\\(.)/g, "$1") ?? found?.[2] ?? found?.[3];
  };
  const username = value("username");
  const password = value("password");
  if (username === undefined || password === undefined) {
    const why = "security.protocol asks for a user and a password, there or as sasl.username and sasl.password";
    throw E.KAFKA_MISSING_PARAM("sasl.jaas.config", why);
  }
  return { mechanism: mechanism.toLowerCase(), username, password };
}

function tls(p: Reader): TlsSettings {
  for (const store of ["ssl.truststore", "ssl.keystore"]) {
    const type = p.text(`${store}.type`);
    const given = p.text(`${store}.location`) !== undefined;
    if (type === undefined ? given && !/\.(pem|crt|cer|key)$/i.test(p.text(`${store}.location`)!) : type !== "PEM") {
      throw E.KAFKA_BAD_PARAM(
        `${store}.type`,
        type ?? "JKS",
        `only PEM can be read: convert the store and set ${store}.type=PEM`,
      );
    }
  }
  const keystore = p.file("ssl.keystore.location");
  return {
    ca: p.text("ssl.truststore.certificates") ?? p.file("ssl.truststore.location") ?? p.file("ssl.ca.location"),
    cert: p.text("ssl.keystore.certificate.chain") ?? p.file("ssl.certificate.location") ?? keystore,
    key: p.text("ssl.keystore.key") ?? p.file("ssl.key.location") ?? keystore,
    passphrase: p.text("ssl.key.password"),
    checkHostname: p.text("ssl.endpoint.identification.algorithm") !== "",
  };
}

/** Typed access to settings that may be numbers, booleans or text. */
class Reader {
  constructor(private readonly params: { readonly [name: string]: unknown }) {}

  text(name: string): string | undefined {
    const value = this.params[name];
    return value === undefined || value === null ? undefined : String(value);
  }

  int(name: string, otherwise: number, least: number): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < least || value.trim() === "") {
      throw E.KAFKA_BAD_PARAM(name, this.params[name], `it takes a whole number of at least ${least}`);
    }
    return number;
  }

  bool(name: string, otherwise: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (value !== "true" && value !== "false")
      throw E.KAFKA_BAD_PARAM(name, this.params[name], "it takes true or false");
    return value === "true";
  }

  /** The first of `values` when it is not set. */
  oneOf<T extends string>(name: string, values: readonly [T, ...T[]]): T {
    const value = this.text(name);
    if (value === undefined) return values[0];
    const found = values.find(v => v.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw E.KAFKA_BAD_PARAM(name, value, `it takes ${values.join(", ")}`);
    return found;
  }

  file(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw E.KAFKA_BAD_PARAM.because(error, name, path, "the file cannot be read");
    }
  }
}
