// The only file that knows Amazon's SDK.
import { setMaxListeners } from "node:events";
import type { KinesisClient as SdkClient } from "@aws-sdk/client-kinesis";
import { systemClock } from "../../../core/clock/clock.js";
import type { KinesisSettings } from "../settings.js";
import type { SparkAWSCredentials } from "../spark-aws-credentials.js";
import { failureOf } from "./failure.js";
import type { KinesisApi, Place, PutRecord, ReadAnswer, Shard } from "./kinesis-api.js";

/** ms that a connection may take, and an answer. */
const CONNECT = 10_000;
const ANSWER = 30_000;
const HOUR = 3_600_000;
/** More shards than this are read over as many connections. */
const SOCKETS = 200;
/** Clocks that differ by less are taken to show the same, ms. */
const EVEN = 2_000;

type Sdk = typeof import("@aws-sdk/client-kinesis");

interface Opened {
  readonly sdk: Sdk;
  readonly client: SdkClient;
}

/**
 * Asks Kinesis about one stream, over HTTP/1.1 connections that are kept. It asks once: who asks again, and when, is not its
 * matter. The SDK is loaded with the first question.
 */
export class KinesisClient implements KinesisApi {
  #opened: Promise<Opened> | undefined;
  /** By how much Kinesis's clock is ahead of this machine's, ms. */
  #ahead = 0;
  readonly #closing = new AbortController();

  constructor(private readonly settings: KinesisSettings) {
    // As many as there are requests at a time.
    setMaxListeners(0, this.#closing.signal);
  }

  get streamName(): string {
    return this.settings.streamName;
  }

  get endpointUrl(): string {
    return this.settings.endpointUrl;
  }

  /** What Kinesis's clock shows, ms since the epoch: this machine's where that is not plainly wrong, since answers have seconds only. */
  get serverTime(): number {
    return systemClock.now() + (Math.abs(this.#ahead) < EVEN ? 0 : this.#ahead);
  }

  async listShards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#ask("ListShards", undefined, ({ sdk, client }, options) =>
        client.send(
          new sdk.ListShardsCommand(NextToken === undefined ? { StreamName: this.streamName } : { NextToken }),
          options,
        ),
      );
      for (const { ShardId, ParentShardId, AdjacentParentShardId, SequenceNumberRange } of page.Shards ?? []) {
        const parents = [ParentShardId, AdjacentParentShardId].filter(id => id !== undefined);
        shards.push({ id: ShardId!, parents, isOpen: SequenceNumberRange?.EndingSequenceNumber === undefined });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return shards;
  }

  async iterator(shardId: string, place: Place): Promise<string> {
    const { ShardIterator } = await this.#ask("GetShardIterator", shardId, ({ sdk, client }, options) =>
      client.send(
        new sdk.GetShardIteratorCommand({ StreamName: this.streamName, ShardId: shardId, ...asked(place) }),
        options,
      ),
    );
    return ShardIterator!;
  }

  async read(iterator: string, limit: number): Promise<ReadAnswer> {
    const answer = await this.#ask("GetRecords", undefined, ({ sdk, client }, options) =>
      client.send(new sdk.GetRecordsCommand({ ShardIterator: iterator, Limit: limit }), options),
    );
    const records = (answer.Records ?? []).map(r => ({
      data: Buffer.from(r.Data!.buffer, r.Data!.byteOffset, r.Data!.byteLength),
      partitionKey: r.PartitionKey!,
      sequenceNumber: r.SequenceNumber!,
      arrived: r.ApproximateArrivalTimestamp?.getTime() ?? systemClock.now(),
    }));
    return { records, next: answer.NextShardIterator, behind: answer.MillisBehindLatest ?? 0 };
  }

  async retention(): Promise<number> {
    const { StreamDescriptionSummary } = await this.#ask(
      "DescribeStreamSummary",
      undefined,
      ({ sdk, client }, options) =>
        client.send(new sdk.DescribeStreamSummaryCommand({ StreamName: this.streamName }), options),
    );
    return StreamDescriptionSummary!.RetentionPeriodHours! * HOUR;
  }

  async put(records: readonly PutRecord[]): Promise<(string | undefined)[]> {
    const { Records } = await this.#ask("PutRecords", undefined, ({ sdk, client }, options) =>
      client.send(
        new sdk.PutRecordsCommand({
          StreamName: this.streamName,
          Records: records.map(({ partitionKey, data, explicitHashKey }) => ({
            PartitionKey: partitionKey,
            Data: data,
            ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
          })),
        }),
        options,
      ),
    );
    return Records!.map(r => (r.ErrorCode === undefined ? undefined : `${r.ErrorCode}: ${r.ErrorMessage ?? ""}`));
  }

  /** Ends what is being asked, with a failure, and closes the connections. */
  async close(): Promise<void> {
    this.#closing.abort();
    const opened = await this.#opened?.catch(() => undefined);
    opened?.client.destroy();
  }

  async #ask<T>(
    what: string,
    shard: string | undefined,
    send: (opened: Opened, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      this.#opened ??= open(this.settings, date => {
        this.#ahead = date - systemClock.now();
      });
      return await send(await this.#opened, { abortSignal: this.#closing.signal });
    } catch (error) {
      throw failureOf(error, what, shard, this.settings);
    }
  }
}

/** A place as `GetShardIterator` takes it. */
function asked(place: Place) {
  switch (place.at) {
    case "horizon":
      return { ShardIteratorType: "TRIM_HORIZON" } as const;
    case "latest":
      return { ShardIteratorType: "LATEST" } as const;
    case "time":
      return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(place.ms) } as const;
    case "sequence":
      return { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: place.number } as const;
    case "after":
      return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: place.number } as const;
  }
}

async function open(settings: KinesisSettings, tellTime: (ms: number) => void): Promise<Opened> {
  const [sdk, http] = await Promise.all([import("@aws-sdk/client-kinesis"), import("@smithy/node-http-handler")]);
  const credentials = await credentialsOf(settings.credentials, settings.regionName);
  const client = withoutVersionWarning(
    () =>
      new sdk.KinesisClient({
        endpoint: settings.endpointUrl,
        region: settings.regionName,
        // The SDK speaks HTTP/2 to Kinesis, which what stands for Kinesis at an http: endpoint does not.
        requestHandler: new http.NodeHttpHandler({
          connectionTimeout: CONNECT,
          requestTimeout: ANSWER,
          throwOnRequestTimeout: true,
          httpAgent: { keepAlive: true, maxSockets: SOCKETS },
          httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
        }),
        // We ask again, and say so.
        maxAttempts: 1,
        ...(credentials === undefined ? {} : { credentials }),
      }),
  );
  client.middlewareStack.add(
    next => async args => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      const date = Date.parse(headers?.date ?? "");
      if (!Number.isNaN(date)) tellTime(date);
      return result;
    },
    { step: "deserialize", name: "tsparkServerTime" },
  );
  return { sdk, client };
}

/** What the SDK signs with; `undefined` for its own chain of places. */
async function credentialsOf(credentials: SparkAWSCredentials, region: string) {
  const { basic, sts } = credentials.reveal();
  const pair = basic && { accessKeyId: basic.accessKeyId, secretAccessKey: basic.secretKey };
  if (sts === undefined) return pair;
  const { fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
  return fromTemporaryCredentials({
    params: {
      RoleArn: sts.roleArn,
      RoleSessionName: sts.sessionName,
      ...(sts.externalId === undefined ? {} : { ExternalId: sts.externalId }),
    },
    clientConfig: { region },
    ...(pair === undefined ? {} : { masterCredentials: pair }),
  });
}

/** The SDK tells on standard error which versions of itself will not run on this Node: of those there is none here, ours is pinned. */
function withoutVersionWarning<T>(make: () => T): T {
  const name = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";
  const before = process.env[name];
  process.env[name] = "true";
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
