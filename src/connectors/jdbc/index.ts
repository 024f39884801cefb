/// <reference types="node" preserve="true" />

// What `tspark/jdbc` gives: Spark's names of JdbcRDD and of writing to a table.
export type { Connection, ConnectionFactory, QueryOptions, Row } from "./connection.js";
export { JdbcRDD, type JdbcSource } from "./jdbc-rdd.js";
export { JdbcUtils } from "./jdbc-utils.js";
export type { JdbcProperties } from "./properties.js";
export type { JdbcSaveOptions, SaveMode } from "./save.js";
