import type { SparkConf } from "../conf/spark-conf.js";
import { E } from "../errors/engine-errors.js";
import { BlocksNode } from "../plan/nodes/blocks-node.js";
import { ObjectFileNode, TextFileNode, WholeFilesNode } from "../plan/nodes/file-nodes.js";
import { ParallelCollectionNode } from "../plan/nodes/parallel-collection-node.js";
import { RangeNode } from "../plan/nodes/range-node.js";
import { PartitionerAwareUnionNode, UnionNode } from "../plan/nodes/union-node.js";
import type { PlanNode } from "../plan/plan-node.js";
import { samePartitioner } from "../shuffle/partitioner.js";
import * as must from "../util/arguments.js";
import { partitionCount } from "./default-partitioner.js";
import type { RDD } from "./rdd.js";
import { RDDHandle } from "./rdd-handle.js";
import type { TupleHint } from "./tuple-hint.js";

/** What RDDs begin with: the part of {@link SparkContext} that makes them of collections, files and other RDDs. */
export abstract class RDDSources {
  abstract readonly conf: SparkConf;
  abstract get defaultParallelism(): number;
  /** @internal */
  abstract rddOf<T>(node: PlanNode<T>): RDD<T>;
  /** @internal */
  abstract assertUsable(what: string): void;

  /** Partitions of a file where none are given: `defaultParallelism`, at most 2. */
  get defaultMinPartitions(): number {
    return Math.min(this.defaultParallelism, 2);
  }

  /**
   * An RDD of the elements of an array or another iterable, in `numSlices` partitions: partition i of n holds elements
   * i·length/n up to (i+1)·length/n. An array is read when a job runs: do not change it in between.
   *
   * @param numSlices default `defaultParallelism`
   * @example
   * await sc.parallelize([1, 2, 3, 4, 5], 2).glom().collect(); // [[1, 2], [3, 4, 5]]
   */
  parallelize<T extends TupleHint>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  parallelize<T>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  parallelize<T>(xs: Iterable<T>, numSlices = this.defaultParallelism): RDD<T> {
    this.assertUsable("parallelize");
    partitionCount("parallelize", numSlices);
    if (typeof (xs as Iterable<T> | null | undefined)?.[Symbol.iterator] !== "function") {
      throw E.BAD_ARGUMENT("parallelize", "the collection", xs, "an array or another iterable");
    }
    return this.rddOf(new ParallelCollectionNode(Array.isArray(xs) ? (xs as T[]) : Array.from(xs), numSlices));
  }

  /** The same as {@link parallelize}. */
  makeRDD<T extends TupleHint>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  makeRDD<T>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  makeRDD<T>(xs: Iterable<T>, numSlices?: number): RDD<T> {
    return this.parallelize(xs, numSlices);
  }

  /**
   * The whole numbers from `start` up to but without `end`, in steps. With one argument: from 0 up to it.
   *
   * @example
   * await sc.range(0, 10, 3).collect(); // [0, 3, 6, 9]
   */
  range(start: number, end?: number, step = 1, numSlices = this.defaultParallelism): RDD<number> {
    this.assertUsable("range");
    const [from, to] = end === undefined ? [0, start] : [start, end];
    for (const [name, x] of [
      ["start", from],
      ["end", to],
      ["step", step],
    ] as const) {
      if (!Number.isSafeInteger(x)) throw E.BAD_ARGUMENT("range", name, x, "a whole number");
    }
    if (step === 0) throw E.BAD_ARGUMENT("range", "step", step, "other than 0");
    partitionCount("range", numSlices);
    return this.rddOf(new RangeNode(from, step, Math.max(0, Math.ceil((to - from) / step)), numSlices));
  }

  /** An RDD without elements and without partitions. */
  emptyRDD<T>(): RDD<T> {
    this.assertUsable("emptyRDD");
    return this.rddOf<T>(new BlocksNode<T>([]));
  }

  /** @internal one partition for each block */
  blocksRDD<T>(blocks: readonly (readonly T[])[]): RDD<T> {
    this.assertUsable("blocksRDD");
    return this.rddOf(new BlocksNode(blocks));
  }

  /**
   * The lines of text files, without their ends (`\n`, `\r\n` or a lone `\r`). `path`: a file, a directory, a pattern, or
   * several with commas between them, of this machine or of HDFS (`hdfs://nn:8020/logs`, `hdfs:/logs`, `webhdfs://nn:9870/logs`);
   * `.gz` is read as what it holds. Files are cut into splits of bytes, those of HDFS by their blocks.
   *
   * @param minPartitions how many partitions at least, where the files can be cut; default `defaultMinPartitions`
   * @throws InputOutputError from the first job, or from `partitions`, when a path does not exist: it names the path
   * @example
   * import { writeFileSync } from "node:fs";
   * writeFileSync("app.log", "INFO one\nERROR two\n");
   * await sc.textFile("*.log").filter(line => line.startsWith("ERROR")).count(); // 1
   */
  textFile(path: string, minPartitions = this.defaultMinPartitions): RDD<string> {
    this.assertUsable("textFile");
    must.bePath("textFile", path);
    const minSize = this.conf.getLong("spark.hadoop.mapreduce.input.fileinputformat.split.minsize");
    const n = this.#minPartitions("textFile", minPartitions);
    return this.rddOf(new TextFileNode(path, n, minSize)).setName(path);
  }

  /** Whole text files as `[path, content]`; small files share a partition. */
  wholeTextFiles(path: string, minPartitions = this.defaultMinPartitions): RDD<[string, string]> {
    this.assertUsable("wholeTextFiles");
    must.bePath("wholeTextFiles", path);
    const n = this.#minPartitions("wholeTextFiles", minPartitions);
    return this.rddOf(new WholeFilesNode<string>(path, n, "text")).setName(path);
  }

  /** Whole files as `[path, bytes]`; small files share a partition. */
  binaryFiles(path: string, minPartitions = this.defaultMinPartitions): RDD<[string, Buffer]> {
    this.assertUsable("binaryFiles");
    must.bePath("binaryFiles", path);
    const n = this.#minPartitions("binaryFiles", minPartitions);
    return this.rddOf(new WholeFilesNode<Buffer>(path, n, "bytes")).setName(path);
  }

  /** What `saveAsObjectFile` wrote; a partition for each part. */
  objectFile<T>(path: string): RDD<T> {
    this.assertUsable("objectFile");
    must.bePath("objectFile", path);
    return this.rddOf(new ObjectFileNode<T>(path));
  }

  /**
   * All elements of several RDDs: their partitions one after the other, or, where all are partitioned alike, partition i
   * of each put together. RDDs are given one by one or as an array.
   */
  union<T>(...rdds: RDD<T>[] | [readonly RDD<T>[]]): RDD<T> {
    this.assertUsable("union");
    const all = (rdds.length === 1 && Array.isArray(rdds[0]) ? rdds[0] : rdds) as readonly RDD<T>[];
    for (const rdd of all) {
      if (!(rdd instanceof RDDHandle)) throw E.BAD_ARGUMENT("union", "one of them", rdd, "an RDD");
      if ((rdd.sparkContext as RDDSources) !== this) throw E.OTHER_CONTEXT("union");
    }
    const given = all.map(r => r.node);
    // What has no partitions has no say in whether all are partitioned alike.
    const nodes = given.some(n => n.partitioner !== undefined)
      ? given.filter(n => (n.partitioner ?? n).numPartitions > 0)
      : given;
    const [first] = nodes;
    if (first === undefined) return this.emptyRDD<T>();
    if (nodes.every(n => samePartitioner(n.partitioner, first.partitioner))) {
      return this.rddOf(new PartitionerAwareUnionNode(nodes));
    }
    return this.rddOf(new UnionNode(nodes));
  }

  #minPartitions(operation: string, n: number): number {
    must.beAtLeast(operation, "minPartitions", n, 0);
    return n;
  }
}
