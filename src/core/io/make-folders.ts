import { existsSync, mkdirSync, statSync } from "node:fs";
import path from "node:path";

/**
 * Makes `folder` and those above it that are not there. Node's own way of it (`recursive`) never ends where a folder that
 * is there says of a new one in it that there is no such place, as `/proc` does.
 *
 * @throws Error of Node's `mkdir`: EACCES, EEXIST where a file has that name, ENOTDIR where one above it has …
 */
export function makeFolders(folder: string): void {
  const missing = [path.resolve(folder)];
  for (;;) {
    const above = path.dirname(missing.at(-1)!);
    if (above === missing.at(-1) || existsSync(above)) break;
    missing.push(above);
  }
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
    } catch (error) {
      // There already, or made by somebody else in the meantime.
      if (!isFolder(each)) throw error;
    }
  }
}

function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}
