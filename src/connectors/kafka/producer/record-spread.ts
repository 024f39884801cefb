import { E } from "../errors.js";
import { type RecordRun, RecordWriter } from "../protocol/write-records.js";
import { partitionKey } from "../topic-partition.js";
import type { Addressed } from "./message.js";
import { partitionOfKey } from "./murmur2.js";
import { withProducer } from "./producer.js";
import type { WriteSettings } from "./producer-params.js";

/** Spreads the records of one task over the partitions of their topics, and puts those of a partition into runs. */
export class RecordSpread {
  /** How many partitions each topic has. */
  readonly #counts = new Map<string, number>();
  readonly #writers = new Map<string, RecordWriter>();
  /** Where records without key go, by topic: one partition until its run is full. */
  readonly #sticky = new Map<string, number>();

  constructor(
    private readonly settings: WriteSettings,
    private readonly task: number,
  ) {}

  /** Takes records, and gives the runs that are full now. */
  async add(records: readonly Addressed[]): Promise<RecordRun[]> {
    const unknown = new Set<string>();
    for (const { topic } of records) if (!this.#counts.has(topic)) unknown.add(topic);
    for (const topic of unknown) {
      this.#counts.set(topic, await withProducer(this.settings, (_, client) => client.countPartitions(topic)));
    }
    const full: RecordRun[] = [];
    for (const record of records) {
      const writer = this.#append(record);
      if (writer.size >= this.settings.batchBytes) full.push(writer.take());
    }
    return full;
  }

  /** The runs that are not full. */
  rest(): RecordRun[] {
    return [...this.#writers.values()].filter(writer => writer.count > 0).map(writer => writer.take());
  }

  #append({ topic, partition: wanted, record }: Addressed): RecordWriter {
    const count = this.#counts.get(topic)!;
    if (wanted !== undefined && wanted >= count) {
      const rule = `topic ${JSON.stringify(topic)} has the partitions 0 to ${count - 1}`;
      throw E.KAFKA_BAD_MESSAGE("a message whose partition is", wanted, rule);
    }
    const partition = wanted ?? (record.key === null ? this.#anyOf(topic, count) : partitionOfKey(record.key, count));
    const key = partitionKey({ topic, partition });
    let writer = this.#writers.get(key);
    if (writer === undefined) {
      writer = new RecordWriter(topic, partition);
      this.#writers.set(key, writer);
    }
    writer.append(record);
    return writer;
  }

  #anyOf(topic: string, count: number): number {
    const before = this.#sticky.get(topic);
    const writer = before === undefined ? undefined : this.#writers.get(partitionKey({ topic, partition: before }));
    // Empty again: its run was full and is on its way.
    const next = before === undefined ? this.task % count : writer?.count === 0 ? (before + 1) % count : before;
    this.#sticky.set(topic, next);
    return next;
  }
}
