import { cpSync, existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { E } from "./errors/engine-errors.js";
import type { LocalDir } from "./storage/local-dir.js";

let root: LocalDir | undefined;
const files = new Map<string, string>();

/** Copies a file or directory to where tasks find it. */
export function addFile(source: string, dir: LocalDir): void {
  const from = source.startsWith("file:") ? fileURLToPath(source.replace(/^file:(?!\/\/)/, "file://")) : source;
  if (!existsSync(from)) throw E.NO_FILE_TO_ADD(source);
  root = dir;
  const name = path.basename(from);
  const to = path.join(dir.path, "files", name);
  cpSync(from, to, { recursive: true });
  files.set(name, to);
}

/** Forgets the files of a context that has stopped. */
export function forgetFiles(): void {
  files.clear();
  root = undefined;
}

/**
 * Finds what was added with `sc.addFile`. Spark's name: `org.apache.spark.SparkFiles`.
 *
 * @example
 * import { readFileSync, writeFileSync } from "node:fs";
 * writeFileSync("stop-words.txt", "a\nthe\n");
 * sc.addFile("stop-words.txt");
 * readFileSync(SparkFiles.get("stop-words.txt"), "utf8"); // "a\nthe\n"
 */
export const SparkFiles = {
  /** The path of the file of that name; an error when none was added. */
  get(name: string): string {
    const found = files.get(name);
    if (found === undefined) throw E.NO_SUCH_FILE_ADDED(name, [...files.keys()]);
    return found;
  },
  /** The directory that holds them; `undefined` before the first. */
  getRootDirectory(): string | undefined {
    return root === undefined ? undefined : path.join(root.path, "files");
  },
  /** Their names. */
  list(): string[] {
    return [...files.keys()];
  },
};
