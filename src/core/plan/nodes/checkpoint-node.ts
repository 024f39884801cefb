import { readObjectFile } from "../../io/object-file.js";
import type { Partitioner } from "../../shuffle/partitioner.js";
import type { Partition } from "../partition.js";
import { SourceNode } from "../source-node.js";
import { registerNode } from "../travel.js";

/** An RDD as it was written by `checkpoint()`: one object file a partition. */
export class CheckpointNode<T> extends SourceNode<T> {
  readonly kind = "ReliableCheckpointRDD";

  constructor(
    readonly directory: string,
    private readonly count: number,
    private readonly keyPartitioner: Partitioner | undefined,
  ) {
    super();
  }

  override get partitioner(): Partitioner | undefined {
    return this.keyPartitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return Array.from({ length: this.count }, (_, index) => ({ index }));
  }

  override travel() {
    return { kind: "Checkpoint", data: { directory: this.directory, count: this.count } };
  }

  compute({ index }: Partition): AsyncIterable<readonly T[]> {
    return readObjectFile<T>(`${this.directory}/part-${String(index).padStart(5, "0")}`);
  }
}

registerNode("Checkpoint", ({ directory, count }: { directory: string; count: number }) => {
  return new CheckpointNode(directory, count, undefined);
});
