import { RDD } from "../../core/rdd/rdd.js";
import { type CallSite, captureCallSite } from "../../core/util/call-site.js";
import { nearest } from "../../core/util/nearest.js";
import { DStream } from "../../streaming/dstream.js";
import { E } from "./errors.js";
import { besideTable, isTableName } from "./postgres/table.js";
import { type JdbcProperties, type JdbcSettings, readJdbcSettings } from "./properties.js";
import { saveRDD } from "./save-rdd.js";
import { StreamToTable } from "./stream-to-table.js";

/** What becomes of a table that exists already. Spark's name: `SaveMode`. */
export type SaveMode = "errorifexists" | "append" | "overwrite" | "ignore" | (string & {});

/** How `JdbcUtils.save` writes. */
export interface JdbcSaveOptions {
  /**
   * What becomes of a table that exists: `errorifexists` (default for an RDD, also `error` and `default`) refuses it, `append`
   * (a stream's, the only one) adds rows, `overwrite` puts the rows in the place of it, `ignore` leaves it as it is.
   */
  readonly mode?: SaveMode;
  /** Columns of a unique index: a row takes the place of the one with the same values in them. Default: none. */
  readonly keys?: readonly string[];
  /**
   * The columns of every row. Rows may then be arrays: a value for each. Default: the properties of each row, where a property
   * that is missing leaves its column to the table's default.
   *
   * Rows that have other properties in turn are written fastest with `columns`, as one COPY; what is missing is NULL then.
   * Without, rows of the same properties are gathered, so those of a partition may come to the table in another order; with
   * `keys`, where their order counts, each change of properties costs some round trips to the server.
   */
  readonly columns?: readonly string[];
  /** Whether a stream keeps a ledger of what it has written; default `true`. */
  readonly exactlyOnce?: boolean;
  /** The table of that ledger; default `tspark_ledger`, in the schema of the table. */
  readonly ledger?: string;
}

/** What is to be written where, read and checked. */
export interface SaveRequest {
  readonly settings: JdbcSettings;
  readonly table: string;
  readonly mode: (typeof MODES)[number];
  readonly keys: readonly string[];
  readonly columns: readonly string[] | undefined;
  /** `undefined`: none is kept. */
  readonly ledger: string | undefined;
  readonly callSite: CallSite;
}

const MODES = ["errorifexists", "append", "overwrite", "ignore"] as const;
const OPTIONS = ["mode", "keys", "columns", "exactlyOnce", "ledger"];
const OPERATION = "JdbcUtils.save";

/**
 * Writes every element of an RDD to a table of a database, each partition in one transaction, and resolves when all are
 * written. An element is an object, whose properties are columns, or with `columns` an array of values. A table that does not
 * exist is created.
 *
 * A partition whose task fails leaves nothing, and is written when the task is tried again; partitions that were written before
 * a job failed stay. Where the connection is lost during the commit itself, the task that is tried again may write its rows twice:
 * `keys` make that harmless.
 *
 * @param url `jdbc:postgresql://HOST:PORT/DATABASE`
 * @param table as in SQL: `counts`, `shop.counts`, `"Counts"`
 * @throws IllegalArgumentError when an argument is none that it can take
 *
 * @example
 * // needs: postgresql
 * const counts = sc.parallelize(["a", "b", "a"]).map(w => [w, 1]).reduceByKey((a, b) => a + b);
 * const rows = counts.map(([word, n]) => ({ word, n }));
 * await JdbcUtils.save(rows, "jdbc:postgresql://localhost/shop", "counts", { user: "app" }, { mode: "append" });
 */
export function save<T>(
  rdd: RDD<T>,
  url: string,
  table: string,
  properties?: JdbcProperties,
  options?: JdbcSaveOptions,
): Promise<void>;
/**
 * An output operation that writes every batch of a stream to a table of a database, exactly once: each partition of a batch is
 * one transaction, in which a ledger (the table `tspark_ledger`, made with the first batch) notes that it is written. A batch
 * that is tried again, and with a checkpoint directory also one that is run again after a crash, leaves out what is there.
 *
 * That takes of the program that a batch that is run again has the same partitions: sources that can be read again, and
 * functions that give the same for the same. The table must exist, or `createTableColumnTypes` must tell its columns. Without
 * a checkpoint directory nothing is known after a restart, and a source that is read again is written again.
 *
 * @throws IllegalArgumentError when an argument is none that it can take, or `exactlyOnce` cannot hold, and says why
 *
 * @example
 * // needs: postgresql
 * const counts = lines.flatMap(line => line.split(" ")).map(w => [w, 1]).reduceByKey((a, b) => a + b);
 * const properties = { user: "app", password: "secret" };
 * JdbcUtils.save(counts, "jdbc:postgresql://localhost/shop", "counts", properties, {
 *   columns: ["word", "n"],
 *   keys: ["word"],
 * });
 */
export function save<T>(
  stream: DStream<T>,
  url: string,
  table: string,
  properties?: JdbcProperties,
  options?: JdbcSaveOptions,
): void;
export function save<T>(
  from: RDD<T> | DStream<T>,
  url: string,
  table: string,
  properties: JdbcProperties = {},
  options: JdbcSaveOptions = {},
): Promise<void> | undefined {
  const isStream = from instanceof DStream;
  if (!isStream && !(from instanceof RDD)) {
    throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s first argument`, typeof from, "it takes an RDD or a DStream");
  }
  const request = readRequest(isStream, url, table, properties, options);
  if (!isStream) return saveRDD(from as RDD<unknown>, request);
  new StreamToTable(from as DStream<unknown>, request);
  return undefined;
}

function readRequest(
  isStream: boolean,
  url: string,
  table: string,
  properties: JdbcProperties,
  options: JdbcSaveOptions,
): SaveRequest {
  const settings = readJdbcSettings(url, properties, OPERATION);
  if (typeof table !== "string" || !isTableName(table)) {
    throw E.JDBC_BAD_ARGUMENT(
      `${OPERATION}'s table`,
      table,
      'it takes a name as in SQL: counts, shop.counts, "Counts"',
    );
  }
  if (typeof options !== "object" || options === null) {
    throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s options`, options, 'they are an object, e.g. { mode: "append" }');
  }
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    const similar = nearest(name, OPTIONS);
    const rule = `there are ${OPTIONS.join(", ")}${similar === undefined ? "" : `; did you mean ${similar}?`}`;
    throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s options have a name that`, name, rule);
  }
  const keys = namesOf("keys", options.keys) ?? [];
  const columns = namesOf("columns", options.columns);
  const missing = columns && keys.find(key => !columns.includes(key));
  if (missing !== undefined) {
    throw E.JDBC_BAD_ARGUMENT(
      `${OPERATION}'s keys`,
      keys,
      `${missing} is not among the columns: ${columns!.join(", ")}`,
    );
  }
  return {
    settings,
    table: table.trim(),
    mode: modeOf(options.mode, isStream),
    keys,
    columns,
    ledger: ledgerOf(isStream, table, options),
    callSite: captureCallSite(),
  };
}

function modeOf(mode: unknown, isStream: boolean): SaveRequest["mode"] {
  if (mode === undefined) return isStream ? "append" : "errorifexists";
  const lower = typeof mode === "string" ? mode.toLowerCase() : mode;
  const found = lower === "error" || lower === "default" ? MODES[0] : MODES.find(each => each === lower);
  if (found === undefined) throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s mode`, mode, `it takes ${MODES.join(", ")}`);
  if (isStream && found !== "append") {
    throw E.JDBC_BAD_ARGUMENT(
      `${OPERATION}'s mode`,
      mode,
      "the batches of a stream are appended; with keys they replace rows",
    );
  }
  return found;
}

function ledgerOf(isStream: boolean, table: string, { exactlyOnce, ledger }: JdbcSaveOptions): string | undefined {
  if (exactlyOnce !== undefined && typeof exactlyOnce !== "boolean") {
    throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s exactlyOnce`, exactlyOnce, "it takes true or false");
  }
  if (ledger !== undefined && (typeof ledger !== "string" || !isTableName(ledger))) {
    throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s ledger`, ledger, "it takes the name of a table");
  }
  if (!isStream && (exactlyOnce === true || ledger !== undefined)) {
    const what = ledger === undefined ? "exactlyOnce" : "ledger";
    throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s ${what}`, ledger ?? true, "it is for streams: an RDD has no batches");
  }
  if (!isStream || exactlyOnce === false) return undefined;
  return ledger?.trim() ?? besideTable(table, "tspark_ledger");
}

function namesOf(argument: string, names: unknown): readonly string[] | undefined {
  if (names === undefined) return undefined;
  const rule = 'it takes the names of columns, each once, e.g. ["word", "n"]';
  const isList =
    Array.isArray(names) && names.length > 0 && names.every(name => typeof name === "string" && name !== "");
  if (!isList || new Set(names).size !== names.length) {
    throw E.JDBC_BAD_ARGUMENT(`${OPERATION}'s ${argument}`, names, rule);
  }
  return [...(names as string[])];
}
