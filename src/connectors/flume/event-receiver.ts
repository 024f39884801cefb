import { Receiver } from "../../streaming/receiver/receiver.js";
import { headersOf, SparkFlumeEvent } from "./spark-flume-event.js";

/** What an event weighs in memory besides its bytes, roughly. */
const EVENT_BYTES = 200;

/** An event as it is read: its headers in their order. */
export interface WrittenEvent {
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly body: Buffer;
}

/** Stores the batches of several connections, whose senders are told when a batch is safe. */
export abstract class EventReceiver extends Receiver<SparkFlumeEvent> {
  #turn: Promise<void> | undefined;

  /**
   * Until which no more may be stored, whoever brings it: also over a connection that an agent makes when it has lost patience
   * with the one before. `undefined` when more may be at once.
   */
  protected get turn(): Promise<void> | undefined {
    return this.#turn;
  }

  /**
   * Resolves when the events are safe.
   *
   * @param bytes of the batch as it was sent
   * @throws InputOutputError when they cannot be written to the log; it is reported already
   */
  protected async take(written: readonly WrittenEvent[], bytes: number): Promise<void> {
    const events = written.map(({ headers, body }) => new SparkFlumeEvent(headersOf(headers), body));
    const { safe, ready } = this.storeAcknowledged(events, bytes + EVENT_BYTES * events.length);
    if (ready !== undefined) this.#holdBack(ready);
    await safe;
  }

  #holdBack(ready: Promise<void>): void {
    // Also where one of them fails, the other is still to be waited for.
    const turn: Promise<void> = Promise.allSettled([this.#turn, ready]).then(() => {
      if (this.#turn === turn) this.#turn = undefined;
    });
    this.#turn = turn;
  }
}
