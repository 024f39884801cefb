import { readdirSync } from "node:fs";
import path from "node:path";

/**
 * Paths that begin with `word`, from the working directory; folders end in a slash. Hidden files where their dot was typed. Empty
 * where there is no such folder.
 */
export function fileNames(word: string): string[] {
  const folder = word.slice(0, word.lastIndexOf("/") + 1);
  const hidden = word.slice(folder.length).startsWith(".");
  try {
    return readdirSync(path.resolve(folder || "."), { withFileTypes: true })
      .filter(entry => hidden || !entry.name.startsWith("."))
      .map(entry => folder + entry.name + (entry.isDirectory() ? "/" : ""))
      .filter(name => name.startsWith(word))
      .sort();
  } catch {
    return [];
  }
}
