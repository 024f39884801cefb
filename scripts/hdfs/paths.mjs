// Where Hadoop's jars and the cluster's data live: all of it below the git-ignored .cache/.
import path from "node:path";
import { fileURLToPath } from "node:url";

// The same folder whether this file runs from scripts/ or is reached through a symbolic link.
export const here = path.dirname(fileURLToPath(import.meta.url));
export const cache = path.join(here, "../../.cache/hdfs");
export const defaultDir = path.join(cache, "cluster");
