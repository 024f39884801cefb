import { inspect } from "node:util";
import { E } from "./errors.js";
import { objectsOf } from "./list-of.js";
import type { TopicPartition } from "./topic-partition.js";

/**
 * Offsets of one Kafka partition: `[fromOffset, untilOffset)`.
 *
 * Spark's name: `org.apache.spark.streaming.kafka010.OffsetRange`.
 *
 * @example
 * const range = OffsetRange.create("orders", 0, 100, 200);
 * range.count(); // 100
 */
export class OffsetRange {
  /** @throws IllegalArgumentError when an offset or the partition is no whole number, negative, or the end before the beginning */
  constructor(
    readonly topic: string,
    readonly partition: number,
    /** The first offset, inclusive. */
    readonly fromOffset: number,
    /** The end, exclusive. */
    readonly untilOffset: number,
  ) {
    if (typeof topic !== "string" || topic === "")
      throw E.KAFKA_BAD_ARGUMENT("OffsetRange's topic", topic, "it takes the name of a topic");
    for (const [name, n] of Object.entries({ partition, fromOffset, untilOffset })) {
      if (!Number.isSafeInteger(n) || n < 0)
        throw E.KAFKA_BAD_ARGUMENT(`OffsetRange's ${name}`, n, "it takes a whole number from 0");
    }
    if (untilOffset < fromOffset) {
      throw E.KAFKA_BAD_ARGUMENT(
        "OffsetRange's untilOffset",
        untilOffset,
        `it cannot be before fromOffset (${fromOffset})`,
      );
    }
  }

  /** The same as `new OffsetRange(…)`; with `{ topic, partition }` in place of topic and partition, too. */
  static create(topic: string, partition: number, fromOffset: number, untilOffset: number): OffsetRange;
  static create(topicPartition: TopicPartition, fromOffset: number, untilOffset: number): OffsetRange;
  static create(a: string | TopicPartition, b: number, c: number, d?: number): OffsetRange {
    return typeof a === "string" ? new OffsetRange(a, b, c, d!) : new OffsetRange(a.topic, a.partition, b, c);
  }

  /** The partition it is about. */
  topicPartition(): TopicPartition {
    return { topic: this.topic, partition: this.partition };
  }

  /** How many offsets it spans: as many records, where the log has no gaps (compaction, transactions). */
  count(): number {
    return this.untilOffset - this.fromOffset;
  }

  /** `OffsetRange(topic: 'orders', partition: 0, range: [100 -> 200])`, as Spark prints it. */
  toString(): string {
    return `OffsetRange(topic: '${this.topic}', partition: ${this.partition}, range: [${this.fromOffset} -> ${this.untilOffset}])`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** What an {@link OffsetRange} says, also as a plain object. */
export type OffsetRangeLike = Pick<OffsetRange, "topic" | "partition" | "fromOffset" | "untilOffset">;

/** The ranges of an argument, checked. */
export function offsetRanges(what: string, list: Iterable<OffsetRangeLike>): OffsetRange[] {
  return objectsOf(what, list, "OffsetRange").map(
    r => new OffsetRange(r.topic, r.partition, r.fromOffset, r.untilOffset),
  );
}
