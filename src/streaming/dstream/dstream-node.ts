import type { RDD } from "../../core/rdd/rdd.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";
import { StorageLevel } from "../../core/storage/storage-level.js";
import { type CallSite, captureCallSite, withCallSite } from "../../core/util/call-site.js";
import type { DStreamGraph } from "../dstream-graph.js";
import type { Duration } from "../duration.js";
import { E } from "../errors.js";
import { after, all, given, type MaybePromise } from "../maybe-promise.js";
import { isKnownEmpty } from "../plan/known-empty.js";
import type { Time } from "../time.js";

/** RDDs that are each made from the one before, and have not been computed. */
export interface Uncomputed<T> {
  /** ms: all that were made up to here were computed, or given. */
  readonly since: number;
  readonly count: number;
  readonly latest: RDD<T>;
}

/** What it made at a time. */
interface Generated<T> {
  rdd?: RDD<T>;
  /** While it is being made. */
  making?: Promise<RDD<T> | undefined>;
}

/** How the state of an operator is put into files and made of them again. */
export interface StateKeeper<T> {
  /** How the pairs of {@link save} are spread. */
  readonly partitioner: Partitioner;
  /** The state as pairs of key and something. */
  save(rdd: RDD<T>): RDD<unknown>;
  /** The state from such pairs, spread by any partitioner or none. */
  restore(pairs: RDD<unknown>): RDD<T>;
}

/** RDDs of a parent that an operator asks for again, with few elements each. */
export interface Held {
  readonly parent: DStreamNode<unknown>;
  /** How far back from its latest own RDD. */
  readonly span: Duration;
}

/**
 * An operator of the graph, behind the `DStream` that the user holds. It is defined by three properties: the operators it
 * depends on, the duration it slides by, and the function that makes its RDD of a time. What is common to all (each RDD
 * made once, remembered as long as a later batch may ask, persisted and checkpointed as told) is here.
 */
export abstract class DStreamNode<T> {
  /** What it is, in the words of the API: `map`, `window`. Part of its id and of messages. */
  abstract readonly kind: string;
  /** The operators it takes its RDDs from. */
  abstract readonly parents: readonly DStreamNode<unknown>[];
  /** The time between two of its RDDs. */
  abstract readonly slideDuration: Duration;
  /** Makes the RDD of `time`; `undefined` when there is none. Called at most once for a time that is remembered. */
  abstract compute(time: Time): MaybePromise<RDD<T> | undefined>;

  /** Where the user defined it: the call site of the RDDs that it makes, as in Spark. */
  readonly callSite: CallSite = captureCallSite();
  /** The name the user gave with `stream.uid(name)`. */
  givenUid: string | undefined;
  storageLevel: StorageLevel = StorageLevel.NONE;
  checkpointDuration: Duration | undefined;
  /** How long what it made is kept. */
  rememberDuration: Duration | undefined;
  protected zeroTime: Time | undefined;
  readonly #generated = new Map<number, Generated<T>>();
  /** Where it {@link growsLineage}: the times (ms), in order, of what it made after the last whose lineage was cut. */
  #uncut: number[] = [];
  /** The time of that one, ms. */
  #cutUntil = Number.NEGATIVE_INFINITY;
  /** The RDDs that were persisted here, and not by the user. */
  readonly #persisted = new Set<RDD<T>>();
  /** The latest time that a restart left nothing of: there are no RDDs up to it but those it was given. */
  #lostUntil: Time | undefined;

  constructor(readonly graph: DStreamGraph) {}

  /** To be called by the constructor of each class, when `kind` is known. */
  protected register(): void {
    this.graph.add(this);
  }

  /** Stable id: the given uid, else the kind and its place among its like. What was saved is found again by it. */
  get uid(): string {
    return this.givenUid ?? `${this.kind}#${this.graph.placeOf(this)}`;
  }

  /** What the user gave to make it, besides streams: functions, and what else says which elements it has. */
  get recipe(): readonly unknown[] {
    return [];
  }

  /** How its state is kept beyond the life of the process; `undefined` where each RDD is made of its parents' alone. */
  get keeper(): StateKeeper<T> | undefined {
    return undefined;
  }

  /**
   * What a checkpoint must save for it, where the inputs cannot be asked for it again: without that a window would lack
   * batches, or never take back what they put into it. `undefined` where it needs nothing, or too much to be saved.
   */
  get holds(): Held | undefined {
    return undefined;
  }

  /** Whether it keeps state across batches, so that it must be checkpointed. */
  get mustCheckpoint(): boolean {
    return false;
  }

  /**
   * Whether each of its RDDs is made from the one before. The lineage of such an RDD is cut as soon as it is computed, or
   * it would grow from batch to batch.
   */
  get growsLineage(): boolean {
    return false;
  }

  /** How long its parents must remember what they made. */
  get parentRememberDuration(): Duration {
    return this.rememberDuration!;
  }

  /** Makes RDDs (before anything is waited for): they are told as made where the operator was defined. */
  protected making<R>(make: () => R): R {
    return withCallSite(this.callSite, make);
  }

  /** Persists its RDDs with `level`. */
  persist(level: StorageLevel): void {
    this.storageLevel = level;
  }

  /** Persists its RDDs as objects in memory, unless the user chose a level: for what later batches ask for again. */
  keepInMemory(): void {
    if (this.storageLevel === StorageLevel.NONE) this.storageLevel = StorageLevel.MEMORY_ONLY;
  }

  get isInitialized(): boolean {
    return this.zeroTime !== undefined;
  }

  toString(): string {
    return this.givenUid ?? this.kind;
  }

  /** Begins at `zeroTime`: its first RDD is of one slide later. */
  initialize(zeroTime: Time): void {
    this.zeroTime = zeroTime;
    const least = this.checkpointDuration === undefined ? this.slideDuration : this.checkpointDuration.times(2);
    if (this.rememberDuration === undefined || least.greater(this.rememberDuration)) this.rememberDuration = least;
  }

  /** Keeps what it makes for at least `duration`, and makes its parents keep what it needs for that. */
  remember(duration: Duration): void {
    if (this.rememberDuration === undefined || duration.greater(this.rememberDuration))
      this.rememberDuration = duration;
    for (const parent of this.parents) parent.remember(this.parentRememberDuration);
  }

  /** What is wrong with it before the start, in words. */
  problems(): string[] {
    const problems: string[] = [];
    const interval = this.checkpointDuration;
    if ((this.mustCheckpoint || interval !== undefined) && this.graph.checkpointDir === undefined) {
      problems.push(E.CHECKPOINT_DIR_NOT_SET(this.toString()).message);
    }
    if (interval !== undefined && (interval.less(this.slideDuration) || !interval.isMultipleOf(this.slideDuration))) {
      problems.push(E.CHECKPOINT_INTERVAL(this.toString(), interval, this.slideDuration).message);
    }
    return problems;
  }

  /** Whether it has an RDD at `time`: after the zero time, on its slide. */
  isTimeValid(time: Time): boolean {
    if (this.zeroTime === undefined) throw E.NOT_INITIALIZED(this.toString());
    return time.greater(this.zeroTime) && time.minus(this.zeroTime).isMultipleOf(this.slideDuration);
  }

  /** The RDD of `time`, made when it is first asked for. */
  getOrCompute(time: Time): MaybePromise<RDD<T> | undefined> {
    const key = time.milliseconds;
    const known = this.#generated.get(key);
    if (known !== undefined) return known.rdd ?? known.making;
    let made: MaybePromise<RDD<T> | undefined>;
    try {
      if (!this.isTimeValid(time) || !this.existsAt(time)) return undefined;
      made = after(given(this.compute(time)), rdd => rdd && this.#keep(time, rdd));
    } catch (error) {
      // Shared by all that ask in the same batch: to call the user's function again for each could give to one what failed another.
      made = Promise.reject(error);
    }
    if (made instanceof Promise) return this.#whenMade(key, made);
    if (made !== undefined) {
      this.#generated.set(key, { rdd: made });
      this.#noteUncut(key);
    }
    return made;
  }

  /** Nothing, or a failure, is not remembered: whoever asks again tries again. */
  #whenMade(key: number, made: Promise<RDD<T> | undefined>): Promise<RDD<T> | undefined> {
    const entry: Generated<T> = {};
    const forget = () => {
      if (this.#generated.get(key) === entry) this.#generated.delete(key);
    };
    entry.making = made.then(
      rdd => {
        if (rdd === undefined) forget();
        else {
          entry.rdd = rdd;
          delete entry.making;
          this.#noteUncut(key);
        }
        return rdd;
      },
      error => {
        forget();
        throw error;
      },
    );
    this.#generated.set(key, entry);
    return entry.making;
  }

  /**
   * Its RDD of one slide before `time`, for an operator that makes each from the one before. One that is not there yet is made
   * on a stack of its own: it asks for the one before, and thousands may be missing.
   */
  protected before(time: Time): MaybePromise<RDD<T> | undefined> {
    const before = time.minus(this.slideDuration);
    if (this.#generated.has(before.milliseconds) || !this.isTimeValid(before) || !this.existsAt(before)) {
      return this.getOrCompute(before);
    }
    return Promise.resolve().then(() => this.getOrCompute(before));
  }

  #keep(time: Time, rdd: RDD<T>): RDD<T> {
    this.#persist(rdd);
    const interval = this.checkpointDuration;
    if (this.growsLineage || (interval !== undefined && time.minus(this.zeroTime!).isMultipleOf(interval))) {
      this.making(() => rdd.localCheckpoint());
    }
    return rdd;
  }

  /** Whether `time` is later than what a restart has left behind. */
  protected existsAt(time: Time): boolean {
    return this.#lostUntil === undefined || time.greater(this.#lostUntil);
  }

  /** Takes `rdd` for what it made at `time`: it comes from a checkpoint, or was written to one. */
  adopt(time: Time, rdd: RDD<T>): void {
    const before = this.#generated.get(time.milliseconds)?.rdd;
    if (before !== undefined) this.#persisted.delete(before);
    this.#persist(rdd);
    this.#generated.set(time.milliseconds, { rdd });
    this.#cut(time.milliseconds);
  }

  /** It has no RDDs up to `time` but those it {@link adopt}s. */
  beginAfter(time: Time): void {
    this.#lostUntil = time;
  }

  #persist(rdd: RDD<T>): void {
    if (this.storageLevel === StorageLevel.NONE || isKnownEmpty(rdd)) return;
    if (rdd.getStorageLevel() === StorageLevel.NONE) {
      rdd.persist(this.storageLevel);
      this.#persisted.add(rdd);
    }
  }

  /** The RDDs of every slide from `from` to `to`, both with, in order of time. */
  slice(from: Time, to: Time): MaybePromise<RDD<T>[]> {
    const zero = this.zeroTime;
    if (zero === undefined) return Promise.reject(E.NOT_INITIALIZED(this.toString()));
    const first = from.floor(this.slideDuration, zero);
    const last = to.floor(this.slideDuration, zero);
    const times = first.to(last, this.slideDuration).filter(time => time.greater(zero));
    const rdds = all(times.map(time => this.getOrCompute(time)));
    return after(rdds, list => list.filter(rdd => rdd !== undefined));
  }

  /** Where its RDDs are each made from the one before: those up to `time` that follow the last whose lineage was cut. */
  uncomputed(time?: Time): Uncomputed<T> | undefined {
    const until = time?.milliseconds ?? Number.POSITIVE_INFINITY;
    const safe = this.#lastSafe;
    const first = this.#uncut[0];
    if (first === undefined || first > until) return undefined;
    const count = this.#uncut.findLastIndex(key => key <= until) + 1;
    const latest = this.#generated.get(this.#uncut[count - 1]!)!.rdd!;
    return { since: Math.max(safe, first - this.slideDuration.milliseconds), count, latest };
  }

  /** The time of the last RDD that needs none before it, ms. */
  get #lastSafe(): number {
    // The last one mostly is: looked for from the end, so that it costs nothing however many are remembered.
    const last = this.#uncut.findLast(key => this.#generated.get(key)?.rdd?.isCheckpointed);
    if (last !== undefined) this.#cut(last);
    return this.#cutUntil;
  }

  #noteUncut(key: number): void {
    if (!this.growsLineage || key <= this.#cutUntil) return;
    this.#uncut.push(key);
    // A window may have asked late for one before others.
    if (key < this.#uncut.at(-2)!) this.#uncut.sort((a, b) => a - b);
  }

  /** What came up to `key` is not needed to make what follows. */
  #cut(key: number): void {
    if (key <= this.#cutUntil) return;
    this.#cutUntil = key;
    this.#uncut = this.#uncut.filter(each => each > key);
  }

  /** Forgets, and unpersists, what is older than it must remember at `time`. */
  clearMetadata(time: Time): void {
    let oldest = time.milliseconds - this.rememberDuration!.milliseconds;
    // The last RDD whose lineage was cut is what the next ones are made of, however long ago that was.
    if (this.growsLineage) oldest = Math.min(oldest, this.#lastSafe - 1);
    for (const [key, { rdd }] of this.#generated) {
      // Made in order of time, but for what a window asked for late: that goes when those before it have gone.
      if (key > oldest) break;
      if (rdd === undefined) continue;
      this.#generated.delete(key);
      if (this.#persisted.delete(rdd) && this.graph.unpersists) rdd.unpersist();
    }
  }
}
