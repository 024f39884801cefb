import { E } from "./errors.js";
import { SparkAWSCredentials } from "./spark-aws-credentials.js";

/** The region that Spark takes where none is named. */
const DEFAULT_REGION = "us-east-1";
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+$/;
/** The region in the name of an endpoint of Amazon's. */
const ENDPOINT = /^(?:data-kinesis\.|control-kinesis\.)?(?:[\w-]+\.)?kinesis(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d+)\./;

const AMAZON = /\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/** Which stream, where, and who asks. */
export interface KinesisSettings {
  readonly streamName: string;
  /** With scheme. */
  readonly endpointUrl: string;
  readonly regionName: string;
  readonly credentials: SparkAWSCredentials;
}

/** The same as they are given; what is left out has a default. */
export interface GivenSettings {
  readonly streamName?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly regionName?: string | undefined;
  readonly credentials?: SparkAWSCredentials | undefined;
}

/**
 * Settings with their defaults: the region is that of the endpoint, the endpoint that of the region, without either us-east-1's.
 *
 * @throws IllegalArgumentError when one has a value that it cannot take, or two contradict each other
 */
export function readSettings({ streamName, endpointUrl, regionName, credentials }: GivenSettings): KinesisSettings {
  if (typeof streamName !== "string" || !/^[\w.-]{1,128}$/.test(streamName)) {
    throw E.KINESIS_BAD_SETTING("streamName", streamName, "it takes the name of a stream: letters, digits, _ . -");
  }
  if (regionName !== undefined && !(typeof regionName === "string" && REGION.test(regionName))) {
    throw E.KINESIS_BAD_SETTING("regionName", regionName, 'it takes the name of a region, e.g. "eu-central-1"');
  }
  if (credentials !== undefined && !(credentials instanceof SparkAWSCredentials)) {
    const rule = "it takes SparkAWSCredentials.builder.basicCredentials(accessKeyId, secretKey).build()";
    throw E.KINESIS_BAD_SETTING("kinesisCredentials", typeof credentials, rule);
  }
  const url = endpointUrl === undefined ? undefined : endpointOf(endpointUrl);
  const ofEndpoint = url === undefined ? undefined : ENDPOINT.exec(url.hostname)?.[1];
  if (ofEndpoint !== undefined && regionName !== undefined && ofEndpoint !== regionName) {
    const rule = `endpointUrl is of region ${ofEndpoint}: give the same region, or leave one of them out`;
    throw E.KINESIS_BAD_SETTING("regionName", regionName, rule);
  }
  const region = regionName ?? ofEndpoint ?? DEFAULT_REGION;
  return {
    streamName,
    regionName: region,
    endpointUrl: url?.href.replace(/\/$/, "") ?? defaultEndpoint(region),
    credentials: credentials ?? SparkAWSCredentials.builder.build(),
  };
}

/** Whether streams of one name and region are the same at both: Amazon's endpoints of a region all lead to one service. */
export function isSameService(endpoint: string, other: string): boolean {
  return endpoint === other || (isAmazon(endpoint) && isAmazon(other));
}

const isAmazon = (endpoint: string) => AMAZON.test(new URL(endpoint).hostname);

function defaultEndpoint(region: string): string {
  return `https://kinesis.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

function endpointOf(text: unknown): URL {
  const rule = 'it takes a URL, e.g. "https://kinesis.us-east-1.amazonaws.com" or "http://localhost:4567"';
  if (typeof text !== "string") throw E.KINESIS_BAD_SETTING("endpointUrl", text, rule);
  const whole = /^[a-z][a-z+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) throw E.KINESIS_BAD_SETTING("endpointUrl", text, rule);
  const url = new URL(whole);
  if (url.username !== "" || url.password !== "") {
    const without = `${url.protocol}//${url.host}`;
    throw E.KINESIS_BAD_SETTING("endpointUrl", without, "it has a user or a password: give kinesisCredentials");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw E.KINESIS_BAD_SETTING("endpointUrl", text, rule);
  return url;
}
