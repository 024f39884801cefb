import { defineErrors } from "../../core/errors/define-errors.js";
import { IllegalArgumentError, InputOutputError } from "../../core/errors/spark-error.js";
import type { Attempt } from "./failure.js";

/** What is done with a path. */
export type Doing = "read" | "write";

const ended = (text: string) => text.trim().replace(/\.?$/, ".");

/** Every error of HDFS. */
export const E = defineErrors("hdfs", {
  HDFS_NO_DEFAULT_FS: {
    base: IllegalArgumentError,
    message: (path: string, why: string) =>
      `${path} names no host, and fs.defaultFS does not say which NameNode it is of: ${why}. Write hdfs://HOST:PORT/…, set HADOOP_CONF_DIR to the directory of core-site.xml, or set spark.hadoop.fs.defaultFS=hdfs://HOST:PORT.`,
    doc: "A path begins with `hdfs:/` or `webhdfs:/` without a host, and Hadoop's configuration has no HDFS as its default.",
  },
  HDFS_NO_CONF_DIR: {
    base: IllegalArgumentError,
    message: (directory: string) =>
      `HADOOP_CONF_DIR is ${directory}: there is no such directory. Set it to the one that holds core-site.xml and hdfs-site.xml, or unset it.`,
    doc: "The environment variable `HADOOP_CONF_DIR` names no directory.",
  },
  HDFS_BAD_CONF_FILE: {
    base: IllegalArgumentError,
    message: (file: string, line: number, what: string) =>
      `${file}, line ${line}: ${what}. Hadoop's configuration is XML: <configuration><property><name>…</name><value>…</value></property> … </configuration>.`,
    doc: "`core-site.xml` or `hdfs-site.xml` is not what Hadoop's configuration files are.",
  },
  HDFS_UNREADABLE_CONF_FILE: {
    base: InputOutputError,
    message: (file: string, why: string) =>
      `Cannot read ${file}: ${ended(why)} It is looked for because of HADOOP_CONF_DIR.`,
    doc: "A file of Hadoop's configuration is there and cannot be read.",
  },
  HDFS_BAD_VALUE: {
    base: IllegalArgumentError,
    message: (key: string, value: string, rule: string, standard: string | undefined) =>
      `${key} is ${value}: ${ended(rule)}${standard === undefined ? "" : ` The default is ${standard}.`}`,
    doc: "A value of Hadoop's configuration does not parse as its key's type.",
  },
  HDFS_BAD_ADDRESS: {
    base: IllegalArgumentError,
    message: (address: string, from: string) =>
      `${JSON.stringify(address)} (${from}) is no address of a NameNode: write HOST or HOST:PORT, with a port from 1 to 65535.`,
    doc: "The host of a path, or an address of Hadoop's configuration, does not have the form `host:port`.",
  },
  HDFS_NO_ADDRESS: {
    base: IllegalArgumentError,
    message: (service: string, key: string) =>
      `The nameservice ${service} has no address to be reached at: ${key} is not set. Add it to hdfs-site.xml, or set spark.hadoop.${key}=HOST:PORT.`,
    doc: "A nameservice's NameNode is listed in `dfs.ha.namenodes.…` and has no `dfs.namenode.http-address.…`.",
  },
  HDFS_UNREACHABLE: {
    base: InputOutputError,
    message: (path: string, doing: Doing, attempts: readonly Attempt[]) =>
      `Cannot ${doing} ${path}: ${attempts.length > 1 ? "no NameNode answers" : "the NameNode does not answer"}: ${attempts.map(a => `${a.address} (${a.from}): ${a.why}`).join("; ")}. Is it running, with WebHDFS on (dfs.webhdfs.enabled)?${attempts.some(a => a.guessed) ? " Its HTTP address is dfs.namenode.http-address, its port usually 9870: set that in HADOOP_CONF_DIR, or write webhdfs://HOST:PORT/… with it." : ""}`,
    doc: "No NameNode accepts connections at the addresses that are named, or all are on standby. The message says where each address came from.",
  },
  HDFS_DENIED: {
    base: InputOutputError,
    message: (path: string, doing: Doing, user: string, message: string) =>
      `User ${JSON.stringify(user)} may not ${doing} ${path}: ${ended(message)} Set HADOOP_USER_NAME to a user who may, or have the permissions changed (hdfs dfs -chmod, -chown).`,
    doc: "HDFS refused access to a file or directory (`AccessControlException`).",
  },
  HDFS_SAFE_MODE: {
    base: InputOutputError,
    message: (path: string, doing: Doing, message: string) =>
      `Cannot ${doing} ${path}: ${ended(message)} In safe mode HDFS can be read only; it ends when enough DataNodes have reported, or with hdfs dfsadmin -safemode leave.`,
    doc: "The NameNode is in safe mode (`SafeModeException`).",
  },
  HDFS_UNAUTHENTICATED: {
    base: InputOutputError,
    message: (path: string, doing: Doing, address: string) =>
      `Cannot ${doing} ${path}: ${address} demands authentication (Kerberos), and tspark gives a user name only. Use a cluster or a gateway (HttpFS, Knox) with simple authentication.`,
    doc: "A cluster with Kerberos answered 401.",
  },
  HDFS_FOREIGN: {
    base: InputOutputError,
    message: (path: string, doing: Doing, address: string, from: string, answer: string) =>
      `Cannot ${doing} ${path}: what answers at ${address} (${from}) does not speak WebHDFS: ${ended(answer)} Is it the NameNode's HTTP port (usually 9870), with dfs.webhdfs.enabled not false?`,
    doc: "An address answers HTTP and is not a NameNode's WebHDFS: often its RPC port.",
  },
  HDFS_DATA_NODE: {
    base: InputOutputError,
    message: (path: string, doing: Doing, address: string, position: number, why: string) =>
      `Cannot ${doing} ${path}: DataNode ${address} failed at byte ${position}: ${ended(why)} ${doing === "read" ? "No other one went on with it: check hdfs fsck for the file's blocks." : "What was written is incomplete: write it again."} The DataNode's host must be reachable from here under the name it has in the cluster.`,
    doc: "A DataNode could not be reached, died or fell silent; a read is tried again from where it was, a write is not.",
  },
  HDFS_FAILED: {
    base: InputOutputError,
    message: (path: string, doing: Doing, address: string, exception: string, message: string) =>
      `Cannot ${doing} ${path}: ${address} answered ${exception}: ${ended(message)} The NameNode's log tells more.`,
    doc: "HDFS refused a request for another reason; the message has Hadoop's exception and its text.",
  },
  HDFS_NOT_HDFS: {
    base: IllegalArgumentError,
    message: (uri: string) =>
      `FileSystem.get: ${uri} is no URI of HDFS. It begins with hdfs: or webhdfs:; for files of this machine use node:fs.`,
    doc: "`FileSystem.get` was called with another scheme than `hdfs` or `webhdfs`.",
  },
  HDFS_OTHER_FILE_SYSTEM: {
    base: IllegalArgumentError,
    message: (path: string, root: string) =>
      `Wrong FS: ${path}, expected: ${root}. Name a path of this file system, or get the other one with FileSystem.get.`,
    doc: "A method of a `FileSystem` was called with a path of another one.",
  },
});
