import { loopBreaker } from "./loop-breaker.js";

/**
 * Tells of Ctrl-C while something is evaluated, and has a loop ended that blocks this thread. Standard input must not be in raw
 * mode while it is armed.
 */
export class InterruptWatcher {
  readonly #listener = (): void => this.onInterrupt();
  #armed = false;
  #expected: (() => void) | undefined;

  /** @param onInterrupt called in the main thread's event loop, once for each SIGINT */
  constructor(private readonly onInterrupt: () => void) {}

  /** Starts the thread that ends loops, so that it is there when {@link arm} needs it. */
  prepare(): void {
    loopBreaker.start("SIGINT", false);
  }

  /** From now on SIGINT comes here, too, and ends loops. */
  arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#expected = loopBreaker.expect();
    process.on("SIGINT", this.#listener);
    // Who handles SIGTERM could not either while a loop blocks this thread.
    if (process.listenerCount("SIGTERM") > 0) loopBreaker.start("SIGTERM", false);
    loopBreaker.start("SIGINT");
  }

  /** SIGINT goes where it went before. */
  disarm(): void {
    this.#armed = false;
    this.#expected?.();
    process.off("SIGINT", this.#listener);
  }

  /** Ends the thread that ends loops. */
  async dispose(): Promise<void> {
    this.disarm();
    await loopBreaker.dispose();
  }
}
