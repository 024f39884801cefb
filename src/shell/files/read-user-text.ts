import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { E } from "../errors.js";

/** A file of the user's, read as text. */
export interface UserText {
  /** Its absolute path. */
  readonly file: string;
  /** What it is called in messages: the path relative to the user's folder where it lies below it. */
  readonly name: string;
  readonly text: string;
}

/** Reads a script; what is missing, a folder or no text is an error that says so. */
export function readUserText(given: string, directory: string): UserText {
  const file = path.resolve(directory, given);
  let bytes: Buffer;
  try {
    if (statSync(file).isDirectory()) throw E.SCRIPT_UNREADABLE(given, "is a directory, not a file");
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw E.SCRIPT_UNREADABLE.because(error, given, "does not exist");
    if (code === "EACCES" || code === "EPERM") throw E.SCRIPT_UNREADABLE.because(error, given, "may not be read");
    throw error;
  }
  if (bytes.includes(0)) throw E.SCRIPT_UNREADABLE(given, "is binary, not text");
  const relative = path.relative(directory, file);
  const text = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replace(/^#!.*/, "");
  return { file, name: relative.startsWith("..") ? file : relative, text };
}
