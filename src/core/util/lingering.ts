import { type Clock, SystemClock, type Timer } from "../clock/clock.js";

/** How long what nobody uses is kept: the next batch or job finds its connections open, ms. */
const LINGER = 30_000;

// What lingers must not keep the process alive.
const unrefClock = new SystemClock({ unref: true });

interface Kept<C> {
  readonly it: C;
  users: number;
  closing: Timer | undefined;
}

/** Clients that all share who ask for them by one key. They are closed some time after the last user has gone. */
export class Lingering<C> {
  readonly #kept = new Map<string, Kept<C>>();

  constructor(
    private readonly close: (client: C) => unknown,
    private readonly clock: Pick<Clock, "now" | "at"> = unrefClock,
  ) {}

  /** The client of this key, made where there is none; `release` is to be called at the end. */
  acquire(key: string, make: () => C): { readonly client: C; readonly release: () => void } {
    let entry = this.#kept.get(key);
    if (entry === undefined) this.#kept.set(key, (entry = { it: make(), users: 0, closing: undefined }));
    const kept = entry;
    kept.users++;
    kept.closing?.cancel();
    kept.closing = undefined;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      if (--kept.users > 0) return;
      kept.closing = this.clock.at(this.clock.now() + LINGER, () => {
        this.#kept.delete(key);
        this.close(kept.it);
      });
    };
    return { client: kept.it, release };
  }
}
