/** One partition of a topic. Kafka's name: `org.apache.kafka.common.TopicPartition`. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A partition and an offset in it. */
export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: number;
}

/** `orders-3`, as Kafka writes it: the key of maps by partition. */
export function partitionKey(p: TopicPartition): string {
  return `${p.topic}-${p.partition}`;
}

/** The partition of a {@link partitionKey}; the topic's name may have dashes. */
export function fromPartitionKey(key: string): TopicPartition {
  const dash = key.lastIndexOf("-");
  return { topic: key.slice(0, dash), partition: Number(key.slice(dash + 1)) };
}
