import { rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { registerLoader, SHIP, type Shipped } from "./closure/protocol.js";
import { E } from "./errors/engine-errors.js";
import { baseName } from "./io/file-system.js";
import { locate } from "./io/file-systems.js";
import type { LocalDir } from "./storage/local-dir.js";
import { engineFunctions } from "./util/engine-functions.js";

/** What was added, as other threads are told. */
export interface AddedFiles {
  /** Another one after each change. */
  readonly version: number;
  /** The directory that holds them. */
  readonly root: string | undefined;
  /** Where each is, by its name. */
  readonly paths: ReadonlyMap<string, string>;
}

let added: AddedFiles = { version: 0, root: undefined, paths: new Map() };

const change = (root: string | undefined, paths: ReadonlyMap<string, string>) => {
  added = { version: added.version + 1, root, paths };
};

/** Copies a file or directory, of this machine or of another file system, to where tasks find it. */
export function addFile(source: string, recursive: boolean, dir: LocalDir): void {
  const { fs, path: from } = locate(source.startsWith("file:") ? pathOfUrl(source) : source);
  const status = fs.status(from);
  if (status === undefined) throw E.NO_FILE_TO_ADD(source);
  if (status.isDirectory && !recursive) throw E.DIRECTORY_TO_ADD(source);
  const root = path.join(dir.path, "files");
  const name = baseName(from);
  const to = path.join(root, name);
  try {
    fs.copyToLocal(from, to);
  } catch (error) {
    rmSync(to, { recursive: true, force: true });
    change(added.root, new Map([...added.paths].filter(([other]) => other !== name)));
    throw error;
  }
  change(root, new Map([...added.paths, [name, to]]));
}

/** The path of `file:/data/a%20b`. */
function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url.replace(/^file:(?!\/\/)/, "file://"));
  } catch (error) {
    // A host, or a % that begins no code.
    throw E.BAD_ARGUMENT.because(error, "addFile", "path", url, "a URL of this machine, file:/path, or a path");
  }
}

/** Forgets the files of a context that has stopped. */
export function forgetFiles(): void {
  change(undefined, new Map());
}

/** The files as they are now. */
export const addedFiles = (): AddedFiles => added;

/** In another thread: the files are those. */
export function adoptFiles(files: AddedFiles): void {
  added = files;
}

/**
 * Finds what was added with `sc.addFile`, in closures too, wherever they run. Spark's name: `org.apache.spark.SparkFiles`.
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
    const found = added.paths.get(name);
    if (found === undefined) throw E.NO_SUCH_FILE_ADDED(name, [...added.paths.keys()]);
    return found;
  },
  /** The directory that holds them; `undefined` before the first. */
  getRootDirectory(): string | undefined {
    return added.root;
  },
  /** Their names. */
  list(): string[] {
    return [...added.paths.keys()];
  },
  /** @internal */
  [SHIP](): Shipped {
    return { kind: "SparkFiles", data: undefined };
  },
};

registerLoader("SparkFiles", () => SparkFiles);
engineFunctions("SparkFiles", {
  get: SparkFiles.get,
  getRootDirectory: SparkFiles.getRootDirectory,
  list: SparkFiles.list,
});
