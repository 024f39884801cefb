/** What a failed request says about trying again. */
export type Failure =
  /** The connection is gone: a fresh one is needed. */
  | "connection"
  /** The brokers are sorting something out (a leader moved): fresh metadata is needed. */
  | "moved"
  /** An earlier transaction is being ended: soon it may go on. */
  | "busy"
  /** The topic is not known: it was created a moment ago, a broker is still starting, or it does not exist. */
  | "unknown"
  /** Not allowed: trying again does not help. */
  | "refused"
  /** The broker's certificate is not accepted. */
  | "untrusted"
  /** Anything else: trying again does not help. */
  | "final";

const MOVED = new Set([
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_FOR_PARTITION",
  "REPLICA_NOT_AVAILABLE",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "OFFSET_NOT_AVAILABLE",
  "KAFKA_STORAGE_ERROR",
  "BROKER_NOT_AVAILABLE",
  "GROUP_LOAD_IN_PROGRESS",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR_FOR_GROUP",
  "KafkaJSGroupCoordinatorNotFound",
  "NOT_ENOUGH_REPLICAS",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
  "CORRUPT_MESSAGE",
]);

const BUSY = new Set(["CONCURRENT_TRANSACTIONS", "UNSTABLE_OFFSET_COMMIT"]);

const CONNECTION = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPROTO",
  "REQUEST_TIMED_OUT",
  "NETWORK_EXCEPTION",
  "KafkaJSConnectionError",
  "KafkaJSConnectionClosedError",
  "KafkaJSRequestTimeoutError",
  "KafkaJSBrokerNotFound",
  "KafkaJSMetadataNotLoaded",
  "KafkaJSTopicMetadataNotLoaded",
  "KafkaJSLockTimeout",
  "KafkaJSTimeout",
  "RequestTimeout",
]);

/** The type kafkajs gave an error (`OFFSET_OUT_OF_RANGE`), its system code (`ECONNREFUSED`) or its class. */
export function errorType(error: unknown): string {
  for (let e = error as { type?: string; code?: unknown; name?: string; cause?: unknown } | undefined; e; ) {
    if (typeof e.type === "string") return e.type;
    if (typeof e.code === "string") return e.code;
    if (e.cause === undefined || e.cause === e) return e.name ?? "Error";
    e = e.cause as typeof e;
  }
  return "Error";
}

/** Tells what kind of failure an error of kafkajs or of the brokers is. */
export function failureOf(error: unknown): Failure {
  const type = errorType(error);
  if (CONNECTION.has(type)) return "connection";
  if (MOVED.has(type)) return "moved";
  if (BUSY.has(type)) return "busy";
  if (type === "UNKNOWN_TOPIC_OR_PARTITION" || type === "INVALID_TOPIC_EXCEPTION") return "unknown";
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ISSUER|PATH_LENGTH/.test(type)) return "untrusted";
  if (/AUTHORIZATION_FAILED|AUTHENTICATION|SASL/i.test(type)) return "refused";
  return "final";
}

/** The reason in a few words: the system's or Kafka's own, without the wrapping of a client. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Connection error: /, "") || errorType(error);
}

/** The broker, `host:port`, whose connection failed; `undefined` where the error does not say. */
export function brokerOf(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { broker } = e as { broker?: unknown };
    if (typeof broker === "string") return broker;
  }
  return undefined;
}

/** The error below a client's wrappers. */
export function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}
