// Flume's jars, and our Java client compiled against them.
import path from "node:path";
import { compiled, jarsOf, whyNoJava } from "../java/jars.mjs";
import { cache, here } from "./paths.mjs";

/** Why no agent can be started here, or `undefined`: tests skip with this text. */
export const whyNoFlume = () => whyNoJava("a real Flume agent");

/** The folder with the jars of an agent, of Flume's RPC clients and of Spark's sink. */
export const flumeJars = () => jarsOf(path.join(here, "pom.xml"), cache);

/** A class path with Flume's jars and the compiled `scripts/flume/*.java`. */
export const toolsClassPath = async () => compiled(path.join(here, "Client.java"), await flumeJars(), cache);
