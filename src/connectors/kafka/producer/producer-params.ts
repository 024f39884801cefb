import { nearest } from "../../../core/util/nearest.js";
import { CONNECTION_PARAMS, type ConnectionSettings, connectionSettings } from "../connection-params.js";
import { E } from "../errors.js";
import { ParamReader } from "../param-reader.js";
import { CONSUMER_PARAMS } from "../params.js";
import { checkWithoutEffect, namesOf, type WithoutEffect } from "../without-effect.js";
import { JAVA_SERIALIZERS, type Serializer } from "./serializers.js";

/**
 * Kafka's own names of producer settings, with Kafka's own values. Settings of a consumer may be among them and change
 * nothing, so that one `kafkaParams` serves both sides; only `group.id` is read, for transactions.
 *
 * @example
 * const kafkaParams = { "bootstrap.servers": "127.0.0.1:9092", "compression.type": "lz4" };
 */
export interface KafkaProducerParams {
  /** `host:port`, several with commas or as a list. */
  readonly "bootstrap.servers": string | readonly string[];
  /** `none` (default), `gzip`, `snappy`, `lz4`, `zstd`. */
  readonly "compression.type"?: "none" | "gzip" | "snappy" | "lz4" | "zstd" | (string & {});
  /** `all` (default): every in-sync replica has a record before it counts as written; `1`: the leader has it. */
  readonly acks?: "all" | "1" | "-1" | (string & {}) | number;
  /** The name under which transactions are known to Kafka; default: made of the group. */
  readonly "transactional.id"?: string;
  /** Default: text and bytes as they are. */
  readonly "key.serializer"?: Serializer<never> | string;
  /** Default: text and bytes as they are. */
  readonly "value.serializer"?: Serializer<never> | string;
  readonly [name: string]: unknown;
}

/** What a task needs to know to write; all of it can travel. */
export interface WriteSettings {
  readonly connection: ConnectionSettings;
  readonly acks: -1 | 1;
  readonly idempotent: boolean;
  /** Number of the codec in a batch's attributes, 0 for none. */
  readonly codec: number;
  /** Bytes of records that go into one batch, before compression. */
  readonly batchBytes: number;
  /** A function of the user's, or the name of one of ours. */
  readonly keySerializer: Serializer | string;
  readonly valueSerializer: Serializer | string;
}

/** `kafkaParams` of a writer, read and checked. */
export interface ProducerSettings {
  readonly write: WriteSettings;
  readonly transactionalId: string | undefined;
  readonly transactionTimeoutMs: number;
  readonly groupId: string | undefined;
}

const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

const USED = [
  ...CONNECTION_PARAMS,
  "acks",
  "enable.idempotence",
  "compression.type",
  "max.request.size",
  "delivery.timeout.ms",
  "key.serializer",
  "value.serializer",
  "transactional.id",
  "transaction.timeout.ms",
  "group.id",
] as const;

/** Settings of Kafka's producer that are taken and change nothing: they steer how it waits, and a batch never waits. */
const WITHOUT_EFFECT: WithoutEffect = {
  atLeast: {
    "batch.size": 0,
    "linger.ms": 0,
    "buffer.memory": 0,
    "max.block.ms": 0,
    "max.in.flight.requests.per.connection": 1,
    retries: 0,
    "partitioner.availability.timeout.ms": 0,
    "metadata.max.idle.ms": 5000,
    "compression.gzip.level": -1,
    "compression.lz4.level": 1,
    "compression.zstd.level": -131072,
  },
  trueOrFalse: ["partitioner.ignore.keys", "partitioner.adaptive.partitioning.enable"],
  anything: ["partitioner.class"],
};

/** Larger batches gain nothing, and keep well below what brokers take (`message.max.bytes`). */
const LARGEST_BATCH = 256 << 10;

/** Reads and checks `kafkaParams` of a writer. */
export function readProducerParams(params: KafkaProducerParams): ProducerSettings {
  const p = new ParamReader(params);
  const known = new Set<string>([...USED, ...namesOf(WITHOUT_EFFECT), ...CONSUMER_PARAMS]);
  for (const name of Object.keys(params)) {
    if (!known.has(name)) throw E.KAFKA_UNKNOWN_PRODUCER_PARAM(name, nearest(name, known));
  }
  checkWithoutEffect(p, WITHOUT_EFFECT);
  const acks = p.oneOf("acks", ["all", "-1", "1"]);
  const connection = connectionSettings(p);
  return {
    write: {
      connection: {
        ...connection,
        patienceMs: p.int("delivery.timeout.ms", p.int("default.api.timeout.ms", 120_000, 1), 1),
        readCommitted: false,
        createsTopics: true,
      },
      acks: acks === "1" ? 1 : -1,
      // As in Java: on unless the acknowledgement asked for rules it out.
      idempotent: p.bool("enable.idempotence", acks !== "1"),
      codec: CODECS.indexOf(p.oneOf("compression.type", CODECS)),
      batchBytes: Math.min(LARGEST_BATCH, p.int("max.request.size", LARGEST_BATCH, 1)),
      keySerializer: serializer(params, "key.serializer"),
      valueSerializer: serializer(params, "value.serializer"),
    },
    transactionalId: p.text("transactional.id"),
    transactionTimeoutMs: p.int("transaction.timeout.ms", 60_000, 1),
    groupId: p.text("group.id") || undefined,
  };
}

function serializer(params: KafkaProducerParams, name: string): Serializer | string {
  const value = params[name];
  if (value === undefined) return "StringSerializer";
  if (typeof value === "function") return value as Serializer;
  const java = String(value).slice(String(value).lastIndexOf(".") + 1);
  if (typeof value === "string" && Object.hasOwn(JAVA_SERIALIZERS, java)) return java;
  throw E.KAFKA_BAD_PARAM(name, value, "it takes a function (value, topic) => Buffer, text or null");
}
