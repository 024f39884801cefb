import { systemClock, type Timer } from "../../core/clock/clock.js";
import type { StreamingListenerDrainProgress } from "../listener.js";

/** How often a drain that stands still is told, ms of the wall clock. */
const PERIOD = 1000;

/** Tells how far a graceful stop has come: at its beginning, whenever something has changed, and once a second. */
export class DrainProgress {
  /** Whether something that was received waits for a batch. */
  receiving = false;
  readonly #deadline: number;
  #timer: Timer | undefined;
  #told = false;
  #ended = false;

  constructor(
    private readonly state: () => { readonly time: number; readonly batches: number },
    private readonly post: (event: StreamingListenerDrainProgress) => void,
    /** ms */
    timeout: number,
  ) {
    this.#deadline = systemClock.monotonic() + timeout;
    this.#wait();
  }

  /** Says how it is now; nothing as long as there was nothing to wait for. */
  tell(): void {
    if (this.#ended) return;
    const { time, batches } = this.state();
    if (!this.#told && batches === 0 && !this.receiving) return;
    this.#told = true;
    const timeLeft = Math.max(0, Math.round(this.#deadline - systemClock.monotonic()));
    this.post({ time, batches, receiving: this.receiving, timeLeft });
  }

  /** Nothing is told any more. */
  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    this.#timer = systemClock.at(systemClock.now() + PERIOD, () => {
      this.tell();
      this.#wait();
    });
  }
}
