/// <reference types="node" preserve="true" />

// What `tspark/hdfs` gives. `hdfs:` and `webhdfs:` paths need no import: the first one loads the connector.
export { type FileContent, type FileStatus, FileSystem } from "./file-system.js";
