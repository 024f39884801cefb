// A real broker for tests, through scripts/kafka: `describeWithBroker` skips where Java or Maven is absent, unless
// TSPARK_TEST_NO_SKIP=1 asks for a failure.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { describeNeeding } from "../helpers/describe-needing.js";

export interface Broker {
  readonly bootstrap: string;
  readonly port: number;
  readonly pid: number;
  /** Of further listeners, by their names. */
  readonly ports: Readonly<Record<string, number>>;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  restart(): Promise<Broker>;
}

export interface TestMessage {
  readonly key?: string | null;
  readonly value: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly partition?: number;
}

interface KafkaScripts {
  whyNoKafka(): Promise<string | undefined>;
  startKafka(options: {
    dir: string;
    join?: Broker;
    listeners?: readonly string[];
    extra?: Readonly<Record<string, string | number>>;
    format?: readonly string[];
  }): Promise<Broker>;
  readState(dir: string): Broker | undefined;
  produce(options: Readonly<Record<string, string | number>>, stdin?: string): Promise<number>;
  createTopic(
    bootstrap: string,
    topic: string,
    options?: {
      partitions?: number;
      config?: Record<string, unknown>;
      assignment?: readonly (readonly number[])[];
    },
  ): Promise<boolean>;
  send(bootstrap: string, topic: string, messages: readonly TestMessage[]): Promise<void>;
  listTopics(
    bootstrap: string,
  ): Promise<{ topic: string; partitions: { partition: number; low: number; high: number }[] }[]>;
  addPartitions(bootstrap: string, topic: string, count: number): Promise<void>;
  deleteRecords(bootstrap: string, topic: string, partition: number, offset: number): Promise<void>;
  deleteTopic(bootstrap: string, topic: string): Promise<void>;
}

// From the root of the checkout, where the test run starts: what is compiled lies elsewhere.
export const kafka: KafkaScripts = await import(pathToFileURL(path.resolve("scripts/kafka/index.mjs")).href);

/** What the tests of one file share. */
export interface BrokerFixture {
  broker: Broker;
}

/** What else `startKafka` is to be told; may need the folder of the broker. */
export type BrokerOptions = (dir: string) => Options | Promise<Options>;
type Options = Omit<Parameters<KafkaScripts["startKafka"]>[0], "dir">;

/** A suite with a broker of its own, started before it and removed after it. */
export function describeWithBroker(
  name: string,
  suite: (fixture: BrokerFixture) => void,
  options: BrokerOptions = () => ({}),
): void {
  describeNeeding(name, kafka.whyNoKafka, () => {
    const fixture = {} as BrokerFixture;
    const dir = mkdtempSync(path.join(tmpdir(), "tspark-kafka-"));
    before(async () => {
      fixture.broker = await kafka.startKafka({ dir, ...(await options(dir)) });
    });
    after(async () => {
      await fixture.broker?.kill9();
      rmSync(dir, { recursive: true, force: true });
    });
    suite(fixture);
  });
}
