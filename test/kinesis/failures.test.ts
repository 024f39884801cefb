// What fails, and what is said of it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import type { SparkError, StreamingContext } from "tspark";
import { SparkAWSCredentials } from "tspark/kinesis";
import { Condition } from "../helpers/condition.js";
import { freePort } from "../helpers/free-port.js";
import { batchesOf, logOf, useSpark, withStream } from "../streaming/helpers/streams.js";
import { numbered, numbersOf, untilThere, upTo } from "./batches.js";
import { builderFor, type Instead, QUICK, useKinesis } from "./local-kinesis.js";

const spark = useSpark(QUICK);
const kinesis = useKinesis();

/** Answers the first `n` requests of an operation with errors. */
function failing(operation: string, n: number, instead: Instead): { all: Promise<void> } {
  const failed = { count: 0 };
  const told = new Condition();
  kinesis.intercept = asked => {
    if (asked !== operation || failed.count >= n) return undefined;
    failed.count++;
    told.changed();
    return instead;
  };
  return { all: told.until(() => failed.count >= n) };
}

async function reads(name: string, n: number, operation: string, instead: Instead): Promise<string[]> {
  await kinesis.tools.createStream(name, 2);
  await kinesis.tools.put(name, numbered(30));
  const lines = await logOf(() =>
    withStream(spark.sc, async (ssc, clock) => {
      const failed = failing(operation, n, instead);
      const stream = builderFor(ssc, kinesis, name).build();
      const batches = batchesOf(stream);
      await ssc.start();
      assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 30)), upTo(30));
      await failed.all;
      await kinesis.tools.put(name, numbered(40).slice(30));
      assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 40)), upTo(40));
    }),
  );
  kinesis.intercept = undefined;
  return lines;
}

describe("what is over by itself", () => {
  it("throttled reads are asked for again, as often as it takes, without a word", async () => {
    const instead = { type: "ProvisionedThroughputExceededException", message: "Rate exceeded for shard" };
    assert.deepEqual(await reads("throttled", 12, "GetRecords", instead), []);
  });

  it("an iterator that has expired is asked for again where it was", async () => {
    assert.deepEqual(await reads("expired", 5, "GetRecords", { type: "ExpiredIteratorException" }), []);
  });

  it("a failure of Kinesis's own, and a connection that breaks, are told once", async () => {
    const instead = { type: "InternalFailure", message: "We are sorry.", status: 500 };
    const lines = await reads("failed", 5, "GetRecords", instead);
    assert.deepEqual(lines, [
      `WARN KinesisInputDStream: Kinesis stream [0]: Kinesis at ${kinesis.endpoint} could not answer GetRecords: We are sorry. It is Kinesis that failed: try again later. Trying again`,
    ]);
    const broken = await reads("broken", 3, "GetRecords", "hang up");
    assert.equal(new Set(broken).size, broken.length);
    assert.match(broken[0]!, /WARN .* cannot be reached: (?:socket hang up|read ECONNRESET)/);
  });

  it("at the start, too", async () => {
    const instead = { type: "LimitExceededException", message: "Rate exceeded for stream" };
    assert.deepEqual(await reads("begun", 6, "ListShards", instead), []);
  });
});

describe("what is not", () => {
  /** The error of a start. */
  async function startOf(build: (ssc: StreamingContext) => ReturnType<typeof builderFor>): Promise<SparkError> {
    let failure: unknown;
    await withStream(spark.sc, async ssc => {
      build(ssc).build().print();
      await assert.rejects(ssc.start(), error => {
        failure = error;
        return true;
      });
    });
    return failure as SparkError;
  }

  it("fails the start with one message: no such stream", async () => {
    const error = await startOf(ssc => builderFor(ssc, kinesis, "none"));
    assert.equal(
      error.message,
      `Kinesis stream "none" does not exist at ${kinesis.endpoint} in region us-east-1, for the account of these credentials. Create it, or correct streamName, regionName or the credentials.`,
    );
  });

  it("nobody there, another region's endpoint, what is no Kinesis", async () => {
    const port = await freePort();
    const error = await startOf(ssc => builderFor(ssc, { endpoint: `http://127.0.0.1:${port}` }, "words"));
    assert.equal(
      error.message,
      `Kinesis at http://127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}. Does Kinesis, or what stands for it, listen there?`,
    );
    const tls = await startOf(ssc =>
      builderFor(ssc, { endpoint: kinesis.endpoint.replace("http:", "https:") }, "words"),
    );
    assert.match(tls.message, /cannot be reached: .* Is the endpoint http: and not https:\?/);
    await withStream(spark.sc, async ssc => {
      const endpoint = "https://kinesis.eu-west-1.amazonaws.com";
      assert.throws(() => builderFor(ssc, { endpoint }, "words").build(), {
        message:
          'regionName is "us-east-1": endpointUrl is of region eu-west-1: give the same region, or leave one of them out.',
      });
    });
  });

  it("credentials that Kinesis does not know, without a secret in the message", async () => {
    const message =
      "The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST a-very-secret-key'";
    kinesis.intercept = () => ({ type: "InvalidSignatureException", message });
    const error = await startOf(ssc => builderFor(ssc, kinesis, "words"));
    kinesis.intercept = undefined;
    assert.match(
      error.message,
      /refused ListShards of stream "words": The request signature we calculated does not match\. Check the credentials/,
    );
    assert.doesNotMatch(inspect(error, { depth: 10 }), /a-very-secret-key/);
  });

  it("no credentials anywhere", async () => {
    const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONFIG_FILE"] as const;
    const before = names.map(name => process.env[name]);
    for (const name of names) delete process.env[name];
    process.env.AWS_EC2_METADATA_DISABLED = "true";
    process.env.AWS_CONFIG_FILE = "/nowhere";
    process.env.AWS_SHARED_CREDENTIALS_FILE = "/nowhere";
    try {
      const anybody = SparkAWSCredentials.builder.build();
      const error = await startOf(ssc => builderFor(ssc, kinesis, "words").kinesisCredentials(anybody));
      assert.match(error.message, /^There are no credentials to read or write Kinesis stream "words": .*AWS_PROFILE/);
    } finally {
      delete process.env.AWS_EC2_METADATA_DISABLED;
      delete process.env.AWS_SHARED_CREDENTIALS_FILE;
      for (const [i, name] of names.entries()) {
        if (before[i] === undefined) delete process.env[name];
        else process.env[name] = before[i];
      }
    }
  });

  it("those of the environment are taken where none are given", async () => {
    process.env.AWS_ACCESS_KEY_ID = "AKIAENVIRONMENT";
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
    try {
      const error = await startOf(ssc =>
        builderFor(ssc, kinesis, "none").kinesisCredentials(SparkAWSCredentials.builder.build()),
      );
      assert.equal(error.code, "KINESIS_UNKNOWN_STREAM");
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
  });

  it("while it runs, it fails the batches until it is over, and nothing is lost", async () => {
    await kinesis.tools.createStream("forbidden");
    await withStream(spark.sc, async (ssc, clock) => {
      const stream = builderFor(ssc, kinesis, "forbidden").build();
      const batches = batchesOf(stream);
      await ssc.start();
      const lines = await logOf(async () => {
        let asked = 0;
        const told = new Condition();
        kinesis.intercept = operation => {
          if (operation !== "GetRecords") return undefined;
          asked++;
          told.changed();
          return { type: "AccessDeniedException", message: "User is not authorized" };
        };
        await kinesis.tools.put("forbidden", numbered(10));
        const failed: unknown[] = [];
        ssc.addStreamingListener({
          onBatchCompleted: ({ batchInfo }) => void (batchInfo.failure && failed.push(batchInfo.failure)),
        });
        // Who asks again knows the first answer.
        await told.until(() => asked >= 2);
        await clock.advance(1000);
        kinesis.intercept = undefined;
        assert.deepEqual(numbersOf(await untilThere(stream, clock, batches, 10)), upTo(10));
        assert.match(String(failed[0]), /refused GetRecords of stream "forbidden": User is not authorized/);
      });
      assert.ok(lines.some(line => line.startsWith("WARN KinesisInputDStream")));
    });
  });
});
