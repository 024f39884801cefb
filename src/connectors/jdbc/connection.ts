/** A row as an object: column -> value. */
export interface Row {
  readonly [column: string]: unknown;
}

/** How a query is to be run. */
export interface QueryOptions {
  /** Rows that are fetched at a time; 0: all at once. */
  readonly fetchSize: number;
  /** Aborted when the job is cancelled: the query is to end at the database, too. */
  readonly signal: AbortSignal;
}

/**
 * A connection to a database, as `JdbcRDD` needs it: implement it to read a database that tspark has no driver for.
 *
 * Spark's name: `java.sql.Connection`.
 *
 * @example
 * class Squares implements Connection {
 *   async *query(_sql: string, [from, to]: readonly bigint[]) {
 *     for (let n = from!; n <= to!; n++) yield [{ n: Number(n), square: Number(n * n) }];
 *   }
 *   close() {}
 * }
 * const squares = JdbcRDD.create(sc, () => new Squares(), "SELECT * FROM squares WHERE ? <= n AND n <= ?", 1, 3, 1);
 * await squares.map((row: Row) => row.square).collect(); // [1, 4, 9]
 */
export interface Connection {
  /**
   * The rows of a query, in chunks as they come. One query of a connection runs at a time; one that is not read to its end is
   * ended (`return()` of the iterator).
   *
   * @param sql with a `?` for each parameter
   */
  query(sql: string, parameters: readonly bigint[], options: QueryOptions): AsyncIterable<readonly object[]>;
  /** Called once, when its task has ended. */
  close(): void | Promise<void>;
}

/** Makes a connection, in the task that uses it. */
export type ConnectionFactory = () => Connection | Promise<Connection>;
