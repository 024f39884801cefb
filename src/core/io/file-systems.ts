import { E } from "./errors.js";
import type { FileSystem } from "./file-system.js";
import { LocalFileSystem } from "./local-file-system.js";

/**
 * Gives the file system of an authority, the `nn:8020` of `hdfs://nn:8020/x`; `undefined` stands for the one that is
 * configured (`hdfs:/x`). `text` is the whole path, for messages.
 */
export type OpenFileSystem = (authority: string | undefined, text: string) => FileSystem;

const local = new LocalFileSystem();
const byScheme = new Map<string, FileSystem | OpenFileSystem>([[local.scheme, local]]);

/** A path and the file system it belongs to. */
export interface Located {
  readonly fs: FileSystem;
  /** Absolute, without the scheme. */
  readonly path: string;
}

/** Makes paths of a scheme (`hdfs`) lead to one file system, or, where each authority has its own, to what `open` gives. */
export function registerFileSystem(scheme: string, fs: FileSystem | OpenFileSystem): void {
  byScheme.set(scheme, fs);
}

/** The scheme of a path; `undefined` where it has none, and is one of this machine. */
export function schemeOf(text: string): string | undefined {
  // Two letters at least: C:/x is a path of Windows.
  return /^([A-Za-z][A-Za-z0-9+.-]+):(?=\/)/.exec(text)?.[1]?.toLowerCase() ?? /^(file):/.exec(text)?.[1];
}

/**
 * The file system and the absolute path that `text` names; without a scheme it is one of this machine. A scheme no file
 * system was registered for throws `NO_FILE_SYSTEM`, an empty text `EMPTY_PATH`, and `hdfs:x` `NO_ABSOLUTE_PATH`.
 *
 * @example
 * locate("file:///tmp/x").path; // "/tmp/x"
 */
export function locate(text: string): Located {
  if (text === "") throw E.EMPTY_PATH();
  const scheme = schemeOf(text);
  if (scheme === undefined) {
    const remote = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(text)?.[1]?.toLowerCase();
    if (remote !== undefined && typeof byScheme.get(remote) === "function") throw E.NO_ABSOLUTE_PATH(text, remote);
    return { fs: local, path: local.absolute(text) };
  }
  const fs = byScheme.get(scheme);
  if (fs === undefined) throw E.NO_FILE_SYSTEM(scheme, text, [...byScheme.keys()]);
  const rest = text.slice(scheme.length + 1);
  if (typeof fs === "function") {
    const authority = /^\/\/([^/]*)/.exec(rest)?.[1];
    // Where a path is escaped as a whole, so is the address.
    const opened = fs(authority?.replace(/\\([\s\S])/g, "$1") || undefined, text);
    const path = authority === undefined ? rest : rest.slice(2 + authority.length) || "/";
    return { fs: opened, path: opened.absolute(path) };
  }
  // The local file system has no hosts: file://localhost/x and file:///x are /x.
  return { fs, path: fs.absolute(fs === local ? rest.replace(/^\/\/(?:localhost)?(?=\/)/, "") : rest) };
}
