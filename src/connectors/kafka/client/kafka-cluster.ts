import type { FetchedPartition, FetchOptions, FetchPartition } from "../protocol/fetch.js";
import type { CommittedOffset } from "../protocol/offset-fetch.js";
import type { ProducedPartition, ProduceOptions, ProducePartition } from "../protocol/produce.js";
import type { TopicPartition, TopicPartitionOffset } from "../topic-partition.js";

/** Offsets by name, as ListOffsets takes them instead of a time. */
export const LATEST = -1;
export const EARLIEST = -2;

/** Which transaction a request belongs to. */
export interface InTransaction {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** Who leads a partition. */
export interface PartitionLeader {
  readonly partition: number;
  /** The number of the broker. */
  readonly leader: number;
  /** `host:port` */
  readonly address: string;
}

/** By what a broker knows a producer, and which of its incarnations. */
export interface ProducerNumber {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** The connections to one Kafka cluster. Every call may fail with kafkajs's errors; trying again is the caller's. */
export interface KafkaCluster {
  /** Opens the connection, or fails with what the brokers said. */
  connect(): Promise<void>;
  /** `host:port` of every broker, as last heard; none before anything was asked. */
  readonly addresses: readonly string[];
  /** Partitions of a topic, with the broker that leads each and its address; asks the brokers. */
  partitions(topic: string): Promise<PartitionLeader[]>;
  topicNames(): Promise<string[]>;
  /** The ids of these topics, without those that are not there; empty where the broker is too old to have any. */
  topicIds(topics: readonly string[]): Promise<Map<string, string>>;
  /** Offsets by `time` (ms, {@link LATEST} or {@link EARLIEST}); -1 where no record is that young. */
  listOffsets(leader: number, partitions: readonly TopicPartition[], time: number): Promise<TopicPartitionOffset[]>;
  /** The committed offsets of a group; -1 where there is none. */
  committed(groupId: string, partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]>;
  commit(groupId: string, offsets: readonly TopicPartitionOffset[]): Promise<void>;
  fetch(leader: number, partitions: readonly FetchPartition[], options: FetchOptions): Promise<FetchedPartition[]>;
  /**
   * What a group has committed, for every partition, when no transaction with offsets of it is open any more; until then it
   * fails with UNSTABLE_OFFSET_COMMIT.
   */
  stableOffsets(groupId: string): Promise<CommittedOffset[]>;
  /** A number for a producer; with a transactional id, ends what earlier producers with it have left open. */
  initProducerId(transactionalId: string | undefined, transactionTimeoutMs: number): Promise<ProducerNumber>;
  addPartitionsToTransaction(transaction: InTransaction, partitions: readonly TopicPartition[]): Promise<void>;
  addOffsetsToTransaction(transaction: InTransaction, groupId: string): Promise<void>;
  commitInTransaction(
    transaction: InTransaction,
    groupId: string,
    offsets: readonly TopicPartitionOffset[],
    metadata: string,
  ): Promise<void>;
  endTransaction(transaction: InTransaction, how: "commit" | "abort"): Promise<void>;
  produce(leader: number, batches: readonly ProducePartition[], options: ProduceOptions): Promise<ProducedPartition[]>;
  /** Closes the connections at once; what was asked and not answered stays so. */
  close(): void;
}
