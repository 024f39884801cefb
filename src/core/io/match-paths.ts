import { baseName, type FileStatus, type FileSystem, isHidden } from "./file-system.js";
import { expandBraces, globToRegExp, isGlob } from "./glob.js";

/**
 * The files and directories that a path names, sorted by path; none where nothing is there. A pattern (see `globToRegExp`)
 * leaves out names that begin with `_` or `.` in its last part. One that matches nothing may be the name of a file as it is.
 */
export function matchPaths(fs: FileSystem, path: string): FileStatus[] {
  if (isGlob(path)) {
    const found = expandBraces(path).flatMap(pattern => matchPattern(fs, pattern));
    if (found.length > 0) return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  const exact = fs.status(path) ?? fs.status(path.replace(/\\([\s\S])/g, "$1"));
  return exact === undefined ? [] : [exact];
}

function matchPattern(fs: FileSystem, pattern: string): FileStatus[] {
  const names = pattern.split("/").filter(name => name !== "");
  let found: FileStatus[] = [{ path: "/", isDirectory: true, length: 0, modificationTime: 0 }];
  names.forEach((name, i) => {
    const last = i === names.length - 1;
    const directories = found.filter(f => f.isDirectory);
    if (!isGlob(name)) {
      found = directories.flatMap(dir => fs.status(join(dir.path, name.replace(/\\([\s\S])/g, "$1"))) ?? []);
      return;
    }
    const wanted = globToRegExp(name);
    found = directories
      .flatMap(dir => fs.list(dir.path))
      .filter(f => wanted.test(baseName(f.path)) && !(last && isHidden(baseName(f.path))));
  });
  return found;
}

function join(dir: string, name: string): string {
  return dir === "/" ? `/${name}` : `${dir}/${name}`;
}
