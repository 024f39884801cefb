import { defineErrors } from "../../core/errors/define-errors.js";
import { IllegalArgumentError, InputOutputError } from "../../core/errors/spark-error.js";

const show = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : String(value));
const part = (topic: string, partition: number) => `Kafka partition ${topic}-${partition}`;
const perhaps = (name: string | undefined) => (name === undefined ? "" : ` Did you mean ${show(name)}?`);

/** Every error of the Kafka connector. */
export const E = defineErrors("kafka", {
  KAFKA_UNREACHABLE: {
    base: InputOutputError,
    message: (addresses: string, why: string, ms: number, guess: string) =>
      `Kafka at ${addresses} cannot be reached: ${why} (tried for ${seconds(ms)}). ${guess}`,
    doc: "No broker of `bootstrap.servers` answered in time. Start it, or correct the address, the port or `security.protocol`.",
  },
  KAFKA_REQUEST_FAILED: {
    base: InputOutputError,
    message: (what: string, addresses: string, why: string, ms: number) =>
      `Kafka at ${addresses} could not answer ${what} within ${seconds(ms)}: ${why}. The brokers' logs tell more; default.api.timeout.ms sets how long it is tried.`,
    doc: "A broker was reached but kept failing a request, e.g. because a partition had no leader.",
  },
  KAFKA_NOT_ALLOWED: {
    base: InputOutputError,
    message: (what: string, addresses: string, why: string) =>
      `Kafka at ${addresses} refused ${what}: ${why}. Check security.protocol, the sasl.* settings and the rights of the user.`,
    doc: "Authentication failed, or the user may not do what was asked.",
  },
  KAFKA_UNTRUSTED: {
    base: InputOutputError,
    message: (addresses: string, why: string) =>
      `Kafka at ${addresses} shows a certificate that is not accepted: ${why}. Give the authority that signed it as PEM (ssl.truststore.type=PEM, ssl.truststore.location or ssl.truststore.certificates); an empty ssl.endpoint.identification.algorithm leaves its name out.`,
    doc: "The broker's TLS certificate is signed by nobody who is trusted, is out of date, or is for another name.",
  },
  KAFKA_UNKNOWN_TOPIC: {
    base: InputOutputError,
    message: (topic: string, addresses: string, similar: string | undefined, writes: boolean) =>
      `Kafka topic ${show(topic)} does not exist at ${addresses}.${perhaps(similar)} Create it first: ${writes ? "these brokers do not make topics by themselves (auto.create.topics.enable)" : "topics are not made by reading them"}.`,
    doc: "A topic of a subscription is not known to the brokers (any more).",
  },
  KAFKA_UNKNOWN_PARTITION: {
    base: InputOutputError,
    message: (topic: string, partition: number, addresses: string, count: number) =>
      `${part(topic, partition)} does not exist at ${addresses}: the topic has the partitions 0 to ${count - 1}. Assign one of those.`,
    doc: "A partition was assigned, or an offset range given, that the topic does not have.",
  },
  KAFKA_OFFSET_OUT_OF_RANGE: {
    base: InputOutputError,
    message: (topic: string, partition: number, offset: number, earliest: number, latest: number) =>
      `Offset ${offset} of ${part(topic, partition)} is out of range: the broker has ${earliest} to ${latest}. The records were deleted (retention) or never written; start at other offsets, or raise the topic's retention.ms above the time a batch may wait.`,
    doc: "The records of an offset range are not there: deleted by retention, by hand, or lost with a broker.",
  },
  KAFKA_RANGE_GONE: {
    base: InputOutputError,
    message: (topic: string, partition: number, offset: number, until: number, end: number, ms: number) =>
      `Offsets ${offset} to ${until} of ${part(topic, partition)} cannot be read: the log ends at ${end}, and nothing came for ${seconds(ms)}. A broker lost what it had acknowledged (unclean leader election?); start at other offsets.`,
    doc: "The end of an offset range was there when the batch was made and is not there any more.",
  },
  KAFKA_OPEN_TRANSACTION: {
    base: InputOutputError,
    message: (topic: string, partition: number, offset: number, until: number, stable: number, ms: number) =>
      `Offsets ${offset} to ${until} of ${part(topic, partition)} cannot be read with isolation.level=read_committed: a transaction has been open from offset ${stable} on for more than ${seconds(ms)}. Wait until its producer has ended it (transaction.timeout.ms), or read up to offset ${stable}.`,
    doc: "An offset range reaches into a transaction that nobody has decided.",
  },
  KAFKA_STRAY_OFFSET: {
    base: IllegalArgumentError,
    message: (topic: string, partition: number, what: string) =>
      `An offset to start at is given for ${part(topic, partition)}, which is not among what is read: ${what}. Correct its topic or partition, or leave it out.`,
    doc: "The offsets of a consumer strategy name a partition that it does not read.",
  },
  KAFKA_NO_OFFSET: {
    base: InputOutputError,
    message: (topic: string, partition: number, group: string | undefined) =>
      `${group === undefined ? "Without group.id there is" : `The group ${show(group)} has`} no committed offset for ${part(topic, partition)}, and auto.offset.reset is none. Set it to earliest or latest, or pass the offsets to start at.`,
    doc: "`auto.offset.reset=none` forbids guessing where to start.",
  },
  KAFKA_OLD_MESSAGE_FORMAT: {
    base: InputOutputError,
    message: (topic: string, partition: number, offset: number, magic: number) =>
      `${part(topic, partition)} holds records at offset ${offset} in message format v${magic}, from before Kafka 0.11: only v2 can be read. Let the broker rewrite them (log.message.format.version), or start after them.`,
    doc: "The log holds messages in a format that ended with Kafka 0.11.",
  },
  KAFKA_CORRUPT_BATCH: {
    base: InputOutputError,
    message: (topic: string, partition: number, offset: number, why: string) =>
      `The record batch at offset ${offset} of ${part(topic, partition)} is corrupt: ${why}. Check the broker's disk; check.crcs=false reads on regardless of checksums.`,
    doc: "A record batch does not pass its checksum or does not hold what its header says.",
  },
  KAFKA_UNKNOWN_CODEC: {
    base: InputOutputError,
    message: (topic: string, partition: number, codec: number) =>
      `${part(topic, partition)} holds records compressed with codec ${codec}: the codecs are 0 none, 1 gzip, 2 snappy, 3 lz4 and 4 zstd.`,
    doc: "A record batch names a compression that does not exist.",
  },
  KAFKA_CODEC_NOT_LOADED: {
    base: InputOutputError,
    message: (topic: string, codec: string) =>
      `Kafka topic ${show(topic)} is compressed with ${codec}, and the package for it cannot be loaded on this machine. Install tspark again for this platform.`,
    doc: "The native part of a codec is missing.",
  },
  KAFKA_BAD_PARAM: {
    base: IllegalArgumentError,
    message: (name: string, value: unknown, rule: string) => `kafkaParams[${show(name)}] is ${show(value)}: ${rule}.`,
    doc: "A Kafka parameter has a value it cannot take.",
  },
  KAFKA_UNKNOWN_PARAM: {
    base: IllegalArgumentError,
    message: (name: string, similar: string | undefined) =>
      `kafkaParams has ${show(name)}, which is no consumer setting of Kafka.${perhaps(similar)} Names are those of Kafka's consumer configuration.`,
    doc: "A key of `kafkaParams` is misspelt.",
  },
  KAFKA_MISSING_PARAM: {
    base: IllegalArgumentError,
    message: (name: string, why: string) => `kafkaParams lacks ${show(name)}: ${why}.`,
    doc: "A Kafka parameter that is needed was not given.",
  },
  KAFKA_BAD_ARGUMENT: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown, rule: string) => `${what} is ${show(value)}: ${rule}.`,
    doc: "An argument of `KafkaUtils`, a consumer strategy or `OffsetRange` has a value it cannot take.",
  },
  KAFKA_UNKNOWN_PRODUCER_PARAM: {
    base: IllegalArgumentError,
    message: (name: string, similar: string | undefined) =>
      `kafkaParams has ${show(name)}, which is no producer setting of Kafka.${perhaps(similar)} Names are those of Kafka's producer configuration.`,
    doc: "A key of the `kafkaParams` of `KafkaUtils.save` is misspelt.",
  },
  KAFKA_NOT_BYTES: {
    base: IllegalArgumentError,
    message: (topic: string, value: unknown) =>
      `A key or value for Kafka topic ${show(topic)} is ${describe(value)}: it takes text, bytes or null. Make text of it (String, JSON.stringify), or give key.serializer and value.serializer.`,
    doc: "What is to be written is neither text nor bytes, and no serializer says what to make of it.",
  },
  KAFKA_BAD_MESSAGE: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown, rule: string) =>
      `The function given to KafkaUtils.save made ${what} ${describe(value)}: ${rule}. It takes { topic, key?, value, headers?, partition? }.`,
    doc: "The function of `KafkaUtils.save` returned something that is no message.",
  },
  KAFKA_RECORD_TOO_LARGE: {
    base: InputOutputError,
    message: (topic: string, partition: number, bytes: number) =>
      `Records of ${bytes} bytes for ${part(topic, partition)} are refused as too large. Make them smaller, set compression.type, or raise the topic's max.message.bytes.`,
    doc: "A record is larger than the broker takes.",
  },
  KAFKA_FENCED: {
    base: InputOutputError,
    message: (transactionalId: string, addresses: string) =>
      `Another program writes with the transactional.id ${show(transactionalId)} at ${addresses}: Kafka takes nothing more from this one. Stop one of them, or give each its own group.id or transactional.id.`,
    doc: "Two programs write transactions under one name; the younger one shut the older one out.",
  },
  KAFKA_COMMITTED_ELSEWHERE: {
    base: InputOutputError,
    message: (group: string, topic: string, partition: number, committed: number, position: number) =>
      `Group ${show(group)} has written results up to offset ${committed} of ${part(topic, partition)}, from another checkpoint than this one, which is at ${position}: going on would write them twice. Remove the checkpoint directory to go on from the group's offsets, or use another group.id.`,
    doc: "A checkpoint is older than what another run of the same group has written exactly once since.",
  },
  KAFKA_EXACTLY_ONCE: {
    base: IllegalArgumentError,
    message: (why: string) => `KafkaUtils.save with exactlyOnce ${why}.`,
    doc: "Exactly-once output was asked for where it cannot hold: not of a direct stream, without `group.id`, or with settings that contradict it.",
  },
  KAFKA_NO_GROUP: {
    base: IllegalArgumentError,
    message: () => "commitAsync needs the group.id of kafkaParams: offsets are committed for a group.",
    doc: "Offsets were committed on a stream without `group.id`.",
  },
});

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}

function describe(value: unknown): string {
  if (value === undefined || value === null || typeof value === "boolean") return String(value);
  if (typeof value === "object")
    return Array.isArray(value) ? "an array" : `an object (${value.constructor?.name ?? "Object"})`;
  return `${typeof value} ${show(value)}`;
}
