// Hadoop's jars.
import path from "node:path";
import { jarsOf, whyNoJava } from "../java/jars.mjs";
import { cache, here } from "./paths.mjs";

/** Why no HDFS can be started here, or `undefined`: tests skip with this text. */
export const whyNoHdfs = () => whyNoJava("a real HDFS");

/** The folder with the jars of a NameNode, a DataNode and Java's client. */
export const hdfsJars = () => jarsOf(path.join(here, "pom.xml"), cache);
