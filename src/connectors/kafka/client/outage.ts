import { isMainThread } from "node:worker_threads";
import type { Clock } from "../../../core/clock/clock.js";
import { getLogger } from "../../../core/log/logger.js";

const log = getLogger("Kafka");

/** Says a line of what happens to brokers; in the thread of a worker only who looks for details hears it. */
export function tell(line: string): void {
  // The driver asks the same brokers, or gets the error: from each thread it would be said again.
  if (isMainThread) log.warn(line);
  else log.debug(line);
}

/** What is over sooner is not worth a line: a coordinator that loads, a leader that is being elected. */
const WORTH_TELLING_MS = 500;

/** What a client says about brokers that are away: one line when it begins, one when it is over, however many wait. */
export class Outage {
  #since: number | undefined;
  /** What the line was about. */
  #told: (() => string) | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * A request failed because of `why` and is tried again for `patienceMs`.
   *
   * @param where what it is about, and the address at that time: `Kafka partition orders-0 at 127.0.0.1:9092`
   */
  begins(where: () => string, why: string, patienceMs: number): void {
    const now = this.clock.now();
    this.#since ??= now;
    if (this.#told !== undefined || now - this.#since < WORTH_TELLING_MS) {
      log.debug(() => `${where()} does not answer (${why})`);
      return;
    }
    this.#told = where;
    tell(`${where()} does not answer (${why}): trying again for up to ${patienceMs / 1000} s`);
  }

  /** A request succeeded. */
  ends(): void {
    if (this.#since === undefined) return;
    const ms = this.clock.now() - this.#since;
    const told = this.#told;
    this.givenUp();
    if (told !== undefined) tell(`${told()} is back after ${(ms / 1000).toFixed(1)} s`);
  }

  /** It was given up: who asks next is told again. */
  givenUp(): void {
    this.#since = undefined;
    this.#told = undefined;
  }
}
