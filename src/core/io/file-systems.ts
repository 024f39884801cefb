import { E } from "./errors.js";
import type { FileSystem } from "./file-system.js";
import { LocalFileSystem } from "./local-file-system.js";

const local = new LocalFileSystem();
const byScheme = new Map<string, FileSystem>([[local.scheme, local]]);
let standard: FileSystem = local;

/** A path and the file system it belongs to. */
export interface Located {
  readonly fs: FileSystem;
  /** Absolute, without the scheme. */
  readonly path: string;
}

/** Makes paths of a scheme (`hdfs`) lead to `fs`. */
export function registerFileSystem(scheme: string, fs: FileSystem): void {
  byScheme.set(scheme, fs);
}

/** Makes paths without a scheme lead to `fs`: Hadoop's `fs.defaultFS`. At first they lead to this machine's files. */
export function setDefaultFileSystem(fs: FileSystem): void {
  standard = fs;
}

/**
 * The file system and the absolute path that `text` names. A scheme no file system was registered for throws
 * `NO_FILE_SYSTEM`, an empty text `EMPTY_PATH`.
 *
 * @example
 * locate("file:///tmp/x").path; // "/tmp/x"
 */
export function locate(text: string): Located {
  if (text === "") throw E.EMPTY_PATH();
  // Two letters at least: C:/x is a path of Windows.
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):(?=\/)/.exec(text)?.[1]?.toLowerCase() ?? /^(file):/.exec(text)?.[1];
  if (scheme === undefined) return { fs: standard, path: standard.absolute(text) };
  const fs = byScheme.get(scheme);
  if (fs === undefined) throw E.NO_FILE_SYSTEM(scheme, text, [...byScheme.keys()]);
  const rest = text.slice(scheme.length + 1);
  // The local file system has no hosts: file://localhost/x and file:///x are /x.
  return { fs, path: fs.absolute(fs === local ? rest.replace(/^\/\/(?:localhost)?(?=\/)/, "") : rest) };
}
