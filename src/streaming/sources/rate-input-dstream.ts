import type { RDD } from "../../core/rdd/rdd.js";
import { E } from "../errors.js";
import { InputDStream } from "../input-dstream.js";
import type { StreamingContext } from "../streaming-context.js";
import type { Time } from "../time.js";

/** A row of a rate stream. */
export interface RateRow {
  /** When it was due, ms since the epoch. */
  readonly timestamp: number;
  /** 0, 1, 2 … */
  readonly value: number;
}

/** Rows at a steady rate, as the `rate` source of Spark's structured streaming has them. */
export class RateInputDStream extends InputDStream<RateRow> {
  /** The first value of the next batch. */
  #next = 0;
  /** The values of each batch: the first, and the one behind the last. */
  readonly #ranges = new WeakMap<RDD<RateRow>, readonly [number, number]>();

  /** @internal `ssc.rateStream(rowsPerSecond)` makes it */
  constructor(
    ssc: StreamingContext,
    private readonly rowsPerSecond: number,
  ) {
    if (!Number.isInteger(rowsPerSecond) || rowsPerSecond < 1)
      throw E.BAD_COUNT("rateStream: rowsPerSecond", rowsPerSecond);
    super(ssc);
  }

  get kind(): string {
    return "Rate stream";
  }

  override compute(time: Time): RDD<RateRow> {
    const zero = this.context.graph.zeroTime!.milliseconds;
    const to = time.milliseconds;
    const first = this.#next;
    // Counted from the start, so that rates which do not divide the batch evenly lose nothing to rounding.
    const end = Math.floor(((to - zero) * this.rowsPerSecond) / 1000);
    this.#next = Math.max(first, end);
    return this.#rows(time, first, this.#next);
  }

  override saveBatch(_time: Time, rdd: RDD<RateRow>): unknown {
    return this.#ranges.get(rdd);
  }

  override restoreBatch(time: Time, saved: unknown): RDD<RateRow> {
    const [first, end] = saved as [number, number];
    return this.#rows(time, first, end);
  }

  override savePosition(): unknown {
    return this.#next;
  }

  override restorePosition(saved: unknown): void {
    this.#next = saved as number;
  }

  #rows(time: Time, first: number, end: number): RDD<RateRow> {
    const zero = this.context.graph.zeroTime!.milliseconds;
    const rate = this.rowsPerSecond;
    const rows = Array.from({ length: end - first }, (_, i) => {
      const value = first + i;
      return { timestamp: zero + Math.floor((value * 1000) / rate), value };
    });
    this.reportInfo(time, rows.length, { rowsPerSecond: rate });
    const rdd = this.context.sparkContext.parallelize(rows);
    this.#ranges.set(rdd, [first, end]);
    return rdd;
  }
}
