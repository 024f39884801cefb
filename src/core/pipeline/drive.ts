import { systemClock } from "../clock/clock.js";
import { sliceIsOver, turn } from "../executor/time-slice.js";
import type { TaskContext } from "../scheduler/task-context.js";

/** What a loop is fed with: how long one piece is, and how to run a window of it. */
export interface Feed<C> {
  length(piece: C): number;
  /** False when no more is wanted. */
  run(piece: C, from: number, to: number): boolean;
}

const FIRST_WINDOW = 64;
const MAX_WINDOW = 1 << 20;
/** A window is made larger until it takes about this long, ms. */
const WINDOW_MS = 4;

/**
 * Feeds every piece to the loop, in windows, so that the event loop gets its turn and a killed task ends. Returns a promise
 * only when it had to wait.
 *
 * @param check called between windows
 */
export function drive<C>(
  pieces: Iterable<C> | AsyncIterable<C>,
  feed: Feed<C>,
  context: TaskContext,
  check?: () => void,
): void | Promise<void> {
  // What the pieces are made of may run between them, after a wait: that is this task's code, too.
  if (Symbol.asyncIterator in pieces) return context.runAsync(() => driveAsync(pieces, feed, context, check));
  const pump = new Pump(pieces[Symbol.iterator](), feed, context, check);
  if (context.run(() => pump.run())) return;
  return finish(pump, context);
}

async function finish<C>(pump: Pump<C>, context: TaskContext): Promise<void> {
  do {
    await turn();
    context.check();
  } while (!context.run(() => pump.run()));
}

async function driveAsync<C>(
  pieces: AsyncIterable<C>,
  feed: Feed<C>,
  context: TaskContext,
  check?: () => void,
): Promise<void> {
  for await (const piece of pieces) {
    context.check();
    const pump = new Pump([piece][Symbol.iterator](), feed, context, check);
    if (!context.run(() => pump.run())) await finish(pump, context);
    if (pump.stopped) break;
  }
  // It may have been killed while it waited for the end: another attempt is perhaps at the same partition, and has its place.
  context.check();
}

/** Runs for a slice of time, and goes on where it was. */
class Pump<C> {
  stopped = false;
  #piece: C | undefined;
  #at = 0;
  #end = 0;
  #window = FIRST_WINDOW;
  #sinceCheck = 0;

  constructor(
    private readonly pieces: Iterator<C>,
    private readonly feed: Feed<C>,
    private readonly context: TaskContext,
    private readonly check: (() => void) | undefined,
  ) {}

  /** True when all is done or nothing more is wanted, false when the slice is over. */
  run(): boolean {
    let started = systemClock.monotonic();
    for (;;) {
      if (this.#at >= this.#end) {
        const next = this.pieces.next();
        if (next.done) return true;
        this.#piece = next.value;
        this.#at = 0;
        this.#end = this.feed.length(next.value);
        if (this.#end === 0) {
          if (sliceIsOver()) return false;
          continue;
        }
      }
      const to = Math.min(this.#end, this.#at + this.#window);
      const more = this.feed.run(this.#piece!, this.#at, to);
      this.#sinceCheck += to - this.#at;
      this.#at = to;
      if (!more) {
        this.stopped = true;
        this.pieces.return?.();
        return true;
      }
      if (this.#sinceCheck >= this.#window) {
        this.#sinceCheck = 0;
        this.check?.();
        const now = systemClock.monotonic();
        if (now - started < WINDOW_MS / 2) this.#window = Math.min(MAX_WINDOW, this.#window * 2);
        else if (now - started > WINDOW_MS * 2) this.#window = Math.max(1, this.#window >> 2);
        started = now;
        this.context.check();
        if (sliceIsOver()) return false;
      }
    }
  }
}
