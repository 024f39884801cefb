// What a stream is built of: what is refused, and what is shown of credentials.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { IllegalArgumentError, Seconds, StorageLevel, type StreamingContext } from "tspark";
import {
  InitialPositionInStream,
  KinesisInitialPositions,
  KinesisInputDStream,
  KinesisInputDStreamBuilder,
  KinesisUtils,
  SparkAWSCredentials,
} from "tspark/kinesis";
import { isSameService, readSettings } from "../../src/connectors/kinesis/settings.js";
import { batchesOf, useSpark, withStream } from "../streaming/helpers/streams.js";
import { numbered, numbersOf, untilThere, upTo } from "./batches.js";
import { CREDENTIALS, QUICK, useKinesis } from "./local-kinesis.js";

const spark = useSpark(QUICK);
const kinesis = useKinesis();
const { Latest, AtTimestamp, fromKinesisInitialPosition } = KinesisInitialPositions;

const refused = (act: () => unknown, message: RegExp) =>
  assert.throws(act, (error: Error) => {
    assert.ok(error instanceof IllegalArgumentError);
    assert.match(error.message, message);
    return true;
  });

describe("a builder", () => {
  it("has defaults: the region of the endpoint, the endpoint of the region, us-east-1, the latest record", () =>
    withStream(spark.sc, async ssc => {
      const of = (builder: KinesisInputDStreamBuilder) => {
        const { endpointUrl, regionName } = builder.build();
        return `${endpointUrl} ${regionName}`;
      };
      const begun = (name: string) =>
        KinesisInputDStream.builder().streamingContext(ssc).streamName("s").checkpointAppName(name);
      assert.ok(begun("0") instanceof KinesisInputDStreamBuilder);
      assert.equal(of(begun("1")), "https://kinesis.us-east-1.amazonaws.com us-east-1");
      assert.equal(of(begun("2").regionName("eu-west-3")), "https://kinesis.eu-west-3.amazonaws.com eu-west-3");
      assert.equal(
        of(begun("3").endpointUrl("kinesis.ap-southeast-2.amazonaws.com")),
        "https://kinesis.ap-southeast-2.amazonaws.com ap-southeast-2",
      );
      assert.equal(of(begun("4").endpointUrl("http://localhost:4567/")), "http://localhost:4567 us-east-1");
      assert.equal(readSettings({ streamName: "s", regionName: "cn-north-1" }).endpointUrl.slice(-3), ".cn");
      assert.equal(begun("5").build().initialPosition.getPosition(), "LATEST");
    }));

  it("knows Amazon's endpoints as one service, and others by their address", () => {
    const [plain, fips, own] = ["kinesis", "kinesis-fips", "vpce-1.kinesis"].map(
      name => `https://${name}.us-east-1.amazonaws.com`,
    ) as [string, string, string];
    const [here, there] = ["http://localhost:4567", "http://localhost:4568"] as const;
    assert.deepEqual(
      [
        [plain, fips],
        [own, plain],
        [here, here],
        [plain, here],
        [here, there],
      ].map(([a, b]) => isSameService(a!, b!)),
      [true, true, true, false, false],
    );
  });

  it("takes what has no effect here, and only what Spark takes", () =>
    withStream(spark.sc, async ssc => {
      const builder = KinesisInputDStream.builder();
      builder
        .checkpointInterval(Seconds(5))
        .storageLevel(StorageLevel.MEMORY_AND_DISK_2)
        .dynamoDBCredentials(CREDENTIALS)
        .cloudWatchCredentials(CREDENTIALS)
        .metricsLevel("DETAILED")
        .metricsEnabledDimensions(new Set(["Operation", "ShardId"]));
      const whole = builder.streamingContext(ssc).streamName("s").checkpointAppName("a");
      assert.ok(whole.build() instanceof KinesisInputDStream);
    }));

  it("says what is missing or wrong, before anything is asked", () =>
    withStream(spark.sc, async ssc => {
      const begin = () => KinesisInputDStream.builder();
      refused(() => begin().build(), /No value was given for streamingContext of KinesisInputDStream\.builder/);
      refused(() => begin().streamingContext(ssc).build(), /streamName.*streamName\("orders"\)/);
      refused(() => begin().streamingContext(ssc).streamName("s").build(), /checkpointAppName/);
      const whole = () => begin().streamingContext(ssc).streamName("s").checkpointAppName("a");
      refused(() => whole().streamName("a b").build(), /streamName is "a b": it takes the name of a stream/);
      refused(() => whole().regionName("Frankfurt").build(), /regionName is "Frankfurt": .*eu-central-1/);
      refused(() => whole().endpointUrl("ftp://x").build(), /endpointUrl is "ftp:\/\/x": it takes a URL/);
      refused(() => whole().endpointUrl("http://").build(), /endpointUrl/);
      refused(() => whole().endpointUrl("http://me:secret@x").build(), /^endpointUrl is "http:\/\/x": it has a user/);
      const wrong = (method: string, value: unknown, message: RegExp) =>
        refused(() => (begin() as never as Record<string, (x: unknown) => unknown>)[method]!(value), message);
      wrong("streamingContext", spark.sc, /it takes a StreamingContext/);
      wrong("checkpointAppName", "", /checkpointAppName is ""/);
      wrong("initialPosition", "LATEST", /initialPosition is "LATEST": it takes new KinesisInitialPositions\.Latest/);
      wrong("initialPosition", { getPosition: () => "AT_TIMESTAMP" }, /initialPosition/);
      wrong("initialPositionInStream", "AT_TIMESTAMP", /AtTimestamp\(date\)/);
      wrong("checkpointInterval", 5, /it takes a Duration/);
      wrong("storageLevel", "MEMORY_ONLY", /StorageLevel/);
      wrong("kinesisCredentials", { secret: "x" }, /kinesisCredentials is "object": it takes SparkAWSCredentials/);
      wrong("dynamoDBCredentials", undefined, /dynamoDBCredentials/);
      wrong("cloudWatchCredentials", undefined, /cloudWatchCredentials/);
      wrong("metricsLevel", "ALL", /NONE, SUMMARY or DETAILED/);
      wrong("metricsEnabledDimensions", "Operation", /a set of names/);
      wrong("buildWithMessageHandler", 1, /a function/);
    }));
});

describe("an initial position", () => {
  it("has Amazon's names, and a time where it takes one", () => {
    assert.deepEqual(fromKinesisInitialPosition(InitialPositionInStream.LATEST), new Latest());
    assert.equal(fromKinesisInitialPosition("TRIM_HORIZON").getPosition(), InitialPositionInStream.TRIM_HORIZON);
    const time = new Date(5);
    assert.deepEqual(new AtTimestamp(time).getTimestamp(), time);
    refused(() => new AtTimestamp("yesterday" as never), /AtTimestamp's timestamp is "yesterday": it takes a Date/);
    refused(() => new AtTimestamp(new Date("never")), /Invalid Date/);
  });
});

describe("credentials", () => {
  const { builder } = SparkAWSCredentials;

  it("show no key", () => {
    const pair = builder.basicCredentials("AKIAME", "very secret").build();
    const role = SparkAWSCredentials.builder()
      .basicCredentials("AKIAME", "very secret")
      .stsCredentials("arn:aws:iam::1:role/r", "session", "external")
      .build();
    assert.deepEqual(role.reveal().sts, {
      roleArn: "arn:aws:iam::1:role/r",
      sessionName: "session",
      externalId: "external",
    });
    for (const credentials of [pair, role]) {
      for (const text of [
        String(credentials),
        inspect(credentials, { depth: 9, showHidden: true }),
        JSON.stringify(credentials),
      ])
        assert.doesNotMatch(text, /AKIAME|secret"|very/);
    }
    assert.equal(String(SparkAWSCredentials.builder.build()), "SparkAWSCredentials(default)");
  });

  it("are refused where they are none, without a secret in the message", () => {
    refused(() => builder.basicCredentials("", "x"), /basicCredentials' accessKeyId is ""/);
    refused(() => builder.basicCredentials("x", 12345 as never), /secretKey is "\*+\(redacted\)"/);
    refused(() => builder.stsCredentials("", "x"), /roleArn/);
    refused(() => builder.stsCredentials("x", "x", ""), /externalId/);
  });
});

describe("KinesisUtils.createStream, of Spark 2", () => {
  const create = (ssc: StreamingContext, name: string) =>
    [ssc, "app", name, kinesis.endpoint, "us-east-1", InitialPositionInStream.TRIM_HORIZON, Seconds(1)] as const;

  it("makes the same stream, with a handler or without, with a key pair", () =>
    withStream(spark.sc, async (ssc, clock) => {
      await kinesis.tools.createStream("two");
      await kinesis.tools.put("two", numbered(10));
      const [, , ...rest] = create(ssc, "two");
      const bytes = KinesisUtils.createStream(ssc, "one", ...rest, StorageLevel.MEMORY_AND_DISK, "AKIA", "secret");
      const handled = KinesisUtils.createStream(
        ...create(ssc, "two"),
        StorageLevel.MEMORY_AND_DISK,
        record => Number(record.data) + 1,
        "AKIA",
        "secret",
      );
      const [all, more] = [batchesOf(bytes), batchesOf(handled)];
      await ssc.start();
      assert.deepEqual(numbersOf(await untilThere(bytes, clock, all, 10)), upTo(10));
      assert.deepEqual(numbersOf(await untilThere(handled, clock, more, 10)), upTo(11).slice(1));
    }));

  it("refuses what the builder refuses", () =>
    withStream(spark.sc, async ssc => {
      refused(
        () => KinesisUtils.createStream(...create(ssc, "s"), StorageLevel.MEMORY_ONLY, "AKIA"),
        /secretKey is undefined/,
      );
    }));
});
