import type { DStream, SparkContext, StreamingContext } from "tspark";
import type { SparkFlumeEvent } from "tspark/flume";
import type { ManualClock } from "tspark/testing";
import { type FlumeAddress, FlumeReceiver } from "../../src/connectors/flume/push/flume-receiver.js";
import { freePort } from "../helpers/free-port.js";
import { batchesOf, withStream } from "../streaming/helpers/streams.js";

/** A stream that agents may push to. */
export interface Running {
  readonly port: number;
  readonly ssc: StreamingContext;
  readonly clock: ManualClock;
  /** The bodies of each batch. */
  readonly batches: Map<number, string[]>;
  readonly receiver: FlumeReceiver;
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
    const receiver = new FlumeReceiver({ host: "127.0.0.1", port, compressed: false, limit: 100_000, ...more });
    const batches = batchesOf(bodies(ssc.receiverStream(receiver)));
    await ssc.start();
    await body({ port, ssc, clock, batches, receiver });
  });
}

/** Lets everything that is on its way on loopback arrive, and be dealt with. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** Tries again while it is refused. */
export async function until<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await settle();
    }
  }
}
