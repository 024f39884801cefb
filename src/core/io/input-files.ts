import { type Asking, answerLater, answerNow, listOf } from "./asking.js";
import { E } from "./errors.js";
import { baseName, type FileStatus, type FileSystem, isHidden } from "./file-system.js";
import { type Located, locate } from "./file-systems.js";
import { isGlob, splitPathList } from "./glob.js";
import { matchPaths } from "./match-paths.js";

/** A file that is to be read. Plain data: it can travel to a worker. */
export interface InputFile {
  /** With its scheme, as `locate` takes it and as Spark shows it: `file:/data/x`. */
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  /** ms since the epoch. */
  readonly modificationTime: number;
  /** Bytes, where the file has a size of its own. */
  readonly blockSize?: number;
}

/**
 * The files that a path names, as Hadoop finds them: files, directories (one level deep), patterns, several of those with
 * commas between them. Names that begin with `_` or `.` are left out of directories and patterns; a file named by its full
 * name is read whatever it is called. Files come in the order of the list, sorted by name within each part.
 *
 * Throws `NO_SUCH_INPUT`, `NO_MATCH`, `NOT_A_FILE` (a directory within a directory), `UNREADABLE`, `NO_FILE_SYSTEM`.
 *
 * @example
 * import { writeFileSync } from "node:fs";
 * for (const name of ["a.log", "b.log", "c.txt", "_d.log"]) writeFileSync(name, "x");
 * listInputFiles("c.txt,*.log").map(f => f.path.slice(-5)); // ["c.txt", "a.log", "b.log"]
 */
export function listInputFiles(paths: string): InputFile[] {
  return answerNow(inputFiles(locateAll(paths)));
}

/** The same without holding up this thread; `undefined` where nothing could, the files being of this machine. */
export function inputFilesLater(paths: string): Promise<InputFile[]> | undefined {
  const parts = locateAll(paths);
  return parts.some(({ fs }) => fs.later !== undefined) ? answerLater(inputFiles(parts)) : undefined;
}

function locateAll(paths: string): Located[] {
  return splitPathList(paths).map(part => locate(part.trim()));
}

function* inputFiles(parts: readonly Located[]): Asking<InputFile[]> {
  const files: InputFile[] = [];
  for (const { fs, path } of parts) {
    const found = yield* matchPaths(fs, path);
    if (found.length === 0) throw isGlob(path) ? E.NO_MATCH(fs.qualify(path)) : E.NO_SUCH_INPUT(fs.qualify(path));
    for (const status of found) files.push(...(yield* filesOf(fs, status)));
  }
  return files;
}

function* filesOf(fs: FileSystem, found: FileStatus): Asking<InputFile[]> {
  if (!found.isDirectory) return [inputFile(fs, found)];
  return (yield* listOf(fs, found.path))
    .filter(f => !isHidden(baseName(f.path)))
    .map(f => {
      if (f.isDirectory) throw E.NOT_A_FILE(fs.qualify(f.path));
      return inputFile(fs, f);
    });
}

function inputFile(fs: FileSystem, { path, length, modificationTime, blockSize }: FileStatus): InputFile {
  return { path: fs.qualify(path), length, modificationTime, ...(blockSize !== undefined && { blockSize }) };
}
