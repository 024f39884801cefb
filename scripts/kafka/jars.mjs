// Kafka's jars (43 MB), and our Java tools compiled against them.
import path from "node:path";
import { compiled, jarsOf, whyNoJava } from "../java/jars.mjs";
import { cache, here } from "./paths.mjs";

/** Why no broker can be started here, or `undefined`: tests skip with this text. */
export const whyNoKafka = () => whyNoJava("a real Kafka broker");

/** The folder with the jars of the broker and of Java's clients. */
export const kafkaJars = () => jarsOf(path.join(here, "pom.xml"), cache);

/** A class path with Kafka's jars and the compiled `scripts/kafka/*.java`. */
export const toolsClassPath = async () => compiled(path.join(here, "Produce.java"), await kafkaJars(), cache);
