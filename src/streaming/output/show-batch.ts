import { BUSY } from "../../core/plan/chunks.js";
import { RDD } from "../../core/rdd/rdd.js";
import { ChunkFunctionNode } from "../plan/chunk-function-node.js";
import type { Time } from "../time.js";
import type { PlotBatch, TableBatch } from "./stream-display.js";

/** The first `num` elements of a batch and how many it has, in one pass over it. */
export async function tableBatch<T>(rdd: RDD<T>, time: Time, num: number): Promise<TableBatch> {
  const make = () => {
    const first: T[] = [];
    let count = 0;
    return {
      next(chunk: readonly T[]) {
        for (let i = 0; i < chunk.length && first.length < num; i++) first.push(chunk[i]!);
        count += chunk.length;
        return BUSY;
      },
      end: () => [{ first, count }],
    };
  };
  const node = new ChunkFunctionNode<T, { first: T[]; count: number }>(rdd.node, [], make, false);
  const parts = await new RDD(rdd.sparkContext, node).collect();
  return {
    time,
    elements: parts.flatMap(p => p.first).slice(0, num),
    count: parts.reduce((sum, p) => sum + p.count, 0),
  };
}

/** The point of a batch of numbers. */
export async function plotBatch(rdd: RDD<number>, time: Time): Promise<PlotBatch> {
  if (rdd.getNumPartitions() === 0) return { time, value: undefined };
  const { count, mean } = await rdd.stats();
  return { time, value: count === 0 || Number.isNaN(mean) ? undefined : mean };
}
