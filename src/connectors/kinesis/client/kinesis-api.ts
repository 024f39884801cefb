/** A shard of a stream, as Kinesis lists it. */
export interface Shard {
  readonly id: string;
  /** Those that were split or merged into it; Kinesis may not know them any more. */
  readonly parents: readonly string[];
  /** Whether records may still be put into it. */
  readonly isOpen: boolean;
}

/** A place in a shard, as JSON. */
export type Place =
  | { readonly at: "horizon" }
  | { readonly at: "latest" }
  /** The first record that came at this time, ms since the epoch, or later. */
  | { readonly at: "time"; readonly ms: number }
  | { readonly at: "sequence"; readonly number: string }
  | { readonly at: "after"; readonly number: string };

/** A record as Kinesis has it; it may hold several that a producer packed. */
export interface RawRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  /** ms since the epoch */
  readonly arrived: number;
}

/** The answer to a read. */
export interface ReadAnswer {
  readonly records: readonly RawRecord[];
  /** Where to go on; `undefined` at the end of a closed shard. */
  readonly next: string | undefined;
  /** How far behind the newest record of the shard, ms. */
  readonly behind: number;
}

/** A record to be put. */
export interface PutRecord {
  readonly partitionKey: string;
  readonly data: Buffer;
  readonly explicitHashKey?: string;
}

/** What is asked of one stream of Kinesis. Every method fails with an error of this connector's table. */
export interface KinesisApi {
  readonly streamName: string;
  readonly endpointUrl: string;
  /** All shards that are open, or whose records are still kept. */
  listShards(): Promise<Shard[]>;
  /** A place in a shard as Kinesis names it: for 5 minutes. */
  iterator(shardId: string, place: Place): Promise<string>;
  /** The records from an iterator on, at most `limit`, 10 MB and what Kinesis likes. */
  read(iterator: string, limit: number): Promise<ReadAnswer>;
  /** How long records are kept, ms. */
  retention(): Promise<number>;
  /** Puts at most 500 records, 5 MiB; for each why it was not taken, or `undefined`. */
  put(records: readonly PutRecord[]): Promise<(string | undefined)[]>;
}
