import { readFileSync } from "node:fs";
import { nearest } from "../../core/util/nearest.js";
import { E } from "./errors.js";
import { type JdbcUrl, parseJdbcUrl } from "./jdbc-url.js";

/**
 * Properties of a connection, of reading and of writing: the names of Spark's JDBC options and of PostgreSQL's JDBC driver, in
 * whatever case. They may also be parameters of the url; a property comes before a parameter of the same name.
 *
 * @example
 * const properties: JdbcProperties = { user: "app", password: "secret", queryTimeout: 30 };
 */
export interface JdbcProperties {
  /** Default: `PGUSER`, else the user of this process. */
  readonly user?: string;
  /** Default: `PGPASSWORD`, else what `~/.pgpass` has. No message, log line or page shows it. */
  readonly password?: string;
  /** Rows that are fetched at a time; `0`: all at once. Default 1000. */
  readonly fetchsize?: number | string;
  /** How long a statement may take, seconds; `0`, the default: for ever. */
  readonly queryTimeout?: number | string;
  /** Of the transactions that write; default `READ_COMMITTED`. */
  readonly isolationLevel?:
    | "NONE"
    | "READ_UNCOMMITTED"
    | "READ_COMMITTED"
    | "REPEATABLE_READ"
    | "SERIALIZABLE"
    | (string & {});
  /** Run once on each new connection. */
  readonly sessionInitStatement?: string;
  /** Whether the mode `overwrite` empties the table and does not drop it; default `false`. */
  readonly truncate?: boolean | string;
  /** The largest number of connections that write at a time: an RDD of more partitions is coalesced. */
  readonly numPartitions?: number | string;
  /** Stands at the end of `CREATE TABLE`. */
  readonly createTableOptions?: string;
  /** Types of columns of a table that is created: `"word text, n bigint"`. Default: what the elements tell. */
  readonly createTableColumnTypes?: string;
  /** `prefer` (default): encrypted where the server can. */
  readonly sslmode?: "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full" | (string & {});
  /** How long it is tried to connect, seconds; default 10. A server that restarts is waited for so long. */
  readonly connectTimeout?: number | string;
  readonly [name: string]: unknown;
}

/** How connections are encrypted. */
export interface TlsSettings {
  /** Whether the server may do without. */
  readonly optional: boolean;
  readonly verify: "nothing" | "authority" | "all";
  /** PEM. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** What a connection takes; all of it can travel. */
export interface ConnectionSettings {
  readonly subprotocol: string;
  readonly hosts: readonly { readonly host: string; readonly port: number | undefined }[];
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly applicationName: string;
  readonly schemas: string | undefined;
  readonly tls: TlsSettings | undefined;
  readonly connectTimeoutMs: number;
  /** 0: for ever. */
  readonly queryTimeoutMs: number;
  readonly initStatement: string | undefined;
}

export const ISOLATION_LEVELS = [
  "READ_COMMITTED",
  "NONE",
  "READ_UNCOMMITTED",
  "REPEATABLE_READ",
  "SERIALIZABLE",
] as const;

/** A url and its properties, read and checked. */
export interface JdbcSettings {
  readonly connection: ConnectionSettings;
  /** 0: all at once. */
  readonly fetchSize: number;
  readonly write: {
    readonly isolationLevel: (typeof ISOLATION_LEVELS)[number];
    readonly truncate: boolean;
    readonly cascade: boolean;
    readonly numPartitions: number | undefined;
    readonly createTableOptions: string;
    readonly createTableColumnTypes: string | undefined;
  };
}

/** The databases that are spoken to, by the subprotocol of their urls. */
export const SUBPROTOCOLS = ["postgresql"] as const;

const USED = [
  ...["user", "password", "fetchsize", "queryTimeout", "isolationLevel", "sessionInitStatement", "truncate"],
  ...["cascadeTruncate", "numPartitions", "createTableOptions", "createTableColumnTypes", "ssl", "sslmode"],
  ...[
    "sslrootcert",
    "sslcert",
    "sslkey",
    "ApplicationName",
    "currentSchema",
    "connectTimeout",
    "loginTimeout",
    "batchsize",
  ],
];

/** Taken, and without effect here: a Java class, how Java's driver sends statements, how sockets are kept. */
const WITHOUT_EFFECT = [
  ...["driver", "reWriteBatchedInserts", "prepareThreshold", "preferQueryMode", "defaultRowFetchSize", "tcpKeepAlive"],
  ...["stringtype", "binaryTransfer", "autosave", "cleanupSavepoints", "targetServerType", "pushDownPredicate"],
];

/** Reads and checks a url with its properties. `operation` is whose argument the properties are. */
export function readJdbcSettings(url: unknown, properties: JdbcProperties, operation: string): JdbcSettings {
  const parsed = parseJdbcUrl(url);
  if (!(SUBPROTOCOLS as readonly string[]).includes(parsed.subprotocol)) {
    throw E.JDBC_UNKNOWN_DATABASE(
      JSON.stringify(parsed.shown),
      parsed.subprotocol,
      SUBPROTOCOLS.map(name => `jdbc:${name}:`),
    );
  }
  if (typeof properties !== "object" || properties === null) {
    // A text may be a password that went astray.
    const shown = typeof properties === "string" ? "a text" : properties;
    throw E.JDBC_BAD_ARGUMENT(`${operation}'s properties`, shown, "they are an object, e.g. { user, password }");
  }
  const p = new Properties(parsed, properties);
  p.positive("batchsize");
  return {
    connection: connectionOf(parsed, p),
    fetchSize: p.whole("fetchsize", 1000),
    write: {
      isolationLevel: p.oneOf("isolationLevel", ISOLATION_LEVELS),
      truncate: p.flag("truncate"),
      cascade: p.flag("cascadeTruncate"),
      numPartitions: p.positive("numPartitions"),
      createTableOptions: p.text("createTableOptions") ?? "",
      createTableColumnTypes: p.text("createTableColumnTypes"),
    },
  };
}

function connectionOf({ subprotocol, hosts, database }: JdbcUrl, p: Properties): ConnectionSettings {
  return {
    subprotocol,
    hosts,
    database,
    user: p.text("user"),
    password: p.text("password"),
    applicationName: p.text("ApplicationName") ?? "tspark",
    schemas: p.text("currentSchema"),
    tls: tlsOf(p),
    connectTimeoutMs: p.whole("connectTimeout", p.whole("loginTimeout", 10)) * 1000,
    queryTimeoutMs: p.whole("queryTimeout", 0) * 1000,
    initStatement: p.text("sessionInitStatement"),
  };
}

function tlsOf(p: Properties): TlsSettings | undefined {
  const standard = p.flag("ssl") ? "verify-full" : "prefer";
  const given = p.text("sslmode") === undefined ? standard : undefined;
  const mode = given ?? p.oneOf("sslmode", ["prefer", "disable", "allow", "require", "verify-ca", "verify-full"]);
  if (mode === "disable") return undefined;
  return {
    optional: mode === "prefer" || mode === "allow",
    verify: mode === "verify-full" ? "all" : mode === "verify-ca" ? "authority" : "nothing",
    ca: p.file("sslrootcert"),
    cert: p.file("sslcert"),
    key: p.file("sslkey"),
  };
}

/** Typed access to properties, whose names have no case. */
class Properties {
  readonly #values = new Map<string, unknown>();

  constructor({ parameters }: JdbcUrl, properties: JdbcProperties) {
    const known = new Map([...USED, ...WITHOUT_EFFECT].map(name => [name.toLowerCase(), name]));
    for (const [name, value] of [...parameters, ...Object.entries(properties)]) {
      if (!known.has(name.toLowerCase())) throw E.JDBC_UNKNOWN_PROPERTY(name, nearest(name, known.values()));
      if (value !== undefined && value !== null) this.#values.set(name.toLowerCase(), value);
    }
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name.toLowerCase());
    if (value === undefined || typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw E.JDBC_BAD_PROPERTY(name, name === "password" ? "no text" : value, "it takes a text");
  }

  whole(name: string, otherwise: number): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(text.trim())) throw E.JDBC_BAD_PROPERTY(name, text, "it takes a whole number from 0");
    return Number(text);
  }

  positive(name: string): number | undefined {
    if (this.text(name) === undefined) return undefined;
    const n = this.whole(name, 0);
    if (n < 1) throw E.JDBC_BAD_PROPERTY(name, n, "it takes a whole number from 1");
    return n;
  }

  flag(name: string): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined || text === "false") return false;
    // As in Java's driver: `?ssl` alone says yes.
    if (text === "true" || text === "") return true;
    throw E.JDBC_BAD_PROPERTY(name, text, "it takes true or false");
  }

  /** The first of `values` when it is not set. */
  oneOf<T extends string>(name: string, values: readonly [T, ...T[]]): T {
    const text = this.text(name);
    if (text === undefined) return values[0];
    const found = values.find(value => value.toLowerCase() === text.toLowerCase());
    if (found === undefined) throw E.JDBC_BAD_PROPERTY(name, text, `it takes ${values.join(", ")}`);
    return found;
  }

  file(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw E.JDBC_BAD_PROPERTY.because(error, name, path, `the file cannot be read (${(error as Error).message})`);
    }
  }
}
