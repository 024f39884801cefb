import type { Partition } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import { RDD } from "../../core/rdd/rdd.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import type { SparkContext } from "../../core/spark-context.js";
import { acquireClient } from "./client/client-pool.js";
import type { ConsumerRecord } from "./consumer-record.js";
import type { OffsetRange } from "./offset-range.js";
import type { KafkaSettings } from "./params.js";
import { readRange } from "./read-range.js";

/** One offset range: what one task reads. Spark's name: `KafkaRDDPartition`. */
export interface KafkaRDDPartition extends Partition {
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly untilOffset: number;
}

/** Reads offset ranges of Kafka partitions, one a partition; each time it is computed, exactly the same offsets. */
export class KafkaNode<K, V> extends SourceNode<ConsumerRecord<K, V>> {
  readonly kind = "KafkaRDD";

  constructor(
    readonly offsetRanges: readonly OffsetRange[],
    private readonly settings: KafkaSettings<K, V>,
  ) {
    super();
  }

  protected listPartitions(): readonly KafkaRDDPartition[] {
    return this.offsetRanges.map(({ topic, partition, fromOffset, untilOffset }, index) => ({
      index,
      topic,
      partition,
      fromOffset,
      untilOffset,
    }));
  }

  async *compute(split: Partition, context: TaskContext): AsyncGenerator<readonly ConsumerRecord<K, V>[]> {
    const range = this.offsetRanges[split.index]!;
    if (range.count() === 0) return;
    const { client, release } = acquireClient(this.settings);
    try {
      for await (const chunk of readRange(client, range, this.settings)) {
        context.metrics.inputRecords += chunk.length;
        yield chunk;
      }
    } finally {
      release();
    }
  }
}

/**
 * An RDD of Kafka's records: one partition for each offset range, which it reads again, exactly, whenever it is computed.
 *
 * Spark's name: `KafkaRDD`, with `HasOffsetRanges`.
 */
export class KafkaRDD<K = string, V = string> extends RDD<ConsumerRecord<K, V>> {
  /** What it reads, by partition of the RDD. */
  readonly offsetRanges: readonly OffsetRange[];

  /** @internal made by the direct stream and by `KafkaUtils.createRDD` */
  constructor(sc: SparkContext, node: KafkaNode<K, V>) {
    super(sc, node);
    this.offsetRanges = node.offsetRanges;
  }
}
