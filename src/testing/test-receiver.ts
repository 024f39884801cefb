import { Receiver } from "../streaming/receiver/receiver.js";

/**
 * A receiver that does what a test tells it: `store`, `restart`, `reportError` and `stop` are called from outside, and it
 * counts its starts and stops.
 *
 * @example
 * const receiver = new TestReceiver<string>();
 * ssc.receiverStream(receiver).print();
 * await ssc.start();
 * await receiver.store(["a", "b"]);
 * await clock.advance(1000);
 */
export class TestReceiver<T> extends Receiver<T> {
  /** How often `onStart` was called. */
  starts = 0;
  /** How often `onStop` was called. */
  stops = 0;
  /** Thrown by the next `onStart`, once. */
  failNextStart: Error | undefined;

  override onStart(): void {
    this.starts++;
    const error = this.failNextStart;
    this.failNextStart = undefined;
    if (error !== undefined) throw error;
  }

  override onStop(): void {
    this.stops++;
  }
}
