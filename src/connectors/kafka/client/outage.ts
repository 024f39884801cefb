import type { Clock } from "../../../core/clock/clock.js";
import { getLogger } from "../../../core/log/logger.js";

const log = getLogger("Kafka");

/** What a client says about brokers that are away: one line when it begins, one when it is over, however many wait. */
export class Outage {
  #since: number | undefined;

  constructor(
    private readonly addresses: string,
    private readonly clock: Clock,
  ) {}

  /** A request for `what` failed because of `why` and is tried again for `patienceMs`. */
  begins(what: string, why: string, patienceMs: number): void {
    if (this.#since !== undefined) {
      log.debug(() => `Kafka at ${this.addresses}: ${what}: ${why}`);
      return;
    }
    this.#since = this.clock.now();
    log.warn(
      `Kafka at ${this.addresses} does not serve ${what} (${why}): trying again for up to ${patienceMs / 1000} s`,
    );
  }

  /** A request succeeded. */
  ends(): void {
    if (this.#since === undefined) return;
    const ms = this.clock.now() - this.#since;
    this.#since = undefined;
    log.warn(`Kafka at ${this.addresses} is back after ${(ms / 1000).toFixed(1)} s`);
  }

  /** It was given up: who asks next is told again. */
  givenUp(): void {
    this.#since = undefined;
  }
}
