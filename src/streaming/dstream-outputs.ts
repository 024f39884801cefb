import type { RDD } from "../core/rdd/rdd.js";
import * as must from "../core/util/arguments.js";
import { captureCallSite } from "../core/util/call-site.js";
import { beFunction } from "./derive-stream.js";
import { OutputNode } from "./dstream/output-node.js";
import type { DStream } from "./dstream.js";
import { DStreamHandle } from "./dstream-handle.js";
import { printBatch } from "./output/print-batch.js";
import { saveBatchAsObjectFile, saveBatchAsTextFile } from "./output/save-batch.js";
import { plotBatch, tableBatch } from "./output/show-batch.js";
import { type StreamView, streamDisplay } from "./output/stream-display.js";
import type { Time } from "./time.js";

/** The output operations: the part of {@link DStream} that asks for its RDDs, batch by batch. */
export abstract class DStreamOutputs<T> extends DStreamHandle<T> {
  /**
   * Prints the first `num` elements of each batch to standard output, under the batch's time:
   *
   * ```
   * -------------------------------------------
   * Time: 1560022246000 ms
   * -------------------------------------------
   * (a,1)
   * ```
   */
  print(num = 10): void {
    must.beAtLeast("print", "num", num, 0);
    this.#output("print", (rdd, time) => printBatch(rdd, time, num));
  }

  /**
   * Shows the first `num` elements of the newest batch as a table: in the shell on a terminal one table that is drawn again in
   * its place, elsewhere a table a batch, one below the other. Pairs have the columns `_1` and `_2`, objects a column a key,
   * anything else the column `value`; elements that are left out are counted.
   *
   * tspark's own; the tables in a pipe look as Spark's `Dataset.show()` prints them.
   *
   * @example counts.live()
   */
  live(num = 20): void {
    must.beAtLeast("live", "num", num, 0);
    this.#show(
      "live",
      (rdd, time) => tableBatch(rdd, time, num),
      title => streamDisplay().table(title),
    );
  }

  /**
   * Draws a stream of numbers as a chart with a point a batch, the mean of its numbers: in the shell on a terminal one chart that
   * is drawn again in its place, elsewhere a line with a bar a batch. A batch without numbers is a gap.
   *
   * tspark's own.
   *
   * @example lines.count().plot()
   */
  plot(this: DStream<number>): void {
    this.#show("plot", plotBatch, title => streamDisplay().plot(title));
  }

  /**
   * Calls `f` with the RDD of each batch, and its time if wanted, in the driver; the batch has ended when the promise it
   * returns has. What `f` throws fails the batch.
   *
   * @example counts.foreachRDD(async (rdd, time) => console.log(time.milliseconds, await rdd.count()))
   */
  foreachRDD(f: (rdd: RDD<T>, time: Time) => unknown): void {
    beFunction("foreachRDD", f);
    this.#output("foreachRDD", f);
  }

  /** Saves each batch as text into the directory `prefix-TIME[.suffix]`, replacing that of an earlier run of the batch. */
  saveAsTextFiles(prefix: string, suffix = ""): void {
    must.bePath("saveAsTextFiles", prefix);
    must.beText("saveAsTextFiles", "suffix", suffix);
    this.#output("saveAsTextFiles", (rdd, time) => saveBatchAsTextFile(rdd, time, prefix, suffix));
  }

  /** Like {@link saveAsTextFiles}, in a form that `sc.objectFile` reads. */
  saveAsObjectFiles(prefix: string, suffix = ""): void {
    must.bePath("saveAsObjectFiles", prefix);
    must.beText("saveAsObjectFiles", "suffix", suffix);
    this.#output("saveAsObjectFiles", (rdd, time) => saveBatchAsObjectFile(rdd, time, prefix, suffix));
  }

  #output(kind: string, act: (rdd: RDD<T>, time: Time) => unknown): void {
    new OutputNode<T>(this.node.graph, kind, this.node, captureCallSite(), act);
  }

  /** An output that hands what `take` makes of each batch to a view, which is opened with the first batch. */
  #show<B>(kind: string, take: (rdd: RDD<T>, time: Time) => Promise<B>, open: (title: string) => StreamView<B>): void {
    const callSite = captureCallSite();
    let view: StreamView<B> | undefined;
    const act = async (rdd: RDD<T>, time: Time) => {
      const batch = await take(rdd, time);
      view ??= open(callSite.short);
      view.show(batch);
    };
    new OutputNode<T>(this.node.graph, kind, this.node, callSite, act);
    this.context.addStreamingListener({ onStreamingStopped: () => view?.end() });
  }
}
