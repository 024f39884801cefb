import { save } from "./save.js";

/**
 * Writes RDDs and streams to tables of databases.
 *
 * Spark's name: `org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils`, behind `DataFrameWriter.jdbc`.
 *
 * @example
 * // needs: postgresql
 * const url = "jdbc:postgresql://localhost/shop";
 * JdbcUtils.save(words.map(word => ({ word })), url, "words", { user: "app", password: "secret" });
 */
export const JdbcUtils = { save } as const;
