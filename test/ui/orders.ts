import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DStream, StreamingContext } from "tspark";
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka";
import { kafka } from "../kafka/real-broker.js";

/** Orders by their numbers, 500 a second for more than a minute. */
export interface Orders {
  stream(ssc: StreamingContext): DStream<number>;
  stop(): Promise<void>;
}

/** What the context must be configured with. */
export const ORDERS_CONF = { "spark.streaming.kafka.maxRatePerPartition": 250 } as const;

/** From a broker of their own; where there can be none, from a stream that makes them itself. */
export async function startOrders(): Promise<Orders> {
  if ((await kafka.whyNoKafka()) !== undefined) {
    return { stream: ssc => ssc.rateStream(500).map(row => row.value), stop: async () => {} };
  }
  const dir = mkdtempSync(path.join(tmpdir(), "tspark-kafka-"));
  const broker = await kafka.startKafka({ dir });
  await kafka.createTopic(broker.bootstrap, "orders", { partitions: 2 });
  for (let i = 0; i < 40; i++) {
    const thousand = Array.from({ length: 1000 }, (_, j) => ({ value: String(i * 1000 + j), partition: j % 2 }));
    await kafka.send(broker.bootstrap, "orders", thousand);
  }
  const params = { "bootstrap.servers": broker.bootstrap, "group.id": "shop", "auto.offset.reset": "earliest" };
  return {
    stream: ssc =>
      KafkaUtils.createDirectStream(
        ssc,
        LocationStrategies.PreferConsistent,
        ConsumerStrategies.Subscribe<string, string>(["orders"], params),
      ).map(record => Number(record.value)),
    async stop() {
      await broker.kill9();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
