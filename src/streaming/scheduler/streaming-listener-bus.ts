import { getLogger } from "../../core/log/logger.js";
import type { StreamingEvents, StreamingListenerLike } from "../listener.js";

const log = getLogger("StreamingListenerBus");

/** Tells every listener of a streaming context what happened, in order. A listener that throws is logged, not obeyed. */
export class StreamingListenerBus {
  #listeners: readonly StreamingListenerLike[] = [];

  add(listener: StreamingListenerLike): void {
    if (!this.#listeners.includes(listener)) this.#listeners = [...this.#listeners, listener];
  }

  remove(listener: StreamingListenerLike): void {
    this.#listeners = this.#listeners.filter(l => l !== listener);
  }

  /** Whether anybody listens: who makes events may save the work. */
  get isEmpty(): boolean {
    return this.#listeners.length === 0;
  }

  post<K extends keyof StreamingEvents>(name: K, event: StreamingEvents[K]): void {
    for (const listener of this.#listeners) {
      try {
        listener[name]?.(event);
      } catch (error) {
        log.error(`Listener ${listener.constructor?.name ?? "object"} threw an exception in ${name}`, error);
      }
    }
  }
}
