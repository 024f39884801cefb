import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { E } from "../errors.js";

/** A file of the user's, read as text. */
export interface UserText {
  /** Its absolute path, behind links as Node goes: what it imports lies beside the file itself. */
  readonly file: string;
  /** What it is called in messages: the given path relative to the user's folder where it lies below it. */
  readonly name: string;
  readonly text: string;
}

/** Reads a script; what is missing, a folder or no text is an error that says so. */
export function readUserText(given: string, directory: string): UserText {
  const linked = path.resolve(directory, given);
  let file: string;
  let bytes: Buffer | undefined;
  try {
    file = realpathSync(linked);
    bytes = statSync(file).isDirectory() ? undefined : readFileSync(file);
  } catch (error) {
    throw E.SCRIPT_UNREADABLE.because(error, given, why((error as NodeJS.ErrnoException).code));
  }
  if (bytes === undefined) throw E.SCRIPT_UNREADABLE(given, "is a directory, not a file");
  if (bytes.includes(0)) throw E.SCRIPT_UNREADABLE(given, "is binary, not text");
  const relative = path.relative(directory, linked);
  const text = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replace(/^#!.*/, "");
  return { file, name: relative.startsWith("..") ? linked : relative, text };
}

/** What the system's code for a file that cannot be read means. */
function why(code = "no code"): string {
  if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "may not be read";
  return `cannot be read (${code})`;
}
