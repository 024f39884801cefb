import os from "node:os";
import { convert, problemOf } from "../../core/conf/convert.js";
import { findConfigEntry } from "../../core/conf/keys.js";
import { E } from "./errors.js";
import type { HadoopConf } from "./hadoop-conf.js";

/** How long and how often HDFS is asked. Plain data: it goes to the thread that asks. */
export interface WebHdfsSettings {
  /** ms */
  readonly connectTimeout: number;
  /** ms */
  readonly readTimeout: number;
  /** Of a request, where another NameNode may answer or the same one later. */
  readonly attempts: number;
  /** The first pause between them, ms. */
  readonly pause: number;
  /** The longest, ms. */
  readonly longestPause: number;
  /** Of a read, in a row and without a byte between them. */
  readonly readFailures: number;
  /** Of files that are written; the server's where it is not set. */
  readonly replication?: number;
  /** The same, bytes. */
  readonly blockSize?: number;
}

/** Reads them from Hadoop's keys; a value that is none of its key's type throws `HDFS_BAD_VALUE`. */
export function readClientSettings(conf: HadoopConf): WebHdfsSettings {
  const optional = (key: string): number | undefined => {
    const entry = findConfigEntry(`spark.hadoop.${key}`)!;
    const text = conf.get(key) ?? entry.default;
    if (text === undefined) return undefined;
    const problem = problemOf(entry, text);
    if (problem !== undefined) throw E.HDFS_BAD_VALUE(conf.origin(key), text, problem, entry.default);
    return (convert(text, entry.type) as { readonly value: number }).value;
  };
  const number = (key: string) => optional(key)!;
  const replication = optional("dfs.replication");
  const blockSize = optional("dfs.blocksize");
  return {
    ...(replication !== undefined && { replication }),
    ...(blockSize !== undefined && { blockSize }),
    connectTimeout: number("dfs.webhdfs.socket.connect-timeout"),
    readTimeout: number("dfs.webhdfs.socket.read-timeout"),
    attempts: number("dfs.http.client.failover.max.attempts"),
    pause: number("dfs.http.client.failover.sleep.base.millis"),
    longestPause: number("dfs.http.client.failover.sleep.max.millis"),
    readFailures: number("dfs.client.max.block.acquire.failures"),
  };
}

/** As whom HDFS is asked: `HADOOP_USER_NAME`, else the user of this process. */
export function userName(): string {
  const given = process.env["HADOOP_USER_NAME"];
  if (given) return given;
  try {
    return os.userInfo().username;
  } catch {
    // A user without a name, as in some containers.
    return process.env["USER"] ?? String(process.getuid?.() ?? "");
  }
}
