import type { RDD } from "../../core/rdd/rdd.js";
import type { StorageLevel } from "../../core/storage/storage-level.js";
import { type Duration, positiveDuration } from "../duration.js";
import { E } from "../errors.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import type { Time } from "../time.js";
import { DStreamNode, type Held } from "./dstream-node.js";
import { unionOf } from "./union-node.js";

/** `window` and `slide` where both fit the parent; else an error that names the multiples that would. */
export function checkWindow(parent: DStreamNode<unknown>, window: Duration, slide: Duration): void {
  positiveDuration(window, "The window duration");
  positiveDuration(slide, "The slide duration");
  const base = "slide duration of the parent stream";
  if (!window.isMultipleOf(parent.slideDuration)) {
    throw E.NOT_A_MULTIPLE("window duration of a windowed stream", window, base, parent.slideDuration);
  }
  if (!slide.isMultipleOf(parent.slideDuration)) {
    throw E.NOT_A_MULTIPLE("slide duration of a windowed stream", slide, base, parent.slideDuration);
  }
}

/**
 * Every slide, the elements that the parent had in the last window:
 *
 * ```
 *   parent   |--1--|--2--|--3--|--4--|--5--|        window = 3 slides of the parent, slide = 2
 *   window        (…2]        [2 … 4]
 * ```
 *
 * Spark's `WindowedDStream`.
 */
export class WindowNode<T> extends DStreamNode<T> {
  readonly kind = "window";
  readonly parents: readonly DStreamNode<unknown>[];

  constructor(
    readonly parent: DStreamNode<T>,
    readonly windowDuration: Duration,
    readonly slideDuration: Duration,
    /** Whether the parent's RDDs have few elements: what was reduced, not what was received. */
    private readonly isOfFew = false,
  ) {
    checkWindow(parent as DStreamNode<unknown>, windowDuration, slideDuration);
    super(parent.graph);
    this.parents = [parent as DStreamNode<unknown>];
    this.register();
    // Each of its RDDs is part of several windows: what made it should not run for each of them.
    parent.keepInMemory();
  }

  /** What a window shares with the next one is the parent's: that is what pays to be kept. */
  override persist(level: StorageLevel): void {
    this.parent.persist(level);
  }

  override get recipe(): readonly unknown[] {
    return [this.windowDuration, this.slideDuration];
  }

  override get holds(): Held | undefined {
    if (!this.isOfFew) return undefined;
    return { parent: this.parent as DStreamNode<unknown>, span: this.parentRememberDuration };
  }

  override get parentRememberDuration(): Duration {
    return this.rememberDuration!.plus(this.windowDuration);
  }

  compute(time: Time): MaybePromise<RDD<T>> {
    const begin = time.minus(this.windowDuration).plus(this.parent.slideDuration);
    return after(this.parent.slice(begin, time), rdds => this.making(() => unionOf(this.graph.sparkContext, rdds)));
  }
}
