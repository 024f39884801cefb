import { inspect } from "node:util";
import type { KafkaClient } from "./client/kafka-client.js";
import { E } from "./errors.js";
import { listOf, objectsOf } from "./list-of.js";
import { type KafkaParams, type KafkaSettings, readKafkaParams } from "./params.js";
import { partitionKey, type TopicPartition, type TopicPartitionOffset } from "./topic-partition.js";

/** Topics that Kafka keeps for itself, which a pattern does not mean. */
const INTERNAL = new Set(["__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"]);

/**
 * What a direct stream reads: which partitions, with which parameters, from which offsets on.
 *
 * Spark's name: `org.apache.spark.streaming.kafka010.ConsumerStrategy`.
 */
export interface ConsumerStrategy<K, V> {
  /** What it reads, in words: `topics orders, users`. */
  readonly description: string;
  /** @internal `kafkaParams`, read and checked */
  readonly settings: KafkaSettings<K, V>;
  /** Where to start, by partition; the others start at what their group has committed, else at `auto.offset.reset`. */
  readonly offsets: readonly TopicPartitionOffset[];
  /** Whether partitions may be added while the stream runs. */
  readonly grows: boolean;
  /** @internal the partitions there are now; what is missing is an error, unless it was there before: `later` */
  partitions(client: KafkaClient, later?: boolean): Promise<TopicPartition[]>;
}

/** A strategy, shown as what it reads: its settings may hold passwords. */
class Strategy<K, V> implements ConsumerStrategy<K, V> {
  readonly settings: KafkaSettings<K, V>;

  constructor(
    private readonly kind: string,
    readonly description: string,
    kafkaParams: KafkaParams<K, V>,
    readonly offsets: readonly TopicPartitionOffset[],
    readonly partitions: (client: KafkaClient, later?: boolean) => Promise<TopicPartition[]>,
    readonly grows = true,
  ) {
    this.settings = readKafkaParams(kafkaParams);
  }

  toString(): string {
    return `${this.kind}(${this.description} at ${this.settings.connection.brokers.join(",")})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/**
 * Where to start: a list, or a map of partitions to offsets as in Scala. A partition that is not among what is read fails the
 * start of the stream.
 */
export type StartOffsets = Iterable<TopicPartitionOffset> | ReadonlyMap<TopicPartition, number>;

/** Spark's name: `org.apache.spark.streaming.kafka010.ConsumerStrategies`. */
export const ConsumerStrategies = {
  /**
   * All partitions of some topics, those added later too.
   *
   * @param offsets where to start, `[{ topic, partition, offset }]`
   * @example ConsumerStrategies.Subscribe(["orders"], { "bootstrap.servers": "127.0.0.1:9092", "group.id": "g" })
   */
  Subscribe<K = string, V = string>(
    topics: string | Iterable<string>,
    kafkaParams: KafkaParams<K, V>,
    offsets: StartOffsets = [],
  ): ConsumerStrategy<K, V> {
    const names = [...new Set(typeof topics === "string" ? [topics] : listOf("Subscribe's topics", topics, "names"))];
    if (names.length === 0)
      throw E.KAFKA_BAD_ARGUMENT("Subscribe's list of topics", "empty", "it takes one topic or more");
    for (const name of names) checkTopic("Subscribe", name);
    const starts = checkOffsets("Subscribe", offsets);
    return new Strategy("Subscribe", `topics ${names.join(", ")}`, kafkaParams, starts, async (client, later) =>
      allPartitions(client, later ? await existing(client, names) : names),
    );
  },

  /**
   * All partitions of the topics whose whole name matches, those that appear later too. Kafka's internal topics are left
   * out.
   *
   * @example ConsumerStrategies.SubscribePattern(/orders-.+/, kafkaParams)
   */
  SubscribePattern<K = string, V = string>(
    pattern: RegExp | string,
    kafkaParams: KafkaParams<K, V>,
    offsets: StartOffsets = [],
  ): ConsumerStrategy<K, V> {
    const { source, flags } = patternOf(pattern);
    // Neither sticky nor global: each name is matched on its own. Whole, as Java's `matches` does.
    const whole = new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, ""));
    const starts = checkOffsets("SubscribePattern", offsets);
    return new Strategy("SubscribePattern", `topics matching /${source}/`, kafkaParams, starts, async client => {
      const names = (await client.topicNames()).filter(name => whole.test(name) && !INTERNAL.has(name));
      return allPartitions(client, names.sort());
    });
  },

  /**
   * Exactly these partitions.
   *
   * @example ConsumerStrategies.Assign([{ topic: "orders", partition: 0 }], kafkaParams)
   */
  Assign<K = string, V = string>(
    partitions: Iterable<TopicPartition>,
    kafkaParams: KafkaParams<K, V>,
    offsets: StartOffsets = [],
  ): ConsumerStrategy<K, V> {
    const given = objectsOf("Assign's partitions", partitions, "{ topic, partition }");
    // Each once, as in Kafka's consumer.
    const assigned = [...new Map(given.map(p => [partitionKey(p), checkPartition("Assign", p)])).values()];
    if (assigned.length === 0) {
      throw E.KAFKA_BAD_ARGUMENT("Assign's list of partitions", "empty", "it takes { topic, partition }, one or more");
    }
    const starts = checkOffsets("Assign", offsets);
    const names = `partitions ${assigned.map(partitionKey).join(", ")}`;
    const assignedOf = async (client: KafkaClient, later?: boolean) => {
      const topics = [...new Set(assigned.map(p => p.topic))];
      if (later) {
        const there = new Set(await existing(client, topics));
        return assigned.filter(p => there.has(p.topic));
      }
      for (const topic of topics) {
        const known = await client.partitionsOf(topic);
        const missing = assigned.find(p => p.topic === topic && !known.includes(p.partition));
        if (missing) throw E.KAFKA_UNKNOWN_PARTITION(topic, missing.partition, client.addresses, known.length);
      }
      return assigned;
    };
    return new Strategy("Assign", names, kafkaParams, starts, assignedOf, false);
  },
} as const;

function patternOf(pattern: RegExp | string): RegExp {
  if (pattern instanceof RegExp) return pattern;
  const rule = 'it takes a regular expression, /orders-.+/ or "orders-.+"';
  if (typeof pattern !== "string") throw E.KAFKA_BAD_ARGUMENT("SubscribePattern's pattern", pattern, rule);
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw E.KAFKA_BAD_ARGUMENT.because(error, "SubscribePattern's pattern", pattern, rule);
  }
}

/** Those of `topics` that there are. */
async function existing(client: KafkaClient, topics: readonly string[]): Promise<string[]> {
  const names = new Set(await client.topicNames());
  return topics.filter(topic => names.has(topic));
}

async function allPartitions(client: KafkaClient, topics: readonly string[]): Promise<TopicPartition[]> {
  const lists = await Promise.all(
    topics.map(async topic => (await client.partitionsOf(topic)).map(partition => ({ topic, partition }))),
  );
  return lists.flat();
}

function checkTopic(where: string, topic: unknown): string {
  if (typeof topic !== "string" || topic === "")
    throw E.KAFKA_BAD_ARGUMENT(`A topic of ${where}`, topic, "it takes a name");
  return topic;
}

function checkPartition(where: string, { topic, partition }: TopicPartition): TopicPartition {
  checkTopic(where, topic);
  if (!Number.isSafeInteger(partition) || partition < 0) {
    throw E.KAFKA_BAD_ARGUMENT(`A partition of ${where}`, partition, "it takes a whole number from 0");
  }
  return { topic, partition };
}

function checkOffsets(where: string, offsets: StartOffsets): TopicPartitionOffset[] {
  const list =
    offsets instanceof Map
      ? [...(offsets as ReadonlyMap<TopicPartition, number>)].map(([p, offset]) => ({ ...p, offset }))
      : objectsOf(
          `${where}'s offsets`,
          offsets as Iterable<TopicPartitionOffset>,
          "{ topic, partition, offset }, or a Map of { topic, partition } to offsets",
        );
  return list.map(({ topic, partition, offset }) => {
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw E.KAFKA_BAD_ARGUMENT(`An offset of ${where}`, offset, "it takes a whole number from 0");
    }
    return { ...checkPartition(where, { topic, partition }), offset };
  });
}
