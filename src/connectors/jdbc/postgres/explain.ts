import { SparkError } from "../../../core/errors/spark-error.js";
import { E } from "../errors.js";
import type { ConnectionSettings } from "../properties.js";

/** What PostgreSQL says of an error, besides its message. */
interface ServerError extends Error {
  /** SQLSTATE, or Node's code of a system error. */
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  /** Where in a COPY: `COPY t, line 3, column n: "x"`; for some types after a line of where in the value. */
  readonly where?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** What was being done, in words that fit behind "while". */
export interface Doing {
  readonly doing: string;
  /** The statement, where it is the user's. */
  readonly sql?: string;
}

/** `PostgreSQL at 127.0.0.1:5432/shop` */
export function whereOf({ hosts, database }: Pick<ConnectionSettings, "hosts" | "database">): string {
  const addresses = hosts.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port ?? 5432}`);
  return `PostgreSQL at ${addresses.join(",")}${database === undefined ? "" : `/${database}`}`;
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "no such host (ENOTFOUND)",
  EAI_AGAIN: "the name of the host cannot be looked up (EAI_AGAIN)",
  ETIMEDOUT: "no answer (ETIMEDOUT)",
  EHOSTUNREACH: "there is no way to the host (EHOSTUNREACH)",
  ENETUNREACH: "there is no way to the network (ENETUNREACH)",
  ECONNRESET: "the connection was closed (ECONNRESET)",
  EPIPE: "the connection was closed (EPIPE)",
};

const codeOf = (error: unknown): string => String((error as ServerError | undefined)?.code ?? "");

/** Messages of the client's, which has no codes for them. */
const CLOSED =
  /^Connection terminated|^Client (?:was closed|has encountered)|socket.*(?:closed|disconnected)|^This socket has been ended/i;
const TOO_LONG = /timeout expired|due to connection timeout/i;
const NO_TLS = /does not support SSL/i;
const TLS_CODES = /^(?:ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/;
const NO_PASSWORD = /password must be a/i;

/** Whether the server has no TLS. */
export const hasNoTls = (error: unknown): boolean => NO_TLS.test((error as Error).message);

/** Whether nobody answered, or the server begins or ends: it may answer later. */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  return code in NETWORK || code === "57P03" || isClosed(error) || TOO_LONG.test((error as Error).message);
}

/** Whether the connection is no more. */
export function isClosed(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /^(?:08|57P0[12])/.test(code) || code === "ECONNRESET" || code === "EPIPE" || CLOSED.test((error as Error).message)
  );
}

/** Whether the server begins or ends at the moment. */
export const isStarting = (error: unknown): boolean => codeOf(error) === "57P03";

/** What is said of a failure to connect. */
export function explainConnecting(error: unknown, settings: ConnectionSettings, user: string): SparkError {
  const where = whereOf(settings);
  const { message } = error as Error;
  const code = codeOf(error);
  if (/^28/.test(code)) return E.JDBC_LOGIN_REFUSED.because(error, where, user, message);
  if (NO_PASSWORD.test(message)) {
    return E.JDBC_LOGIN_REFUSED.because(error, where, user, "it asks for a password, and none was given");
  }
  if (code === "3D000") return E.JDBC_NO_DATABASE.because(error, where, message);
  if (NO_TLS.test(message) || TLS_CODES.test(code)) return E.JDBC_TLS.because(error, where, `${message} ${code}`);
  if (/^53/.test(code)) return E.JDBC_TRY_AGAIN.because(error, where, "connecting", message);
  if (/^[0-9A-Z]{5}$/.test(code) && !(code in NETWORK) && !isStarting(error)) {
    return E.JDBC_QUERY_FAILED.because(error, where, "the connection", said(error as ServerError));
  }
  const closed = isClosed(error) ? "it closed the connection: is it PostgreSQL that listens there?" : message;
  const why = TOO_LONG.test(message) ? "no answer within connectTimeout" : (NETWORK[code] ?? closed);
  return E.JDBC_UNREACHABLE.because(error, where, why);
}

/** What is said of a failure of a statement. */
export function explain(error: unknown, settings: ConnectionSettings, { doing, sql = doing }: Doing): Error {
  if (error instanceof SparkError || !(error instanceof Error)) return error as Error;
  const where = whereOf(settings);
  const code = codeOf(error);
  if (isClosed(error) || isStarting(error)) return E.JDBC_CONNECTION_LOST.because(error, where, doing, error.message);
  if (isTransient(code)) return E.JDBC_TRY_AGAIN.because(error, where, doing, said(error));
  if (code === "57014" && /statement timeout/.test(error.message)) {
    return E.JDBC_QUERY_TIMEOUT.because(error, where, sql, settings.queryTimeoutMs / 1000);
  }
  return code === "" ? error : E.JDBC_QUERY_FAILED.because(error, where, sql, said(error));
}

/** What is to be done about a row that was refused, by the class of the error and, where that says too little, its message. */
const REMEDIES: readonly (readonly [codeAndMessage: RegExp, remedy: string])[] = [
  [/^23505/, "Pass { keys: […] } to have the new row take the place of the old one, or filter such rows out."],
  [/^23502/, "Give the column a value, or a default: ALTER TABLE … ALTER COLUMN … SET DEFAULT."],
  [/^23503/, "Write the rows it refers to first."],
  [/^23514/, "Filter such rows out, or change the constraint."],
  [/^42P10/, "keys need a unique index of just these columns: CREATE UNIQUE INDEX, or PRIMARY KEY."],
  [
    /^42501 .*temporary/,
    "With keys rows go through a temporary table: have the right granted, GRANT TEMPORARY ON DATABASE … TO ….",
  ],
  [/^42501/, "Have the right granted: GRANT SELECT, INSERT, UPDATE ON … TO …."],
  [/^22|^42804/, "Make a value of the column's type of it, or change the column's type."],
  [/^25006/, "Write to the primary server: this one is a copy, or the transaction is read-only."],
];

/** What is said when rows are refused. `rowAt` names the row of a line of the COPY that runs, where the error tells one. */
export function explainWriting(
  error: unknown,
  settings: ConnectionSettings,
  table: string,
  doing: string,
  rowAt: (line: number | undefined) => string,
): Error {
  const code = codeOf(error);
  const plain = explain(error, settings, { doing });
  if (!/^[0-9A-Z]{5}$/.test(code) || (plain as SparkError).code !== "JDBC_QUERY_FAILED") return plain;
  const { where } = error as ServerError;
  const line = /^COPY .*, line (\d+)/m.exec(where ?? "")?.[1];
  const column = /, column ([^:]+):/.exec(where ?? "")?.[1];
  const why = `${said(error as ServerError)}${column === undefined ? "" : ` (column ${column})`}`;
  const remedy = REMEDIES.find(([form]) => form.test(`${code} ${(error as Error).message}`))?.[1] ?? "";
  return E.JDBC_WRITE_REFUSED.because(error, table, rowAt(line === undefined ? undefined : Number(line)), why, remedy);
}

/** A deadlock, transactions that got into each other's way, no room for one more connection. */
function isTransient(code: string): boolean {
  return /^(?:40|53|55P03|57P05)/.test(code);
}

function said({ message, detail, hint }: ServerError): string {
  return [message, detail, hint]
    .filter(text => text !== undefined && text !== "")
    .join(". ")
    .replaceAll("..", ".");
}
