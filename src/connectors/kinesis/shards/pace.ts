import { type Clock, systemClock } from "../../../core/clock/clock.js";
import { pause } from "../client/patience.js";

/** What may be read of a shard, bytes a second. */
const RATE = 2 * 1024 * 1024;

/**
 * Keeps all reads of one shard within what Kinesis allows: a pause between two of them, and 2 MiB a second. Who reads more at
 * once, which Kinesis lets one do, waits for as long afterwards.
 *
 * ```
 *   read        interval      read of 4 MiB       paid for       read
 *   ──┼────────────┼──────────────┼──────────────────────────────┼──▶ time
 * ```
 */
export class Pace {
  /** When the next read may begin, monotonic ms. */
  #freeAt = Number.NEGATIVE_INFINITY;

  /** @param interval ms */
  constructor(
    private readonly interval: number,
    private readonly clock: Pick<Clock, "monotonic"> = systemClock,
    private readonly wait: (ms: number, signal?: AbortSignal) => Promise<void> = pause,
  ) {}

  /** Resolves when a read may begin, or `signal` is aborted. */
  async turn(signal?: AbortSignal): Promise<void> {
    const now = this.clock.monotonic();
    const at = Math.max(now, this.#freeAt);
    this.#freeAt = at + this.interval;
    if (at > now) await this.wait(at - now, signal);
  }

  /** The read gave so many bytes. */
  read(bytes: number): void {
    const owed = (bytes / RATE) * 1000 - this.interval;
    if (owed > 0) this.#freeAt = Math.max(this.#freeAt, this.clock.monotonic()) + owed;
  }
}
