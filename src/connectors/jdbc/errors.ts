import { defineErrors } from "../../core/errors/define-errors.js";
import { IllegalArgumentError, InputOutputError } from "../../core/errors/spark-error.js";

const LONGEST_SHOWN = 200;

/** A value as it stands in a message. */
export function show(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : describe(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function describe(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : `Date ${value.toISOString()}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return JSON.stringify(value, (_, x: unknown) => (typeof x === "bigint" ? `${x}n` : x)) ?? "an object";
  } catch {
    return `an object (${value.constructor?.name ?? "Object"})`;
  }
}

const perhaps = (name: string | undefined) => (name === undefined ? "" : ` Did you mean ${JSON.stringify(name)}?`);
const ended = (text: string) => text.trim().replace(/[.:]?$/, ".");
const listed = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));

/** Every error of the database connector. None of them shows a password. */
export const E = defineErrors("jdbc", {
  JDBC_BAD_URL: {
    base: IllegalArgumentError,
    message: (url: string, rule: string) =>
      `The JDBC url is ${url}: ${rule}. It has the form jdbc:postgresql://HOST:PORT/DATABASE; user and password are properties: { user, password }.`,
    doc: "A JDBC url does not have the form it must have.",
  },
  JDBC_UNKNOWN_DATABASE: {
    base: IllegalArgumentError,
    message: (url: string, subprotocol: string, known: readonly string[]) =>
      `The JDBC url ${url} is for ${show(subprotocol)}, of which tspark has no driver: it has one for ${listed(known)}. Another database can be read through a Connection of your own (JdbcRDD) and written in foreachPartition.`,
    doc: "The subprotocol of a JDBC url names a database that is not supported.",
  },
  JDBC_UNKNOWN_PROPERTY: {
    base: IllegalArgumentError,
    message: (name: string, similar: string | undefined) =>
      `The JDBC properties have ${show(name)}, which is none of Spark's options and none of PostgreSQL's driver.${perhaps(similar)}`,
    doc: "A property, or a parameter of a JDBC url, is misspelt.",
  },
  JDBC_BAD_PROPERTY: {
    base: IllegalArgumentError,
    message: (name: string, value: unknown, rule: string) => `The JDBC property ${name} is ${show(value)}: ${rule}.`,
    doc: "A property, or a parameter of a JDBC url, has a value it cannot take.",
  },
  JDBC_BAD_ARGUMENT: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown, rule: string) => `${what} is ${show(value)}: ${rule}.`,
    doc: "An argument of `JdbcUtils.save` or `JdbcRDD` has a value it cannot take.",
  },
  JDBC_PLACEHOLDERS: {
    base: IllegalArgumentError,
    message: (sql: string, found: number) =>
      `The query of a JdbcRDD has ${found} placeholders: ${show(sql)}. It takes two ?, for the lower and the upper bound of a partition, e.g. SELECT id, title FROM books WHERE ? <= id AND id <= ?. A ? that is an operator is written ??.`,
    doc: "The query of a `JdbcRDD` does not have the two `?` that take the bounds of a partition.",
  },
  JDBC_UNREACHABLE: {
    base: InputOutputError,
    message: (where: string, why: string) =>
      `${where} cannot be reached: ${ended(why)} Is the server running, and are host and port of the url right? PostgreSQL listens at port 5432 unless postgresql.conf says otherwise, and on loopback only unless listen_addresses does.`,
    doc: "No connection to the database came about: nobody listens there, the name is not known, or it took longer than `connectTimeout`.",
  },
  JDBC_LOGIN_REFUSED: {
    base: InputOutputError,
    message: (where: string, user: string, why: string) =>
      `${where} refused the user ${show(user)}: ${ended(why)} Check the properties user and password, and pg_hba.conf of the server.`,
    doc: "The user is not known, the password is wrong or missing, or `pg_hba.conf` does not let the user in from here.",
  },
  JDBC_TLS: {
    base: InputOutputError,
    message: (where: string, why: string) =>
      `No encrypted connection to ${where}: ${ended(why)} Set sslmode (disable, prefer, require, verify-ca, verify-full), and sslrootcert to the PEM file of the authority that signed the server's certificate.`,
    doc: "The server has no TLS although `sslmode` demands it, or its certificate is not accepted.",
  },
  JDBC_NO_DATABASE: {
    base: InputOutputError,
    message: (where: string, why: string) =>
      `${where}: ${ended(why)} Correct the name behind the last / of the url, or create it: CREATE DATABASE.`,
    doc: "The server has no database of the url's name.",
  },
  JDBC_CONNECTION_LOST: {
    base: InputOutputError,
    message: (where: string, doing: string, why: string) =>
      `The connection to ${where} was lost while ${doing}: ${ended(why)} What had not been committed is undone. The task is tried again where the master says so: local[N,F], F attempts.`,
    doc: "The server ended, was restarted, or the network failed in the middle of a query or of a transaction.",
  },
  JDBC_TRY_AGAIN: {
    base: InputOutputError,
    message: (where: string, doing: string, why: string) =>
      `${where} gave up while ${doing}: ${ended(why)} What had not been committed is undone, and the same may succeed when it is tried again, as tasks are where the master says so: local[N,F], F attempts.`,
    doc: "A deadlock, a serialization failure, or too many connections: the database asks for the transaction to be tried again.",
  },
  JDBC_NO_TABLE: {
    base: InputOutputError,
    message: (table: string, where: string, create: string | undefined) =>
      `There is no table ${table} at ${where}.${create === undefined ? " Correct its name, or name its schema: SCHEMA.TABLE." : ` Create it, or give the property createTableColumnTypes: ${create}`}`,
    doc: "A stream was saved to a table that does not exist.",
  },
  JDBC_TABLE_EXISTS: {
    base: InputOutputError,
    message: (table: string, where: string) =>
      `Table ${table} already exists at ${where}, and the mode is errorifexists. Pass { mode: "append" } to add rows, "overwrite" to replace it, "ignore" to leave it.`,
    doc: "An RDD was saved to a table that exists, in the mode `errorifexists`, which is the default.",
  },
  JDBC_NO_COLUMN: {
    base: InputOutputError,
    message: (table: string, column: string, similar: string | undefined, columns: readonly string[]) =>
      `Table ${table} has no column ${show(column)}.${perhaps(similar)} Its columns are ${listed(columns)}. Name the properties of rows like columns, or add it: ALTER TABLE.`,
    doc: "A property of a row, or a name in `columns` or `keys`, is no column of the table.",
  },
  JDBC_NO_ROW: {
    base: IllegalArgumentError,
    message: (table: string, row: string, element: unknown, rule: string) =>
      `${row} for table ${table} is ${show(element)}: ${rule}.`,
    doc: "An element that was to be written is neither an object, whose properties are columns, nor an array with as many values as `columns` has names.",
  },
  JDBC_BAD_VALUE: {
    base: IllegalArgumentError,
    message: (table: string, row: string, column: string, type: string, value: unknown, rule: string) =>
      `${row} for table ${table} has ${show(value)} for column ${column}, which is ${type}: ${rule}.`,
    doc: "A value cannot be written to a column of that type: an object to a text column, bytes to a number, an invalid date.",
  },
  JDBC_WRITE_REFUSED: {
    base: InputOutputError,
    message: (table: string, what: string, why: string, remedy: string) =>
      `${what} for table ${table} was refused: ${ended(why)} ${remedy}`,
    doc: "The database refused a row: a constraint, a value that is none of its column's type, or a right that is missing. What the task had written is undone.",
  },
  JDBC_QUERY_FAILED: {
    base: InputOutputError,
    message: (where: string, sql: string, why: string) => `${where} refused ${show(sql)}: ${ended(why)}`,
    doc: "The database refused a query or a statement; the message has its reason.",
  },
  JDBC_QUERY_TIMEOUT: {
    base: InputOutputError,
    message: (where: string, sql: string, seconds: number) =>
      `${where} ended ${show(sql)} after ${seconds} s, as the property queryTimeout says. Raise it, or use more partitions.`,
    doc: "A statement took longer than the property `queryTimeout`.",
  },
  JDBC_SAME_COLUMNS: {
    base: IllegalArgumentError,
    message: (sql: string, column: string) =>
      `The query ${show(sql)} gives two columns named ${show(column)}, and a row is an object. Give one of them another name: AS.`,
    doc: "Two columns of a query have the same name.",
  },
  JDBC_NO_COLUMN_TYPES: {
    base: IllegalArgumentError,
    message: (table: string, what: string) =>
      `Table ${table} does not exist and cannot be created: ${what}. Give the property createTableColumnTypes, e.g. "word text, n bigint", or create it first.`,
    doc: "A table was to be created, and neither the property `createTableColumnTypes` nor the elements tell the types of its columns.",
  },
  JDBC_EXACTLY_ONCE: {
    base: IllegalArgumentError,
    message: (why: string) =>
      `JdbcUtils.save of a stream ${why}. With { exactlyOnce: false } rows are written at least once, without a ledger.`,
    doc: "A stream is to be written exactly once where that cannot hold.",
  },
  JDBC_OTHER_PARTITIONS: {
    base: InputOutputError,
    message: (output: string, batch: string, before: number, now: number) =>
      `The batch of ${batch} of ${output} was being written in ${before} partitions before the restart, and has ${now} now: which of its rows are in the table cannot be told. Set what makes the number of its partitions to what it was, so that it has ${before} again: spark.default.parallelism (the cores of the machine, where it is not set), the property numPartitions, an argument of a shuffle or of repartition, the partitions of a source.`,
    doc: "After a restart a batch that had been written in part has another number of partitions, as on a machine with more cores, or with another `numPartitions`.",
  },
  JDBC_LEDGER_AHEAD: {
    base: InputOutputError,
    message: (output: string, batch: string, written: string, ledger: string) =>
      `The table has the batches of ${output} up to that of ${written}, and the checkpoint, which is older, begins anew with that of ${batch}: going on would write rows twice. Use the newest checkpoint, or remove the checkpoint directory and the rows of its run from ${ledger}.`,
    doc: "A checkpoint is older than what was written with it: its newest files were lost, or it was put back from a copy.",
  },
  JDBC_NO_LEDGER: {
    base: InputOutputError,
    message: (ledger: string, where: string, why: string, create: string) =>
      `The ledger ${ledger} cannot be made at ${where}: ${ended(why)} Have it made by somebody who may, with the right to SELECT, INSERT, UPDATE and DELETE: ${create}`,
    doc: "The table in which a stream keeps which batches were written does not exist, and the user may not create it.",
  },
});
