import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { makeFolders } from "../../core/io/make-folders.js";
import { getLogger } from "../../core/log/logger.js";

const log = getLogger("History");

/** Entries kept in memory, and bytes read from the end of the file at the start. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 4 << 20;
/** An entry longer than this (a pasted file) is kept in memory only. */
const MAX_ENTRY = 1 << 16;

/**
 * The inputs of this and earlier sessions, oldest first. The file has one entry a line (a newline inside an entry is
 * written `\n`, a backslash `\\`, an escape character that was pasted `\x1b`) and is only ever appended to, each entry with one
 * write, so that several shells can share it.
 * A file that cannot be used is told of once, as a warning, and does no harm to the session.
 */
export class History {
  readonly #entries: string[] = [];
  #file: string | undefined;
  /** The file's last line has no end. */
  #torn = false;

  /** @param file `undefined` for a history that is not kept */
  constructor(file?: string) {
    this.#file = file;
    if (file === undefined) return;
    const text = readTail(file);
    let damaged = 0;
    for (const line of text.split("\n")) {
      if (DAMAGED.test(line)) damaged++;
      else if (line !== "") this.#remember(decode(line));
    }
    if (damaged > 0) {
      log.warn(
        `${damaged === 1 ? "A line" : `${damaged} lines`} of ${file} cannot be read as text and ${damaged === 1 ? "is" : "are"} left out.`,
      );
    }
    // A write that was cut short, or another program, left a line without end: the next entry may not become a part of it.
    this.#torn = text !== "" && !text.endsWith("\n");
  }

  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Adds an input, unless it is blank or the same as the last one. */
  add(text: string): void {
    const entry = text.trimEnd();
    if (entry.trim() === "" || entry === this.#entries.at(-1)) return;
    this.#remember(entry);
    if (this.#file === undefined || entry.length > MAX_ENTRY) return;
    try {
      makeFolders(path.dirname(this.#file));
      appendFileSync(this.#file, `${this.#torn ? "\n" : ""}${encode(entry)}\n`, { mode: 0o600 });
      this.#torn = false;
    } catch (error) {
      log.warn(
        `${this.#file} cannot be written (${codeOf(error)}): what is typed is remembered for this session only.`,
      );
      this.#file = undefined;
    }
  }

  /** The nearest index below (`step` -1) or above (1) `from` whose entry passes `test`; `undefined` when there is none. */
  find(from: number, step: -1 | 1, test: (entry: string) => boolean): number | undefined {
    for (let i = from + step; i >= 0 && i < this.#entries.length; i += step) if (test(this.#entries[i]!)) return i;
    return undefined;
  }

  #remember(entry: string): void {
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }
}

/** What no text has: other control characters than tabs, and what was no UTF-8. */
const DAMAGED = /[\x00-\x08\x0b-\x1f\ufffd]/;

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function encode(entry: string): string {
  return entry
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replace(/[\x00-\x08\x0b-\x1f]/g, c =>
      c === "\r" ? "\\r" : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
}

function decode(line: string): string {
  return line.replace(/\\(?:x([\da-f]{2})|(.))/g, (_, code: string | undefined, c: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return c === "n" ? "\n" : c === "r" ? "\r" : c;
  });
}

function readTail(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    if (!["ENOENT", "ENOTDIR"].includes(codeOf(error))) tellUnreadable(file, error);
    return "";
  }
  try {
    const size = fstatSync(fd).size;
    const from = Math.max(0, size - MAX_BYTES);
    const bytes = Buffer.alloc(size - from);
    const read = readSync(fd, bytes, 0, bytes.length, from);
    const text = bytes.toString("utf8", 0, read);
    return from === 0 ? text : text.slice(text.indexOf("\n") + 1);
  } catch (error) {
    tellUnreadable(file, error);
    return "";
  } finally {
    closeSync(fd);
  }
}

function tellUnreadable(file: string, error: unknown): void {
  log.warn(`${file} cannot be read (${codeOf(error)}): the history begins empty.`);
}
