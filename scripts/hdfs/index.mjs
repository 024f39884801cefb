// What tests import: a real HDFS, and Java's own client.
export { isRunning, readState, startHdfs, stopHdfs } from "./cluster.mjs";
export { whyNoHdfs } from "./jars.mjs";
