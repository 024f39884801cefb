import type { Partition } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import { registerNode } from "../../core/plan/travel.js";
import { RDD } from "../../core/rdd/rdd.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import type { SparkContext } from "../../core/spark-context.js";
import { acquireClient, type ClientSettings } from "./client/client-pool.js";
import type { ConsumerRecord } from "./consumer-record.js";
import { namedDeserializer, nameOfDeserializer, type TravellingDeserializer } from "./deserializers.js";
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

/** What reading takes; all of it can travel. */
interface ReadSettings extends ClientSettings {
  readonly key: TravellingDeserializer;
  readonly value: TravellingDeserializer;
  /** Whether the records of the ranges were seen to be there, as a stream does before it decides them. */
  readonly wereThere: boolean;
}

/** About how long a record is, bytes: whether reading a range is worth another thread is decided before it is read. */
const RECORD_BYTES = 100;

/** Reads offset ranges of Kafka partitions, one a partition; each time it is computed, exactly the same offsets. */
export class KafkaNode<K, V> extends SourceNode<ConsumerRecord<K, V>> {
  readonly kind = "KafkaRDD";

  constructor(
    readonly offsetRanges: readonly OffsetRange[],
    private readonly settings: ReadSettings,
  ) {
    super();
  }

  static reading<K, V>(
    offsetRanges: readonly OffsetRange[],
    settings: KafkaSettings<K, V>,
    wereThere: boolean,
  ): KafkaNode<K, V> {
    const { connection, fetch, keyDeserializer, valueDeserializer } = settings;
    const key = nameOfDeserializer(keyDeserializer);
    const value = nameOfDeserializer(valueDeserializer);
    return new KafkaNode(offsetRanges, { connection, fetch, key, value, wereThere });
  }

  override travel() {
    return { kind: "KafkaRDD", module: import.meta.url, data: this.settings, tellPartitions: true };
  }

  override extentOf(index: number) {
    const elements = this.offsetRanges[index]!.count();
    return { elements, bytes: elements * RECORD_BYTES };
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
    const range = split as KafkaRDDPartition;
    if (range.untilOffset === range.fromOffset) return;
    const { key, value, wereThere: wasThere } = this.settings;
    const here = (named: TravellingDeserializer) => (typeof named === "string" ? named : context.closure(named));
    const deserializers = {
      keyDeserializer: namedDeserializer<K>(here(key)),
      valueDeserializer: namedDeserializer<V>(here(value)),
    };
    const { client, release } = acquireClient(this.settings);
    try {
      for await (const chunk of readRange(client, { ...range, wasThere }, deserializers)) {
        context.metrics.inputRecords += chunk.length;
        yield chunk;
      }
    } finally {
      release();
    }
  }
}

registerNode("KafkaRDD", (settings: ReadSettings) => new KafkaNode([], settings));

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
