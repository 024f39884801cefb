import type { SparkError } from "../../../core/errors/spark-error.js";
import { E } from "../errors.js";
import type { KinesisSettings } from "../settings.js";

const THROTTLED = new Set([
  "ProvisionedThroughputExceededException",
  "LimitExceededException",
  "KMSThrottlingException",
  "Throttling",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "SlowDown",
]);
const NOT_ALLOWED =
  /AccessDenied|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|ExpiredToken|InvalidClientTokenId|MissingAuthenticationToken|NotAuthorized|InvalidAccessKeyId|OptInRequired|KMSAccessDenied|RequestExpired|InvalidToken/;
/** What answers is not even HTTP. */
const NOT_HTTP = /^HPE_\w+$/;
const NETWORK =
  /^(?:ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_\w+|EPROTO|TimeoutError|ERR_TLS\w*|ERR_SSL\w*|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

/** What is over by itself, sooner or later. */
const TRANSIENT = new Set(["KINESIS_UNREACHABLE", "KINESIS_REQUEST_FAILED", "KINESIS_THROTTLED"]);

/** Whether the same request may succeed a moment later. */
export const isTransient = (error: unknown): boolean => TRANSIENT.has((error as SparkError).code);
export const isThrottled = (error: unknown): boolean => (error as SparkError).code === "KINESIS_THROTTLED";
export const isExpired = (error: unknown): boolean => (error as SparkError).code === "KINESIS_EXPIRED_ITERATOR";

/** The fields by which an error of the SDK, or of Node below it, says what it is. */
interface SdkError {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The error of the table that an error of the SDK stands for. It is not its cause: what an SDK keeps with its errors is
 * whole requests. What is no matter of a request, as an SDK that cannot be loaded, is returned as it is.
 *
 * @param what was asked, e.g. `GetRecords`
 */
export function failureOf(error: unknown, what: string, shard: string | undefined, settings: KinesisSettings): unknown {
  const { name = "Error", message = "", code, $metadata } = error as SdkError;
  const { streamName, endpointUrl, regionName } = settings;
  const why = firstLine(message) || name;
  if (name === "AbortError") return E.KINESIS_CLOSED(what, streamName, endpointUrl);
  if (THROTTLED.has(name)) return E.KINESIS_THROTTLED(what, streamName, why);
  if (name === "ExpiredIteratorException") return E.KINESIS_EXPIRED_ITERATOR(streamName);
  if (name === "ResourceNotFoundException") {
    return shard !== undefined && message.includes(shard)
      ? E.KINESIS_UNKNOWN_SHARD(streamName, shard)
      : E.KINESIS_UNKNOWN_STREAM(streamName, endpointUrl, regionName);
  }
  if (name === "CredentialsProviderError" || name === "TokenProviderError") {
    return E.KINESIS_NO_CREDENTIALS(streamName, why);
  }
  if (NOT_ALLOWED.test(name)) return E.KINESIS_NOT_ALLOWED(what, streamName, endpointUrl, why);
  const network = networkCode(error);
  if (network !== undefined) return E.KINESIS_UNREACHABLE(endpointUrl, why, guess(network));
  const status = $metadata?.httpStatusCode;
  const isUnread = name === "SyntaxError" && (status !== undefined || "$response" in (error as object));
  if (isUnread || (typeof code === "string" && NOT_HTTP.test(code)) || (status !== undefined && status < 300)) {
    return E.KINESIS_UNREACHABLE(endpointUrl, `what answers there is not Kinesis (${why})`, guess(""));
  }
  if (status === undefined) return error;
  if (status >= 500) return E.KINESIS_REQUEST_FAILED(what, endpointUrl, why);
  if (what === "PutRecords") return E.KINESIS_REFUSED_RECORDS(streamName, endpointUrl, why);
  return E.KINESIS_REFUSED(what, streamName, endpointUrl, why);
}

function networkCode(error: unknown): string | undefined {
  for (let e = error as SdkError | undefined; e !== undefined && e !== null; e = e.cause as SdkError | undefined) {
    for (const text of [e.code, e.name]) if (typeof text === "string" && NETWORK.test(text)) return text;
    if (e.cause === e) break;
  }
  return undefined;
}

function guess(code: string): string {
  if (code === "ECONNREFUSED") return "Does Kinesis, or what stands for it, listen there?";
  if (code === "ENOTFOUND" || code.startsWith("EAI_")) {
    return "Is the region, or the host of endpointUrl, right? Can this machine look up names?";
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL")) return "Is the endpoint http: and not https:?";
  if (code.startsWith("ETIME") || code === "TimeoutError") return "Does a firewall or a missing proxy keep it away?";
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ALTNAME/.test(code)) {
    return "Is its certificate signed by an authority that NODE_EXTRA_CA_CERTS names?";
  }
  return "Is endpointUrl right?";
}

/** The first line, without a full stop at its end: what follows it at Amazon is the request that was signed. */
function firstLine(message: string): string {
  return message.split("\n", 1)[0]!.trim().replace(/\.$/, "").slice(0, 300);
}
