import { systemClock } from "../../core/clock/clock.js";
import { SparkError } from "../../core/errors/spark-error.js";
import { getLogger } from "../../core/log/logger.js";
import type { KafkaClient } from "./client/kafka-client.js";
import type { ConsumerStrategy } from "./consumer-strategies.js";
import { E } from "./errors.js";
import type { Lag } from "./rate-limit.js";
import { TopicIdentities } from "./topic-identities.js";
import { partitionKey, type TopicPartition, type TopicPartitionOffset } from "./topic-partition.js";

// What becomes of partitions is told by the stream that reads them.
const log = getLogger("DirectKafkaInputDStream");

/** How often it is seen whether records were deleted that were not read yet, ms. */
const BEGINNINGS_MS = 1000;

/** Errors that may say that a topic was deleted. */
const GONE = new Set(["KAFKA_UNKNOWN_TOPIC", "KAFKA_UNKNOWN_PARTITION"]);

/** What a checkpoint keeps. */
export interface SavedPositions {
  readonly offsets: readonly TopicPartitionOffset[];
  readonly topicIds?: Record<string, string>;
}

/** A partition with where the stream is in it, where it ends now, and how much is between. */
export interface PartitionLag extends TopicPartitionOffset, Lag {
  readonly latest: number;
}

/**
 * The partitions that a direct stream reads, and where it is in each. They may grow in number, their topics may be deleted
 * and made anew, and records may be deleted before they were read: each is told once, and the stream goes on.
 */
export class FollowedPartitions {
  /** The next offset of each partition, by `topic-partition`. */
  readonly #next = new Map<string, TopicPartitionOffset>();
  /** Partitions whose log was found shorter than it was: told once each. */
  readonly #shortened = new Set<string>();
  /** Which topics its offsets belong to. */
  readonly #identities = new TopicIdentities();
  #partitionsReadAt = 0;
  /** When it was last seen where the partitions begin, monotonic ms. */
  #beginningsReadAt = Number.NEGATIVE_INFINITY;
  /** Whether partitions were left because their topics were deleted: they may come again. */
  #hasDropped = false;

  /** @param name what messages call the stream */
  constructor(
    private readonly name: string,
    private readonly strategy: ConsumerStrategy<unknown, unknown>,
  ) {}

  /** The partitions there are that are not followed yet; all of them, unless after a restart. */
  async unknown(client: KafkaClient): Promise<TopicPartition[]> {
    const partitions = await this.strategy.partitions(client);
    this.#partitionsReadAt = systemClock.monotonic();
    if (partitions.length === 0) log.warn(`${this.name}: ${this.strategy.description}: there are none yet`);
    return partitions.filter(p => !this.#next.has(partitionKey(p)));
  }

  /** From now on the next records are those at these offsets. */
  follow(offsets: readonly TopicPartitionOffset[]): void {
    for (const o of offsets) this.#next.set(partitionKey(o), o);
  }

  positionOf(partition: TopicPartition): number | undefined {
    return this.#next.get(partitionKey(partition))?.offset;
  }

  save(): SavedPositions {
    return { offsets: [...this.#next.values()], topicIds: this.#identities.save() };
  }

  restore({ offsets, topicIds }: SavedPositions): void {
    this.#identities.restore(topicIds ?? {});
    this.follow(offsets);
  }

  /** Something has failed, perhaps because records were deleted: that is looked at before the next batch. */
  lookCloser(): void {
    this.#beginningsReadAt = Number.NEGATIVE_INFINITY;
  }

  /** What there is to read now, in order of topic and partition. */
  async lags(client: KafkaClient): Promise<PartitionLag[]> {
    await this.#findNewPartitions(client);
    const ends = await this.#ends(client);
    const partitions = [...this.#next.values()].sort(
      (a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) || a.partition - b.partition,
    );
    return partitions.map(({ topic, partition, offset }) => {
      const key = partitionKey({ topic, partition });
      const latest = ends.get(key)!;
      if (latest < offset) this.#tellShortened(client, { topic, partition, offset }, latest);
      return { topic, partition, offset, latest: Math.max(latest, offset), lag: Math.max(0, latest - offset) };
    });
  }

  /** Where each partition ends now. What is gone, or whose records are, is told, and the stream goes on behind it. */
  async #ends(client: KafkaClient): Promise<Map<string, number>> {
    const { metadataMaxAgeMs } = this.strategy.settings;
    const looks = systemClock.monotonic() - this.#beginningsReadAt >= Math.min(BEGINNINGS_MS, metadataMaxAgeMs);
    if (!looks) {
      const ends = await this.#asking(client, () => client.latest([...this.#next.values()]));
      const latest = byPartition(ends);
      // Where a log ends before it was read to, it is another one, or a broker has just begun: a closer look tells.
      if ([...this.#next].every(([key, { offset }]) => offset <= latest.get(key)!)) return latest;
    }
    const [remade, ends, beginnings] = await this.#asking(client, async () => {
      const partitions = [...this.#next.values()];
      const topics = partitions.map(p => p.topic);
      // Before the offsets: those of a topic that is made anew meanwhile must not pass for the earlier one's.
      const ids = topics.length === 0 ? new Map<string, string>() : await this.#identities.remade(client, topics);
      return Promise.all([ids, client.latest(partitions), client.earliest(partitions)]);
    });
    const latest = byPartition(ends);
    for (const [topic, id] of remade) this.#beginAnew(client, topic, id, byPartition(beginnings), latest);
    for (const first of beginnings) this.#skipDeleted(client, first, latest.get(partitionKey(first))!);
    this.#beginningsReadAt = systemClock.monotonic();
    return latest;
  }

  /** Asks again without the topics that were deleted, where that is what has failed; each time there is one less. */
  async #asking<T>(client: KafkaClient, ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(isGone(error) && (await this.#dropDeleted(client)))) throw error;
      }
    }
  }

  /** The topic is another one of the same name, with as many partitions or more: its records are all new. */
  #beginAnew(
    client: KafkaClient,
    topic: string,
    id: string,
    beginnings: ReadonlyMap<string, number>,
    latest: ReadonlyMap<string, number>,
  ): void {
    const ours = [...this.#next.values()].filter(p => p.topic === topic);
    for (const p of ours) {
      const key = partitionKey(p);
      if (this.strategy.settings.offsetReset === "none") {
        throw E.KAFKA_OFFSET_OUT_OF_RANGE(topic, p.partition, p.offset, beginnings.get(key)!, latest.get(key)!);
      }
      this.#next.set(key, { ...p, offset: beginnings.get(key)! });
    }
    const list = ours.map(p => `${partitionKey(p)} at ${client.addressOf(p)} (read up to offset ${p.offset})`);
    log.warn(
      `${this.name}: a topic was deleted and made anew, and is read from its beginning: ${list.join(", ")}. What was written to the earlier one and not read is gone`,
    );
    this.#identities.accept(topic, id);
    // It may have more partitions.
    this.#partitionsReadAt = Number.NEGATIVE_INFINITY;
  }

  /** Partitions that were added to the topics, or whose topics were. They are read from their beginning on. */
  async #findNewPartitions(client: KafkaClient): Promise<void> {
    const now = systemClock.monotonic();
    if (!this.strategy.grows && !this.#hasDropped) return;
    if (now - this.#partitionsReadAt < this.strategy.settings.metadataMaxAgeMs) return;
    this.#partitionsReadAt = now;
    try {
      await this.#asking(client, async () => {
        const there = await this.strategy.partitions(client, true);
        await this.followNew(
          client,
          there.filter(p => !this.#next.has(partitionKey(p))),
        );
      });
    } catch (error) {
      // A topic that nothing was read of yet was there and is gone again: the next look finds what there is.
      if (!isGone(error)) throw error;
    }
  }

  async followNew(client: KafkaClient, partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    this.follow(await client.earliest(partitions));
    const names = partitions.map(p => `${partitionKey(p)} at ${client.addressOf(p)}`);
    log.warn(`${this.name}: new partitions are read from their beginning: ${names.join(", ")}`);
  }

  /** Leaves the partitions of topics that are gone; `false` when there are none. */
  async #dropDeleted(client: KafkaClient): Promise<boolean> {
    const names = new Set(await client.topicNames());
    const gone: TopicPartitionOffset[] = [];
    for (const topic of new Set([...this.#next.values()].map(p => p.topic))) {
      const ours = [...this.#next.values()].filter(p => p.topic === topic);
      const there = names.has(topic) ? await client.partitionsOf(topic).catch(noneWhereGone) : [];
      // With fewer partitions than it had it is another topic of the same name.
      if (ours.some(p => !there.includes(p.partition))) gone.push(...ours);
    }
    if (gone.length === 0) return false;
    const list = gone.map(p => `${partitionKey(p)} at ${client.addressOf(p)} (read up to offset ${p.offset})`);
    log.warn(
      `${this.name}: a topic was deleted, and its partitions are not read any more: ${list.join(", ")}. Should it be made anew, it is read from its beginning`,
    );
    this.#hasDropped = true;
    for (const p of gone) this.#next.delete(partitionKey(p));
    for (const topic of new Set(gone.map(p => p.topic))) {
      client.forget(topic);
      this.#identities.accept(topic);
    }
    return true;
  }

  /** Goes on behind records that were deleted before they were read. */
  #skipDeleted(client: KafkaClient, first: TopicPartitionOffset, latest: number): void {
    const { topic, partition, offset: beginning } = first;
    const key = partitionKey(first);
    const { offset } = this.#next.get(key)!;
    if (offset >= beginning) return;
    if (this.strategy.settings.offsetReset === "none") {
      throw E.KAFKA_OFFSET_OUT_OF_RANGE(topic, partition, offset, beginning, latest);
    }
    this.#next.set(key, first);
    log.warn(
      `${this.name}: offset ${offset} of ${key} at ${client.addressOf(first)} is out of range, the broker has ${beginning} to ${latest}: ${beginning - offset} records were deleted before they were read (retention.ms, retention.bytes). Going on at ${beginning}`,
    );
  }

  #tellShortened(client: KafkaClient, at: TopicPartitionOffset, latest: number): void {
    const key = partitionKey(at);
    if (this.#shortened.has(key)) return;
    this.#shortened.add(key);
    log.warn(
      `${this.name}: ${key} at ${client.addressOf(at)} ends at offset ${latest}, before ${at.offset} where this stream is: was the topic made anew, or did a broker lose records? Nothing is read of it until it has grown to there`,
    );
  }
}

function isGone(error: unknown): boolean {
  return error instanceof SparkError && GONE.has(error.code);
}

/** The partitions of a topic that went between two questions. */
function noneWhereGone(error: unknown): number[] {
  if (isGone(error)) return [];
  throw error;
}

function byPartition(offsets: readonly TopicPartitionOffset[]): Map<string, number> {
  return new Map(offsets.map(o => [partitionKey(o), o.offset]));
}
