import { defineErrors } from "../../core/errors/define-errors.js";
import { IllegalArgumentError, InputOutputError } from "../../core/errors/spark-error.js";

const show = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** Every error of the Kinesis connector. */
export const E = defineErrors("kinesis", {
  KINESIS_UNREACHABLE: {
    base: InputOutputError,
    message: (endpoint: string, why: string, guess: string) =>
      `Kinesis at ${endpoint} cannot be reached: ${why}. ${guess}`,
    doc: "Nothing, or nothing that is Kinesis, answers at the endpoint. Correct `endpointUrl` or `regionName`, or start what should be there.",
  },
  KINESIS_REQUEST_FAILED: {
    base: InputOutputError,
    message: (what: string, endpoint: string, why: string) =>
      `Kinesis at ${endpoint} could not answer ${what}: ${why}. It is Kinesis that failed: try again later.`,
    doc: "Kinesis was reached and failed by itself. A stream asks again.",
  },
  KINESIS_THROTTLED: {
    base: InputOutputError,
    message: (what: string, stream: string, why: string) =>
      `Kinesis stream ${show(stream)} lets nobody ask for ${what} so often: ${why}. Of a shard 5 reads and 2 MiB a second are allowed, of all consumers together: raise spark.tspark.streaming.kinesis.readInterval, or split shards.`,
    doc: "Kinesis answered `ProvisionedThroughputExceeded` or `LimitExceeded`. It is asked again after a pause that grows, as often as it takes.",
  },
  KINESIS_EXPIRED_ITERATOR: {
    base: InputOutputError,
    message: (stream: string) =>
      `A shard iterator of Kinesis stream ${show(stream)} is older than 5 minutes: another one is to be asked for.`,
    doc: "A place in a shard was not used for 5 minutes. A stream asks for it again where it was; nothing is lost.",
  },
  KINESIS_UNKNOWN_STREAM: {
    base: InputOutputError,
    message: (stream: string, endpoint: string, region: string) =>
      `Kinesis stream ${show(stream)} does not exist at ${endpoint} in region ${region}, for the account of these credentials. Create it, or correct streamName, regionName or the credentials.`,
    doc: "The stream is not known in that region and account (any more).",
  },
  KINESIS_UNKNOWN_SHARD: {
    base: InputOutputError,
    message: (stream: string, shard: string) =>
      `Kinesis stream ${show(stream)} has no shard ${shard} any more: it was closed longer ago than records are kept, or the stream was made anew. Start from another position, or raise the stream's retention period above the time a program may be away.`,
    doc: "A shard that a checkpoint names is gone, and its records with it.",
  },
  KINESIS_NO_CREDENTIALS: {
    base: InputOutputError,
    message: (stream: string, why: string) =>
      `There are no credentials to read or write Kinesis stream ${show(stream)}: ${why}. Give kinesisCredentials(SparkAWSCredentials.builder.basicCredentials(…).build()), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role of the machine.`,
    doc: "None of the places where AWS credentials are looked for has any.",
  },
  KINESIS_NOT_ALLOWED: {
    base: InputOutputError,
    message: (what: string, stream: string, endpoint: string, why: string) =>
      `Kinesis at ${endpoint} refused ${what} of stream ${show(stream)}: ${why}. Check the credentials, that they are for this region, and their rights: reading takes kinesis:ListShards, GetShardIterator and GetRecords, after a long absence DescribeStreamSummary; writing PutRecords.`,
    doc: "The credentials are unknown, wrong, out of date or for another region, or do not allow what was asked.",
  },
  KINESIS_REFUSED: {
    base: InputOutputError,
    message: (what: string, stream: string, endpoint: string, why: string) =>
      `Kinesis at ${endpoint} takes no such ${what} of stream ${show(stream)}: ${why}. Was the stream deleted and made anew, so that a checkpoint's positions are none of it?`,
    doc: "Kinesis says that a request to read cannot be right: a sequence number of another stream, a timestamp in the future.",
  },
  KINESIS_REFUSED_RECORDS: {
    base: InputOutputError,
    message: (stream: string, endpoint: string, why: string) =>
      `Kinesis at ${endpoint} takes no such records for stream ${show(stream)}: ${why}. Is one larger than the stream takes?`,
    doc: "Kinesis says that records of `KinesisUtils.save` cannot be right: one that is too large for the stream, a hash key that is too high.",
  },
  KINESIS_CLOSED: {
    base: InputOutputError,
    message: (what: string, stream: string, endpoint: string) =>
      `${what} of Kinesis stream ${show(stream)} at ${endpoint} was given up: its streaming context has stopped. Stop it gracefully, ssc.stop(true, true), to have batches end first.`,
    doc: "Kinesis was being asked when the context stopped. With a checkpoint the batch is run again at the next start.",
  },
  KINESIS_RANGE_GONE: {
    base: InputOutputError,
    message: (stream: string, shard: string, from: string, to: string, count: number, why: string) =>
      `${count} records of Kinesis stream ${show(stream)}, shard ${shard}, sequence numbers ${from} to ${to}, cannot be read again: ${why}. They belong to a batch that had not ended when the program did, and are lost to it. The batch fails at each start from this checkpoint: begin with another checkpoint directory, at an initial position; and raise the stream's retention period above the time a program may be away.`,
    doc: "The records of a batch from a checkpoint are not in the stream any more: deleted by retention, or the stream was made anew.",
  },
  KINESIS_NOT_TAKEN: {
    base: InputOutputError,
    message: (count: number, stream: string, endpoint: string, why: string) =>
      `Kinesis at ${endpoint} did not take ${count} record${count === 1 ? "" : "s"} for stream ${show(stream)}, asked several times: ${why}. A batch that is run again puts its records again; spark.streaming.kinesis.retry.maxAttempts sets how often.`,
    doc: "Records of `KinesisUtils.save` were refused, or Kinesis could not be reached, as often as they are tried.",
  },
  KINESIS_BAD_MESSAGE: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown, rule: string) =>
      `The function given to KinesisUtils.save made ${what} that is ${show(value)}: ${rule}. It takes { partitionKey, data, explicitHashKey? }.`,
    doc: "The function of `KinesisUtils.save` returned something that is no record.",
  },
  KINESIS_MISSING_SETTING: {
    base: IllegalArgumentError,
    message: (name: string, example: string) =>
      `No value was given for ${name} of KinesisInputDStream.builder, which it needs: ${example}.`,
    doc: "A setting without which no stream can be built is missing.",
  },
  KINESIS_BAD_SETTING: {
    base: IllegalArgumentError,
    message: (name: string, value: unknown, rule: string) => `${name} is ${show(value)}: ${rule}.`,
    doc: "A setting or an argument of the Kinesis connector has a value it cannot take.",
  },
});
