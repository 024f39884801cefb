import type { DStream, SparkContext, StreamingContext } from "tspark";
import type { SparkFlumeEvent } from "tspark/flume";
import type { ManualClock } from "tspark/testing";
import type { Connection } from "../../src/connectors/flume/push/connection.js";
import { type FlumeAddress, FlumeReceiver } from "../../src/connectors/flume/push/flume-receiver.js";
import { Condition } from "../helpers/condition.js";
import { freePort } from "../helpers/free-port.js";
import { batchesOf, withStream } from "../streaming/helpers/streams.js";

/** A stream that agents may push to. */
export interface Running {
  readonly port: number;
  readonly ssc: StreamingContext;
  readonly clock: ManualClock;
  /** The bodies of each batch. */
  readonly batches: Map<number, string[]>;
  readonly receiver: WatchedReceiver;
}

export const bodies = (stream: DStream<SparkFlumeEvent>) => stream.map(event => event.body.toString());

/** A Flume stream that runs. */
export function running(
  sc: SparkContext,
  body: (run: Running) => Promise<void>,
  more: Partial<FlumeAddress> = {},
): Promise<void> {
  return withStream(sc, async (ssc, clock) => {
    const port = await freePort();
    const address = { host: "127.0.0.1", port, compressed: false, limit: 100_000, maxConnections: 100, ...more };
    const receiver = new WatchedReceiver(address);
    const batches = batchesOf(bodies(ssc.receiverStream(receiver)));
    await ssc.start();
    await body({ port, ssc, clock, batches, receiver });
  });
}

/** A Flume stream that says when a request has to wait for its turn, and when a connection has ended. */
export class WatchedReceiver extends FlumeReceiver {
  /** How often a request was told to wait. */
  held = 0;
  /** Connections that have ended. */
  gone = 0;
  readonly #condition = new Condition();

  override get name(): string {
    return "FlumeReceiver";
  }

  protected override get turn(): Promise<void> | undefined {
    const turn = super.turn;
    if (turn !== undefined) {
      this.held++;
      this.#condition.changed();
    }
    return turn;
  }

  protected override ended(connection: Connection): void {
    super.ended(connection);
    this.gone++;
    this.#condition.changed();
  }

  until(holds: () => boolean): Promise<void> {
    return this.#condition.until(holds);
  }
}

/** Tries again while it is refused. */
export async function until<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await new Promise(resolve => setImmediate(resolve));
    }
  }
}
