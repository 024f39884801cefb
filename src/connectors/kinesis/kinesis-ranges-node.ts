import { type Partition, plainPartitions } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import type { KinesisRecord } from "./kinesis-record.js";
import type { SequenceRange } from "./sequence-range.js";

/** Reads a range again. */
export type RangeReader = (range: SequenceRange, check: () => void) => AsyncIterable<readonly KinesisRecord[]>;

/**
 * A batch of a checkpoint, read from the stream again: a partition for each range, and each time the same records. Spark's
 * `KinesisBackedBlockRDD`.
 */
export class KinesisRangesNode<T> extends SourceNode<T> {
  readonly kind = "KinesisBackedBlockRDD";

  constructor(
    private readonly ranges: readonly SequenceRange[],
    private readonly read: RangeReader,
    private readonly element: (record: KinesisRecord) => T,
  ) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.ranges.length);
  }

  override extentOf(index: number) {
    return { elements: this.ranges[index]!.count };
  }

  async *compute({ index }: Partition, context: TaskContext): AsyncGenerator<readonly T[]> {
    for await (const records of this.read(this.ranges[index]!, () => context.check())) {
      context.metrics.inputRecords += records.length;
      yield records.map(this.element);
    }
  }
}
