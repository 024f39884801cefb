import { getLogger } from "../../core/log/logger.js";
import type { KafkaClient } from "./client/kafka-client.js";
import type { ConsumerStrategy } from "./consumer-strategies.js";
import { E } from "./errors.js";
import { partitionKey, type TopicPartition, type TopicPartitionOffset } from "./topic-partition.js";

const log = getLogger("DirectKafkaInputDStream");

const byKey = (offsets: readonly TopicPartitionOffset[]) => new Map(offsets.map(o => [partitionKey(o), o.offset]));

/**
 * Where each partition begins: at the offset the strategy names, else at what the group has committed, else at the end that
 * `auto.offset.reset` says. A committed offset whose records are gone counts as none, and is told.
 *
 * @param written what the group has committed, where that is known already
 * @throws IllegalArgumentError when an offset is named for a partition that is not among `partitions`
 * @throws InputOutputError when a named offset is not there, or `auto.offset.reset=none` leaves nothing to begin at
 */
export async function startOffsets(
  client: KafkaClient,
  strategy: ConsumerStrategy<unknown, unknown>,
  partitions: readonly TopicPartition[],
  written?: readonly TopicPartitionOffset[],
): Promise<TopicPartitionOffset[]> {
  const { groupId, offsetReset } = strategy.settings;
  const read = new Set(partitions.map(partitionKey));
  const stray = strategy.offsets.find(o => !read.has(partitionKey(o)));
  if (stray) throw E.KAFKA_STRAY_OFFSET(stray.topic, stray.partition, String(strategy));
  const named = byKey(strategy.offsets);
  const unnamed = partitions.filter(p => !named.has(partitionKey(p)));
  const [earliest, latest, found] = await Promise.all([
    client.earliest(partitions).then(byKey),
    client.latest(partitions).then(byKey),
    written ?? (groupId === undefined ? [] : client.committed(groupId, unnamed)),
  ]);
  const committed = byKey(found);
  return partitions.map(p => {
    const { topic, partition } = p;
    const key = partitionKey(p);
    const first = earliest.get(key)!;
    const end = latest.get(key)!;
    const wanted = named.get(key) ?? committed.get(key);
    if (wanted !== undefined && wanted >= first && wanted <= end) return { topic, partition, offset: wanted };
    if (named.has(key)) throw E.KAFKA_OFFSET_OUT_OF_RANGE(topic, partition, wanted!, first, end);
    if (offsetReset === "none") {
      throw wanted === undefined
        ? E.KAFKA_NO_OFFSET(topic, partition, groupId)
        : E.KAFKA_OFFSET_OUT_OF_RANGE(topic, partition, wanted, first, end);
    }
    const offset = offsetReset === "earliest" ? first : end;
    if (wanted !== undefined) {
      log.warn(
        `The offset ${wanted} that group ${groupId} committed for ${key} is not there (the broker has ${first} to ${end}): starting at ${offset}, as auto.offset.reset=${offsetReset} says`,
      );
    }
    return { topic, partition, offset };
  });
}
