import { E } from "./errors.js";
import type { ParamReader } from "./param-reader.js";

/** What a connection needs to know, in the words of the client below it. */
export interface ConnectionSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** How long one request may take, ms. */
  readonly requestTimeoutMs: number;
  /** How long a socket may take to open, ms. */
  readonly connectTimeoutMs: number;
  /** How long a request is tried again while brokers are away, ms. */
  readonly patienceMs: number;
  readonly readCommitted: boolean;
  /** Whether asking for a topic makes it, where the brokers allow that: as Java's producer does. */
  readonly createsTopics?: boolean;
  readonly tls: TlsSettings | undefined;
  readonly sasl: { readonly mechanism: string; readonly username: string; readonly password: string } | undefined;
}

export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** `false` where `ssl.endpoint.identification.algorithm` is empty: the certificate's name is not compared. */
  readonly checkHostname: boolean;
}

/** What `params` say of the connection, whichever side uses it. */
export function connectionSettings(p: ParamReader): Omit<ConnectionSettings, "readCommitted"> {
  const requestTimeoutMs = p.int("request.timeout.ms", 30_000, 1);
  return {
    brokers: brokersOf(p.params["bootstrap.servers"]),
    clientId: p.text("client.id") ?? "tspark",
    requestTimeoutMs,
    connectTimeoutMs: Math.min(requestTimeoutMs, p.int("socket.connection.setup.timeout.ms", 10_000, 1)),
    patienceMs: p.int("default.api.timeout.ms", 60_000, 1),
    ...security(p),
  };
}

/** Names of settings that say how to connect. */
export const CONNECTION_PARAMS = [
  "bootstrap.servers",
  "client.id",
  "request.timeout.ms",
  "default.api.timeout.ms",
  "socket.connection.setup.timeout.ms",
  "security.protocol",
  "sasl.mechanism",
  "sasl.jaas.config",
  "sasl.username",
  "sasl.password",
  "ssl.truststore.type",
  "ssl.truststore.location",
  "ssl.truststore.certificates",
  "ssl.keystore.type",
  "ssl.keystore.location",
  "ssl.keystore.certificate.chain",
  "ssl.keystore.key",
  "ssl.key.password",
  "ssl.ca.location",
  "ssl.certificate.location",
  "ssl.key.location",
  "ssl.endpoint.identification.algorithm",
] as const;

function brokersOf(value: unknown): string[] {
  if (value === undefined) {
    throw E.KAFKA_MISSING_PARAM("bootstrap.servers", 'give the address of a broker, e.g. "127.0.0.1:9092"');
  }
  const list = (Array.isArray(value) ? value.map(String) : String(value).split(",")).map(s => s.trim()).filter(Boolean);
  const wrong = list.find(address => !/^[^:\s/]+:\d{1,5}$/.test(address));
  if (wrong !== undefined || list.length === 0) {
    throw E.KAFKA_BAD_PARAM("bootstrap.servers", wrong ?? value, "it takes host:port, several separated by commas");
  }
  return list;
}

function security(p: ParamReader): Pick<ConnectionSettings, "tls" | "sasl"> {
  const protocol = p.oneOf("security.protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]);
  return {
    tls: protocol.endsWith("SSL") ? tls(p) : undefined,
    sasl: protocol.startsWith("SASL") ? sasl(p) : undefined,
  };
}

function sasl(p: ParamReader): ConnectionSettings["sasl"] {
  const mechanism = p.oneOf("sasl.mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]);
  const jaas = p.text("sasl.jaas.config") ?? "";
  const fromJaas = (name: string) =>
    jaas.match(new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|([^\\s;]+))`));
  const value = (name: string) => {
    const found = fromJaas(name);
    return p.text(`sasl.${name}`) ?? found?.[1]?.replace(/\\(.)/g, "$1") ?? found?.[2] ?? found?.[3];
  };
  const username = value("username");
  const password = value("password");
  if (username === undefined || password === undefined) {
    const why = "security.protocol asks for a user and a password, there or as sasl.username and sasl.password";
    throw E.KAFKA_MISSING_PARAM("sasl.jaas.config", why);
  }
  return { mechanism: mechanism.toLowerCase(), username, password };
}

function tls(p: ParamReader): TlsSettings {
  for (const store of ["ssl.truststore", "ssl.keystore"]) {
    const type = p.text(`${store}.type`);
    const given = p.text(`${store}.location`) !== undefined;
    if (type === undefined ? given && !/\.(pem|crt|cer|key)$/i.test(p.text(`${store}.location`)!) : type !== "PEM") {
      throw E.KAFKA_BAD_PARAM(
        `${store}.type`,
        type ?? "JKS",
        `only PEM can be read: convert the store and set ${store}.type=PEM`,
      );
    }
  }
  const keystore = p.file("ssl.keystore.location");
  return {
    ca: p.text("ssl.truststore.certificates") ?? p.file("ssl.truststore.location") ?? p.file("ssl.ca.location"),
    cert: p.text("ssl.keystore.certificate.chain") ?? p.file("ssl.certificate.location") ?? keystore,
    key: p.text("ssl.keystore.key") ?? p.file("ssl.key.location") ?? keystore,
    passphrase: p.text("ssl.key.password"),
    checkHostname: p.text("ssl.endpoint.identification.algorithm") !== "",
  };
}
