import type { Partition } from "../partition.js";
import { SourceNode } from "../source-node.js";
import { registerNode } from "../travel.js";

/** A run of evenly spaced numbers: `start + i * step` for `from <= i < to`. */
export interface RangePartition extends Partition {
  readonly from: number;
  readonly to: number;
}

const CHUNK = 4096;

/** The numbers `start`, `start + step` … `count` of them; a compiled loop counts them and never makes an array. */
export class RangeNode extends SourceNode<number> {
  readonly kind = "MapPartitionsRDD";

  constructor(
    readonly start: number,
    readonly step: number,
    readonly count: number,
    private readonly slices: number,
  ) {
    super();
  }

  protected listPartitions(): readonly RangePartition[] {
    const { count, slices } = this;
    return Array.from({ length: slices }, (_, index) => ({
      index,
      from: Math.floor((index * count) / slices),
      to: Math.floor(((index + 1) * count) / slices),
    }));
  }

  override travel() {
    const { start, step, count, slices } = this;
    return { kind: "Range", data: { start, step, count, slices } };
  }

  override extentOf(index: number) {
    const { from, to } = this.partitions[index] as RangePartition;
    return { elements: to - from };
  }

  *compute(split: RangePartition): Generator<readonly number[]> {
    for (let i = split.from; i < split.to; i += CHUNK) {
      const n = Math.min(CHUNK, split.to - i);
      const chunk = new Array<number>(n);
      for (let j = 0; j < n; j++) chunk[j] = this.start + (i + j) * this.step;
      yield chunk;
    }
  }
}

type Data = { start: number; step: number; count: number; slices: number };
registerNode("Range", ({ start, step, count, slices }: Data) => new RangeNode(start, step, count, slices));
