import type { Partition } from "../../core/plan/partition.js";
import { plainPartitions } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import type { ReceivedLog } from "./received-log.js";

/** The blocks of a batch, read from the write-ahead log again. Spark's `WriteAheadLogBackedBlockRDD`. */
export class LoggedBlocksNode<T> extends SourceNode<T> {
  readonly kind = "WriteAheadLogBackedBlockRDD";

  constructor(
    private readonly log: ReceivedLog<T>,
    /** The numbers of the records that begin a block, and the one behind the last block. */
    private readonly bounds: readonly number[],
  ) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(Math.max(0, this.bounds.length - 1));
  }

  compute({ index }: Partition): AsyncIterable<readonly T[]> {
    return this.log.read(this.bounds[index]!, this.bounds[index + 1]!);
  }
}
