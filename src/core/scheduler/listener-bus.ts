import { getLogger } from "../log/logger.js";
import type { SparkEvents, SparkListener } from "./events.js";

const log = getLogger("ListenerBus");

/** An event with its kind: `{ type: "SparkListenerJobStart", jobId: 0, … }`. */
export type SparkEvent = {
  [K in keyof SparkEvents]: {
    readonly type: K extends `on${infer Name}` ? `SparkListener${Name}` : never;
  } & SparkEvents[K];
}[keyof SparkEvents];

/** Tells listeners what happened: in order, and never in the middle of a task. Spark's name: `LiveListenerBus`. */
export class ListenerBus {
  readonly #listeners: SparkListener[] = [];
  #queue: [keyof SparkEvents, never][] = [];
  #scheduled = false;

  addListener(listener: SparkListener): void {
    this.#listeners.push(listener);
  }

  removeListener(listener: SparkListener): void {
    const i = this.#listeners.indexOf(listener);
    if (i >= 0) this.#listeners.splice(i, 1);
  }

  /** Whether anybody listens: who makes events may save the work. */
  get isEmpty(): boolean {
    return this.#listeners.length === 0;
  }

  /** Queues an event; listeners hear of it when the code that runs now has ended. */
  post<K extends keyof SparkEvents>(name: K, event: SparkEvents[K]): void {
    if (this.isEmpty) return;
    this.#queue.push([name, event as never]);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.flush());
  }

  /** Tells what is queued at once. */
  flush(): void {
    // Not left to the microtask: V8 drops those that wait when it terminates a loop.
    this.#scheduled = false;
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const [name, event] of queue) {
        for (const listener of [...this.#listeners]) {
          try {
            (listener[name] as ((event: never) => void) | undefined)?.call(listener, event);
          } catch (error) {
            log.error(`Listener ${listener.constructor?.name ?? "object"} threw an exception in ${name}`, error);
          }
        }
      }
    }
  }

  /** Every event from now on, until the loop over it ends or the application does. */
  events(): AsyncIterableIterator<SparkEvent> {
    const queue: SparkEvent[] = [];
    let wake: (() => void) | undefined;
    let ended = false;
    const end = () => {
      ended = true;
      this.removeListener(listener);
      wake?.();
    };
    const listener: SparkListener = {};
    for (const name of EVENT_NAMES) {
      listener[name] = (event: SparkEvents[keyof SparkEvents]) => {
        queue.push({ type: `SparkListener${name.slice(2)}`, ...event } as SparkEvent);
        wake?.();
        if (name === "onApplicationEnd") end();
      };
    }
    this.addListener(listener);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        while (queue.length === 0 && !ended) {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
        const value = queue.shift();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
      async return() {
        queue.length = 0;
        end();
        return { done: true, value: undefined };
      },
    };
  }
}

const EVENT_NAMES: readonly (keyof SparkEvents)[] = [
  "onApplicationStart",
  "onApplicationEnd",
  "onJobStart",
  "onJobEnd",
  "onStageSubmitted",
  "onStageCompleted",
  "onTaskStart",
  "onTaskEnd",
  "onUnpersistRDD",
  "onBlockUpdated",
];
