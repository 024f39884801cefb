import { type Asking, listOf, statusOf } from "./asking.js";
import { baseName, type FileStatus, type FileSystem, isHidden } from "./file-system.js";
import { expandBraces, globToRegExp, isGlob } from "./glob.js";

/**
 * The files and directories that a path names, sorted by path; none where nothing is there. A pattern (see `globToRegExp`)
 * leaves out names that begin with `_` or `.` in its last part. One that matches nothing may be the name of a file as it is.
 */
export function* matchPaths(fs: FileSystem, path: string): Asking<FileStatus[]> {
  if (isGlob(path)) {
    const found: FileStatus[] = [];
    for (const pattern of expandBraces(path)) found.push(...(yield* matchPattern(fs, pattern)));
    if (found.length > 0) return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  let exact = yield* statusOf(fs, path);
  if (exact === undefined && path.includes("\\")) exact = yield* statusOf(fs, unescaped(path));
  return exact === undefined ? [] : [exact];
}

function* matchPattern(fs: FileSystem, pattern: string): Asking<FileStatus[]> {
  const names = pattern.split("/").filter(name => name !== "");
  // What stands before the first pattern is one question.
  const first = names.findIndex(isGlob);
  const plain = first < 0 ? names.length : first;
  const start = yield* statusOf(fs, `/${names.slice(0, plain).map(unescaped).join("/")}`);
  let found = start === undefined ? [] : [start];
  for (const [i, name] of names.entries()) {
    if (i < plain) continue;
    const last = i === names.length - 1;
    const matching: FileStatus[] = [];
    const wanted = isGlob(name) ? globToRegExp(name) : undefined;
    for (const directory of found.filter(f => f.isDirectory)) {
      if (wanted === undefined) {
        const status = yield* statusOf(fs, join(directory.path, unescaped(name)));
        if (status !== undefined) matching.push(status);
      } else {
        for (const f of yield* listOf(fs, directory.path)) {
          if (wanted.test(baseName(f.path)) && !(last && isHidden(baseName(f.path)))) matching.push(f);
        }
      }
    }
    found = matching;
  }
  return found;
}

function unescaped(name: string): string {
  return name.replace(/\\([\s\S])/g, "$1");
}

function join(dir: string, name: string): string {
  return dir === "/" ? `/${name}` : `${dir}/${name}`;
}
