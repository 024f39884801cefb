// What stands for Kinesis, for tests, through scripts/kinesis: kinesalite, in this process.
import path from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import type { InputDStream, StreamingContext } from "tspark";
import { KinesisInitialPositions, KinesisInputDStream, SparkAWSCredentials } from "tspark/kinesis";

/** What is answered in place of an answer. */
export type Instead =
  | { readonly type: string; readonly message?: string; readonly status?: number }
  | "hang up"
  | undefined;
export type Intercept = (operation: string, question: Readonly<Record<string, unknown>>) => Instead | Promise<Instead>;

interface Listed {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
}

export interface KinesisTools {
  ask(operation: string, question: object): Promise<Readonly<Record<string, unknown>>>;
  createStream(name: string, shards?: number): Promise<void>;
  shards(name: string): Promise<readonly Listed[]>;
  put(name: string, records: readonly (readonly [key: string, data: string | Uint8Array])[]): Promise<void>;
  split(name: string, shard: string): Promise<void>;
  merge(name: string, shard: string, adjacent: string): Promise<void>;
  close(): void;
}

interface KinesisServer {
  readonly endpoint: string;
  readonly port: number;
  stop(): Promise<void>;
}

interface KinesisScripts {
  startKinesis(options?: { port?: number; intercept?: Intercept }): Promise<KinesisServer>;
  openKinesis(endpoint: string): KinesisTools;
}

// From the root of the checkout, where the test run starts: what is compiled lies elsewhere.
const scripts: KinesisScripts = await import(pathToFileURL(path.resolve("scripts/kinesis/index.mjs")).href);

/** What the tests of a file share. */
export interface KinesisFixture {
  readonly endpoint: string;
  readonly tools: KinesisTools;
  /** What the server is to answer in place of an answer; `undefined` for nothing. */
  intercept: Intercept | undefined;
}

/** Who waits for the next read of any shard. */
const waiting = new Set<() => void>();

/** Resolves when a stream has read what no batch has taken: that is seen by its next read. */
export async function untilRead(stream: Pick<InputDStream<unknown>, "hasPending">): Promise<void> {
  while (!(await stream.hasPending())) await new Promise<void>(resolve => waiting.add(resolve));
}

/** A server, and tools for its streams, started before the tests of a file and ended after them. */
export function useKinesis(): KinesisFixture {
  const fixture = { intercept: undefined } as { -readonly [K in keyof KinesisFixture]: KinesisFixture[K] };
  let server: KinesisServer;
  before(async () => {
    server = await scripts.startKinesis({
      intercept: (operation, question) => {
        if (operation === "GetRecords") {
          for (const go of waiting) go();
          waiting.clear();
        }
        return fixture.intercept?.(operation, question);
      },
    });
    fixture.endpoint = server.endpoint;
    fixture.tools = scripts.openKinesis(server.endpoint);
  });
  after(async () => {
    fixture.tools.close();
    await server.stop();
  });
  return fixture;
}

/** So that tests need not wait. */
export const QUICK = {
  "spark.tspark.streaming.kinesis.readInterval": "10ms",
  "spark.streaming.kinesis.retry.waitTime": "1ms",
};

export const CREDENTIALS = SparkAWSCredentials.builder.basicCredentials("AKIANOBODY", "a-very-secret-key").build();

/** A builder for a stream of the server, from its beginning on. */
export function builderFor(ssc: StreamingContext, { endpoint }: Pick<KinesisFixture, "endpoint">, name: string) {
  return KinesisInputDStream.builder()
    .streamingContext(ssc)
    .streamName(name)
    .endpointUrl(endpoint)
    .regionName("us-east-1")
    .checkpointAppName("test")
    .initialPosition(new KinesisInitialPositions.TrimHorizon())
    .kinesisCredentials(CREDENTIALS);
}
