import type { ConfigEntry } from "../config-entry.js";
import { atLeast } from "./checks.js";

/** How the doc of a key begins that files in `HADOOP_CONF_DIR` may set as well. */
const ALSO = "Without `spark.hadoop.` also in the files of `HADOOP_CONF_DIR`, over which this goes.";

/**
 * Keys of HDFS that are read under Hadoop's own names, here behind `spark.hadoop.`: any key of Hadoop's configuration may be
 * set so, and those of the name nodes of a nameservice have its name in theirs.
 */
export const HDFS_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.hadoop.fs.defaultFS",
    doc: `The file system of paths that begin with \`hdfs:/\` or \`webhdfs:/\` and name no host: \`hdfs://nn:8020\`, \`webhdfs://nn:9870\`, \`hdfs://NAMESERVICE\`. Paths without a scheme are local whatever it is. ${ALSO}`,
    type: "string",
    since: "0.1.0",
  },
  {
    key: "spark.hadoop.dfs.namenode.http-address",
    doc: `\`host:port\` where the NameNode of \`hdfs://\` paths answers WebHDFS. Without it: port 9870 of the path's host. Of a nameservice: \`dfs.nameservices\`, \`dfs.ha.namenodes.NAMESERVICE\` and \`dfs.namenode.http-address.NAMESERVICE.ID\`. ${ALSO}`,
    type: "string",
    since: "0.1.0",
  },
  {
    key: "spark.hadoop.dfs.replication",
    doc: `On how many DataNodes each block of a file that is written is put. Without it: what HDFS itself is set to. ${ALSO}`,
    type: "int",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.hadoop.dfs.blocksize",
    doc: `How large the blocks of a file that is written are. Without it: what HDFS itself is set to. ${ALSO}`,
    type: "bytes",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.hadoop.dfs.webhdfs.socket.connect-timeout",
    doc: `How long HDFS may take to accept a connection. ${ALSO}`,
    type: "timeMs",
    default: "60s",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.hadoop.dfs.webhdfs.socket.read-timeout",
    doc: `How long HDFS may be silent while it owes an answer or the next bytes of a file. ${ALSO}`,
    type: "timeMs",
    default: "60s",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.hadoop.dfs.http.client.failover.max.attempts",
    doc: `How often a request is tried in all where a nameservice has several NameNodes, one after the other, and where one says that it is not ready yet. ${ALSO}`,
    type: "int",
    default: "15",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.hadoop.dfs.http.client.failover.sleep.base.millis",
    doc: `The pause after all NameNodes have been tried once; it doubles each time. ${ALSO}`,
    type: "timeMs",
    default: "500",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.hadoop.dfs.http.client.failover.sleep.max.millis",
    doc: `The longest of those pauses. ${ALSO}`,
    type: "timeMs",
    default: "15000",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.hadoop.dfs.client.max.block.acquire.failures",
    doc: `How often in a row a read may fail without a byte before it is given up; each time it goes on where it was, from another DataNode if there is one. ${ALSO}`,
    type: "int",
    default: "3",
    since: "0.1.0",
    check: atLeast(0),
  },
];
