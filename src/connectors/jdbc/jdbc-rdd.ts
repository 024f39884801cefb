import { RDD } from "../../core/rdd/rdd.js";
import { SparkContext } from "../../core/spark-context.js";
import * as must from "../../core/util/arguments.js";
import type { ConnectionFactory, Row } from "./connection.js";
import { E } from "./errors.js";
import { boundsOf, JdbcNode } from "./jdbc-node.js";
import { replacePlaceholders } from "./placeholders.js";
import { type JdbcProperties, readJdbcSettings } from "./properties.js";

/** Where a database is: a JDBC url, the same with properties, or a function that makes a `Connection` of your own. */
export type JdbcSource = string | ({ readonly url: string } & JdbcProperties) | ConnectionFactory;

/** The smallest and the largest number of 8 bytes, which the bounds are. */
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/**
 * The rows of a query, which is run once for each partition: its two `?` are the bounds of the partition. Each time the RDD is
 * computed the database is asked again.
 *
 * Without `mapRow` an element is the row as an object, column -> value. What types of PostgreSQL become:
 *
 *     smallint, integer, real, double precision, oid    number
 *     bigint                                            number, past 2^53 a bigint
 *     boolean                                           boolean
 *     timestamp, timestamptz                            Date, to the millisecond; without a zone it is that of this process;
 *                                                       'infinity' is the number
 *     bytea                                             Buffer
 *     json, jsonb                                       what JSON.parse makes of it
 *     an array of one of these, or of texts             an array
 *     NULL                                              null
 *     numeric, date, time, interval, uuid, all others   text, as PostgreSQL writes it: a number would lose digits, a Date the day
 *
 * Rows are fetched `fetchsize` (default 1000) at a time, as they are asked for. A job that is cancelled ends its queries.
 *
 * Spark's name: `org.apache.spark.rdd.JdbcRDD`.
 *
 * @example
 * // needs: postgresql
 * const source = { url: "jdbc:postgresql://localhost/shop", user: "app", password: "secret" };
 * const sql = "SELECT id, title FROM books WHERE ? <= id AND id <= ?";
 * const titles = new JdbcRDD(sc, source, sql, 1, 1000, 4, (row: { id: number; title: string }) => row.title);
 * await titles.filter(title => title.includes("Spark")).count();
 */
export class JdbcRDD<T = Row, R extends object = Row> extends RDD<T> {
  /**
   * @param source where the database is
   * @param sql with two `?`: of lower bounds 1 and upper bounds 20 in 2 partitions the query is run with (1, 10) and (11, 20)
   * @param lowerBound the least value of the first `?`, inclusive: a whole number, or a bigint
   * @param upperBound the greatest value of the second `?`, inclusive
   * @param mapRow makes an element of a row; default: the row itself
   * @throws IllegalArgumentError when an argument is none that it can take, or the query does not have two `?`
   */
  constructor(
    sc: SparkContext,
    source: JdbcSource,
    sql: string,
    lowerBound: number | bigint,
    upperBound: number | bigint,
    numPartitions: number,
    mapRow?: (row: R) => T,
  ) {
    if (!(sc instanceof SparkContext))
      throw E.JDBC_BAD_ARGUMENT("JdbcRDD's first argument", typeof sc, "it takes a SparkContext");
    must.beText("JdbcRDD", "sql", sql);
    const { count } = replacePlaceholders(sql, () => "?");
    if (count !== 2) throw E.JDBC_PLACEHOLDERS(sql, count);
    must.beAtLeast("JdbcRDD", "numPartitions", numPartitions, 1);
    if (mapRow !== undefined) must.beFunction("JdbcRDD", mapRow, "mapRow");
    const bounds = boundsOf(bound("lowerBound", lowerBound), bound("upperBound", upperBound), numPartitions);
    super(sc, new JdbcNode<T>({ ...readerOf(source), sql, mapRow }, bounds));
  }

  /**
   * The same as `new JdbcRDD(…)`.
   *
   * @example
   * // needs: postgresql
   * const books = JdbcRDD.create<{ id: number; title: string }>(
   *   sc,
   *   "jdbc:postgresql://localhost/shop?user=app",
   *   "SELECT id, title FROM books WHERE ? <= id AND id <= ?",
   *   1,
   *   1000,
   *   4,
   * );
   * await books.sortBy(book => book.title).take(10);
   */
  static create<T = Row, R extends object = Row>(
    sc: SparkContext,
    source: JdbcSource,
    sql: string,
    lowerBound: number | bigint,
    upperBound: number | bigint,
    numPartitions: number,
    mapRow?: (row: R) => T,
  ): JdbcRDD<T, R> {
    return new JdbcRDD(sc, source, sql, lowerBound, upperBound, numPartitions, mapRow);
  }
}

function readerOf(source: JdbcSource) {
  if (typeof source === "function") return { from: source, fetchSize: 1000 };
  const { url, ...properties } = typeof source === "object" && source !== null ? source : { url: source };
  const { connection, fetchSize } = readJdbcSettings(url, properties, "JdbcRDD");
  return { from: connection, fetchSize };
}

function bound(name: string, value: unknown): bigint {
  if (typeof value === "bigint" ? value >= LEAST && value <= MOST : Number.isSafeInteger(value)) {
    return BigInt(value as number | bigint);
  }
  const rule = "it takes a whole number or, past 2^53, a bigint of at most 8 bytes";
  throw E.JDBC_BAD_ARGUMENT(`JdbcRDD's ${name}`, value, rule);
}
