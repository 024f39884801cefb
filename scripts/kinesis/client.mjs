// Streams and records on what stands for Kinesis here, by Amazon's SDK.
import * as sdk from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";

// The SDK tells on standard error which later versions of it need a later Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** Records that one request may put. */
const MOST = 500;

/** A client of the server at `endpoint`. */
export function openKinesis(endpoint) {
  const client = new sdk.KinesisClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    requestHandler: new NodeHttpHandler(),
  });
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: a script is not bundled
  const ask = (operation, question) => client.send(new sdk[`${operation}Command`](question));
  const whenActive = async StreamName => {
    for (;;) {
      const { StreamDescriptionSummary } = await ask("DescribeStreamSummary", { StreamName });
      if (StreamDescriptionSummary.StreamStatus === "ACTIVE") return;
    }
  };
  return {
    ask,
    /** Creates a stream; resolves when it can be used. */
    async createStream(StreamName, ShardCount = 1) {
      await ask("CreateStream", { StreamName, ShardCount });
      await whenActive(StreamName);
    },
    async shards(StreamName) {
      return (await ask("ListShards", { StreamName })).Shards;
    },
    /** Puts `[key, text]`, one after the other, each again until it is taken. */
    async put(StreamName, records) {
      for (let from = 0; from < records.length; from += MOST) {
        let left = records
          .slice(from, from + MOST)
          .map(([PartitionKey, data]) => ({ PartitionKey, Data: Buffer.from(data) }));
        while (left.length > 0) {
          const { Records } = await ask("PutRecords", { StreamName, Records: left });
          left = left.filter((_, i) => Records[i].ErrorCode !== undefined);
        }
      }
    },
    /** Splits an open shard in the middle. */
    async split(StreamName, ShardToSplit) {
      const { HashKeyRange } = (await this.shards(StreamName)).find(s => s.ShardId === ShardToSplit);
      const middle = (BigInt(HashKeyRange.StartingHashKey) + BigInt(HashKeyRange.EndingHashKey)) / 2n;
      await ask("SplitShard", { StreamName, ShardToSplit, NewStartingHashKey: String(middle) });
      await whenActive(StreamName);
    },
    /** Merges two open shards that lie beside each other. */
    async merge(StreamName, ShardToMerge, AdjacentShardToMerge) {
      await ask("MergeShards", { StreamName, ShardToMerge, AdjacentShardToMerge });
      await whenActive(StreamName);
    },
    close: () => client.destroy(),
  };
}
