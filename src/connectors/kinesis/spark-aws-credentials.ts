import { inspect } from "node:util";
import { REDACTED } from "../../core/conf/redact.js";
import { E } from "./errors.js";

/** Names of keys, and nothing else, as text. */
const redacted = (what: string) => `SparkAWSCredentials(${what})`;

/** @internal A key pair, or a role that is assumed with it. */
export interface CredentialParts {
  readonly basic?: { readonly accessKeyId: string; readonly secretKey: string };
  readonly sts?: { readonly roleArn: string; readonly sessionName: string; readonly externalId?: string };
}

/**
 * With what Kinesis is asked: a key pair, a role that is assumed, or, with neither, what AWS's own tools would take (the
 * environment, `~/.aws`, the role of the machine). No text of it, in logs or at the prompt, has a key.
 *
 * Spark's name: `org.apache.spark.streaming.kinesis.SparkAWSCredentials`.
 *
 * @example
 * const credentials = SparkAWSCredentials.builder.basicCredentials("AKIAEXAMPLE", "very secret").build();
 * String(credentials); // "SparkAWSCredentials(basicCredentials *********(redacted))"
 */
export class SparkAWSCredentials {
  readonly #parts: CredentialParts;

  /** @internal */
  constructor(parts: CredentialParts) {
    this.#parts = parts;
  }

  /** Begins with neither: `SparkAWSCredentials.builder.basicCredentials(accessKeyId, secretKey).build()`. */
  static get builder(): CredentialsBuilderEntry {
    const begin = () => new SparkAWSCredentialsBuilder();
    const fresh = begin();
    return Object.assign(begin, {
      basicCredentials: fresh.basicCredentials.bind(fresh),
      stsCredentials: fresh.stsCredentials.bind(fresh),
      build: fresh.build.bind(fresh),
    });
  }

  /** @internal for the one who signs requests */
  reveal(): CredentialParts {
    return this.#parts;
  }

  toString(): string {
    const { basic, sts } = this.#parts;
    const what = [basic && `basicCredentials ${REDACTED}`, sts && `stsCredentials ${sts.roleArn}`].filter(Boolean);
    return redacted(what.join(", ") || "default");
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** A builder, with or without `()`: Scala writes `SparkAWSCredentials.builder`, Java `SparkAWSCredentials.builder()`. */
export type CredentialsBuilderEntry = (() => SparkAWSCredentialsBuilder) &
  Pick<SparkAWSCredentialsBuilder, "basicCredentials" | "stsCredentials" | "build">;

/** Spark's name: `SparkAWSCredentials.Builder`. */
export class SparkAWSCredentialsBuilder {
  #parts: CredentialParts = {};

  /**
   * A key pair. Prefer what AWS's own tools take: a program with its keys in it is read by many.
   *
   * @throws IllegalArgumentError when one of them is no text, or empty
   */
  basicCredentials(accessKeyId: string, secretKey: string): this {
    beText("basicCredentials' accessKeyId", accessKeyId);
    beText("basicCredentials' secretKey", secretKey, true);
    this.#parts = { ...this.#parts, basic: { accessKeyId, secretKey } };
    return this;
  }

  /**
   * A role that is assumed through STS, with the key pair, where one was given, or with what AWS's own tools take.
   *
   * @param roleArn `arn:aws:iam::123456789012:role/reader`
   * @throws IllegalArgumentError when one of them is no text, or empty
   */
  stsCredentials(roleArn: string, sessionName: string, externalId?: string): this {
    beText("stsCredentials' roleArn", roleArn);
    beText("stsCredentials' sessionName", sessionName);
    if (externalId !== undefined) beText("stsCredentials' externalId", externalId);
    const sts = { roleArn, sessionName, ...(externalId === undefined ? {} : { externalId }) };
    this.#parts = { ...this.#parts, sts };
    return this;
  }

  build(): SparkAWSCredentials {
    return new SparkAWSCredentials(this.#parts);
  }
}

function beText(what: string, value: unknown, isSecret = false): void {
  if (typeof value === "string" && value !== "") return;
  throw E.KINESIS_BAD_SETTING(what, isSecret && value ? REDACTED : value, "it takes a text that is not empty");
}
