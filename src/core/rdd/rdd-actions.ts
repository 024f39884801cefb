import { E } from "../errors/engine-errors.js";
import { codecNamed } from "../io/codec.js";
import { type OutputJob, withOutput } from "../io/output-job.js";
import type { Action } from "../scheduler/action.js";
import { HyperLogLog } from "../table/hyper-log-log.js";
import * as must from "../util/arguments.js";
import type { Ordering } from "../util/ordering.js";
import { Random, randomSeed, shuffled } from "../util/random.js";
import { type BoundedDouble, estimateCount, PartialResult } from "./bounded-double.js";
import { perPartition, step } from "./derive.js";
import { bestOfParts, foldParts, foldPartsInTree } from "./join-parts.js";
import { RDDHandle } from "./rdd-handle.js";
import * as rules from "./rules.js";
import { callSiteOf, failureHere, run } from "./run-action.js";
import type { TupleHint } from "./tuple-hint.js";

/** The actions that every RDD has, whatever its elements are: the part of {@link RDD} that runs jobs. */
export abstract class RDDActions<T> extends RDDHandle<T> implements AsyncIterable<T> {
  /** All elements, in the order of the partitions. */
  collect(): Promise<T[]> {
    return run(this, { name: "collect", args: [] }, (parts: T[][]) => rules.concat(parts));
  }

  /** How many elements there are. */
  count(): Promise<number> {
    return run(this, { name: "count", args: [] }, (counts: number[]) => counts.reduce((a, b) => a + b, 0));
  }

  /**
   * How many elements there are, as far as it is known after `timeout` ms.
   *
   * @param confidence the probability with which the count is to lie in the interval, default 0.95
   */
  countApprox(timeout: number, confidence = 0.95): Promise<PartialResult<BoundedDouble>> {
    rules.inDriver();
    return this.#countApprox(timeout, confidence);
  }

  async #countApprox(timeout: number, confidence: number): Promise<PartialResult<BoundedDouble>> {
    if (!(typeof timeout === "number" && timeout >= 0)) {
      throw E.BAD_ARGUMENT("countApprox", "timeout", timeout, "a number of ms, at least 0");
    }
    if (!(confidence >= 0 && confidence <= 1)) throw E.BAD_ARGUMENT("countApprox", "confidence", confidence, "0 to 1");
    let sum = 0;
    let merged = 0;
    const total = this.getNumPartitions();
    const estimate = () => estimateCount(sum, merged, total, confidence);
    const onResult = (_: number, count: unknown) => {
      sum += count as number;
      merged++;
    };
    const job = this.sparkContext.runAction(this.node, { name: "count", args: [] }, { onResult });
    const final = job.then(estimate);
    const { clock } = this.sparkContext;
    const isFinal = await new Promise<boolean>((resolve, reject) => {
      const timer = clock.at(clock.now() + timeout, () => resolve(false));
      final.then(() => resolve(true), reject).finally(() => timer.cancel());
    });
    return new PartialResult(estimate(), isFinal, final);
  }

  /**
   * About how many different elements there are (HyperLogLog).
   *
   * @param relativeSD the relative accuracy that is wanted, greater than 0.000017; default 0.05
   */
  countApproxDistinct(relativeSD = 0.05): Promise<number> {
    rules.inDriver();
    return this.#countApproxDistinct(relativeSD);
  }

  async #countApproxDistinct(relativeSD: number): Promise<number> {
    if (!(relativeSD > 0.000017)) {
      throw E.BAD_ARGUMENT("countApproxDistinct", "relativeSD", relativeSD, "greater than 0.000017");
    }
    const p = HyperLogLog.precisionFor(relativeSD);
    return run(this, { name: "countApproxDistinct", args: [p] }, (parts: Uint8Array[]) =>
      parts.reduce((all, registers) => all.merge(registers), new HyperLogLog(p)).estimate(),
    );
  }

  /** How often each element comes: a `Map` whose keys compare by value. */
  countByValue(): Promise<Map<T, number>> {
    rules.inDriver();
    return must.checked(
      () => this.sparkContext.assertUsable("an action"),
      () => step<[T, undefined]>(this, "asKey", []).countByKey(),
    );
  }

  /**
   * The first element.
   *
   * @throws UnsupportedOperationError `empty collection`
   */
  first(): Promise<T> {
    const empty = failureHere(() => E.EMPTY_COLLECTION("first"));
    return this.take(1).then(xs => {
      if (xs.length === 0) throw empty();
      return xs[0]!;
    });
  }

  /** The first `n` elements. Computes no more partitions than it needs: one, then as many as the elements so far let expect. */
  take(n: number): Promise<T[]> {
    rules.inDriver();
    return this.#take(n);
  }

  async #take(n: number): Promise<T[]> {
    must.beAtLeast("take", "n", n, 0);
    const out: T[] = [];
    const callSite = callSiteOf(this);
    this.sparkContext.assertUsable("an action");
    const listed = n === 0 ? undefined : this.node.whenListed();
    if (listed !== undefined) await listed;
    const total = n === 0 ? 0 : this.getNumPartitions();
    for (let done = 0; done < total && out.length < n; ) {
      const count = rules.partitionsToTry(done, out.length, n);
      const partitions = Array.from({ length: Math.min(count, total - done) }, (_, i) => done + i);
      const action = { name: "take", args: [n - out.length] } as const;
      const parts = (await this.sparkContext.runAction(this.node, action, { partitions, callSite })) as T[][];
      for (const part of parts) for (const x of part) if (out.length < n) out.push(x);
      done += partitions.length;
    }
    return out;
  }

  /** The `n` largest elements, the largest first. */
  top(n: number, ordering?: Ordering<T>): Promise<T[]> {
    return this.#best("top", n, ordering, true);
  }

  /** The `n` smallest elements, the smallest first. */
  takeOrdered(n: number, ordering?: Ordering<T>): Promise<T[]> {
    return this.#best("takeOrdered", n, ordering, false);
  }

  /** `n` elements at random, in random order; fewer when there are fewer and none may come twice. */
  async takeSample(withReplacement: boolean, n: number, seed: number = randomSeed()): Promise<T[]> {
    must.beFlag("takeSample", "withReplacement", withReplacement);
    must.beAtLeast("takeSample", "n", n, 0);
    must.beSeed("takeSample", seed);
    this.sparkContext.assertUsable("an action");
    if (n === 0) return [];
    const count = await this.count();
    if (count === 0) return [];
    const random = new Random(seed);
    if (!withReplacement && n >= count) return shuffled(await this.collect(), random);
    const fraction = rules.fractionForSample(n, count, withReplacement);
    for (;;) {
      const sample = await perPartition<T>(
        this,
        "sample",
        [withReplacement, fraction, random.below(2 ** 31)],
        true,
      ).collect();
      // A sample that came out too small, which is rare, is drawn again.
      if (sample.length >= n) return shuffled(sample, random).slice(0, n);
    }
  }

  /**
   * All elements merged by `f`, which is associative and commutative.
   *
   * @throws UnsupportedOperationError `empty collection`
   * @example
   * await sc.parallelize([1, 2, 3]).reduce((a, b) => a + b); // 6
   */
  reduce(f: (a: T, b: T) => T): Promise<T> {
    return this.#reduce("reduce", f);
  }

  /** As `reduce`. @param depth suggested depth of the tree in which partitions' results are merged, default 2 */
  treeReduce(f: (a: T, b: T) => T, depth = 2): Promise<T> {
    return must.checked(
      () => must.beAtLeast("treeReduce", "depth", depth, 1),
      () => this.#reduce("treeReduce", f),
    );
  }

  /** As `reduce`, beginning with a copy of `zero` in each partition and for the whole: it must be neutral to `f`. */
  fold(zero: T, f: (a: T, b: T) => T): Promise<T> {
    return this.#aggregate("fold", zero, f, f);
  }

  /**
   * All elements added by `seqOp` to a copy of `zero`, and what partitions found merged by `combOp` into another; both may
   * change and return their first argument.
   *
   * @example
   * await sc.parallelize([1, 2]).aggregate([0, 0], ([s, n], x) => [s + x, n + 1], ([s, n], [t, m]) => [s + t, n + m]); // [3, 2]
   */
  aggregate<U extends TupleHint>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U): Promise<U>;
  aggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U): Promise<U>;
  aggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U): Promise<U> {
    return this.#aggregate("aggregate", zero, seqOp, combOp);
  }

  /**
   * As `aggregate`; what partitions found is merged in a tree, each time into a copy of `zero`, which must be neutral to `combOp`.
   *
   * @param depth suggested depth of the tree, default 2
   */
  treeAggregate<U extends TupleHint>(
    zero: U,
    seqOp: (acc: U, x: T) => U,
    combOp: (a: U, b: U) => U,
    depth?: number,
  ): Promise<U>;
  treeAggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U, depth?: number): Promise<U>;
  treeAggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U, depth = 2): Promise<U> {
    return must.checked(
      () => must.beAtLeast("treeAggregate", "depth", depth, 1),
      () => this.#aggregate("treeAggregate", zero, seqOp, combOp, parts => foldPartsInTree(parts, zero, combOp, depth)),
    );
  }

  /** Calls `f` with each element, in the tasks. What it prints or adds to accumulators is its effect. */
  foreach(f: (x: T) => void): Promise<void> {
    return must.checked(
      () => must.beFunction("foreach", f),
      () => run(this, { name: "foreach", args: [f] }, () => {}),
    );
  }

  /** Calls `f` with a lazy iterator over each partition; a promise that it returns is awaited. */
  foreachPartition(f: (it: IterableIterator<T>) => void | Promise<void>): Promise<void> {
    return must.checked(
      () => must.beFunction("foreachPartition", f),
      () => run(this, { name: "iterator", args: [f as never] }, () => {}),
    );
  }

  /** All elements, a partition at a time: each is a job of its own, run when the loop gets there. */
  async *toLocalIterator(): AsyncGenerator<T, void, undefined> {
    for (const { index } of this.partitions) {
      const [part] = await this.sparkContext.runAction(
        this.node,
        { name: "collect", args: [] },
        { partitions: [index] },
      );
      yield* part as T[];
    }
  }

  /** `for await (const x of rdd)`: as {@link toLocalIterator}. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.toLocalIterator();
  }

  /** Whether there is no element. */
  isEmpty(): Promise<boolean> {
    return this.take(1).then(xs => xs.length === 0);
  }

  /** The largest element. @throws UnsupportedOperationError `empty collection` */
  max(ordering?: Ordering<T>): Promise<T> {
    return this.#extreme("max", ordering, true);
  }

  /** The smallest element. @throws UnsupportedOperationError `empty collection` */
  min(ordering?: Ordering<T>): Promise<T> {
    return this.#extreme("min", ordering, false);
  }

  /**
   * Writes the elements as lines into a new directory: `part-00000` …, one for each partition, and `_SUCCESS`. An array is
   * written as `(a,1)`, an object as JSON. Nothing is seen there before all is written.
   *
   * @param codec `"gzip"` or Hadoop's class name of a codec: compresses, `part-00000.gz`
   * @throws InputOutputError when the directory exists
   */
  saveAsTextFile(path: string, codec?: string): Promise<void> {
    rules.inDriver();
    return this.#save("saveAsTextFile", path, job => ({ name: "saveText", args: [job, codec] }), codec);
  }

  /** Writes the elements into a new directory in a form that `sc.objectFile` reads. Functions and sockets cannot be. */
  saveAsObjectFile(path: string): Promise<void> {
    rules.inDriver();
    return this.#save("saveAsObjectFile", path, job => ({ name: "saveObjects", args: [job, undefined] }));
  }

  #reduce(operation: string, f: (a: T, b: T) => T): Promise<T> {
    const empty = failureHere(() => E.EMPTY_COLLECTION(operation));
    const combine = (parts: ({ value: T } | undefined)[]) => {
      const values = parts.filter(p => p !== undefined).map(p => p.value);
      if (values.length === 0) throw empty();
      return values.reduce((a, b) => f(a, b));
    };
    return must.checked(
      () => must.beFunction(operation, f),
      () => run(this, { name: "reduce", args: [f] }, combine),
    );
  }

  #aggregate<U>(
    operation: string,
    zero: U,
    seqOp: (acc: U, x: T) => U,
    combOp: (a: U, b: U) => U,
    combine = (parts: U[]) => foldParts(parts, zero, combOp),
  ): Promise<U> {
    return must.checked(
      () => {
        for (const f of [seqOp, combOp]) must.beFunction(operation, f);
      },
      () => run(this, { name: "fold", args: [zero, seqOp] }, combine),
    );
  }

  #extreme(operation: string, ordering: Ordering<T> | undefined, largest: boolean): Promise<T> {
    const empty = failureHere(() => E.EMPTY_COLLECTION(operation));
    return this.#best(operation, 1, ordering, largest).then(xs => {
      if (xs.length === 0) throw empty();
      return xs[0]!;
    });
  }

  #best(operation: string, n: number, ordering: Ordering<T> | undefined, largest: boolean): Promise<T[]> {
    const run = () => this.#runBest(n, ordering, largest);
    const check = () => {
      must.beAtLeast(operation, "n", n, 0);
      must.beOrdering(operation, ordering);
    };
    return must.checked(check, run);
  }

  #runBest(n: number, ordering: Ordering<T> | undefined, largest: boolean): Promise<T[]> {
    return run(this, { name: "takeOrdered", args: [n, ordering, largest] }, (parts: T[][]) => {
      return bestOfParts(parts, n, ordering, largest);
    });
  }

  async #save(operation: string, path: string, action: (job: OutputJob) => Action, codec?: string): Promise<void> {
    must.bePath(operation, path);
    if (codec !== undefined) codecNamed(codec);
    this.sparkContext.assertUsable("an action");
    const mode = this.sparkContext.conf.getBoolean("spark.hadoop.validateOutputSpecs") ? "refuse" : "merge";
    await withOutput(path, mode, job => run(this, action(job), () => {}));
  }
}
