import { appendFileSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { makeFolders } from "../io/make-folders.js";
import { E } from "./log-level.js";
import { getLogger } from "./logger.js";

const log = getLogger("LogFile");

/**
 * Writes lines into `file`; when it has `maxSize` bytes it becomes `file.1`, that one `file.2`, and so on up to `backups`. A
 * line is in the file when this returns, so that nothing is missing when the process ends. A file that cannot become `file.1`
 * grows on, which a WARN line says once; it is tried again after as many bytes. Where a line cannot be written any more, an
 * ERROR line says so once and the application goes on; later lines are tried again.
 *
 * @throws SparkError when the file cannot be opened
 */
export function openLogFile(file: string, maxSize: number, backups: number): (line: string) => void {
  let size: number;
  try {
    makeFolders(path.dirname(file));
    append(file, "");
    size = statSync(file).size;
  } catch (error) {
    throw E.CANNOT_LOG_TO_FILE.because(error as Error, file, (error as Error).message);
  }
  let full = maxSize;
  let failing = false;
  let stuck = false;
  const makeRoom = () => {
    try {
      turnOver(file, backups);
      size = 0;
      full = maxSize;
      stuck = false;
    } catch (error) {
      full = size + maxSize;
      // The line about it comes this way, too.
      if (stuck) return;
      stuck = true;
      log.warn(`The full log file ${file} cannot be renamed to begin another, it grows on`, error);
    }
  };
  return line => {
    try {
      if (size >= full) makeRoom();
      append(file, `${line}\n`);
      size += Buffer.byteLength(line) + 1;
      failing = false;
    } catch (error) {
      // The line about it comes this way, too.
      if (failing) return;
      failing = true;
      log.error(`The log file ${file} cannot be written to, its lines are missing until it can`, error);
    }
  };
}

function append(file: string, text: string): void {
  appendFileSync(file, text, { mode: 0o600 });
}

/**
 * Makes room for a new file: each becomes the one behind it, as far as there is one without a gap; the last one is written
 * over. No other file is touched.
 */
function turnOver(file: string, backups: number): void {
  if (backups === 0) rmSync(file, { force: true });
  let free = 1;
  // What is free after an attempt that failed is not to push out another.
  while (free < backups && existsSync(`${file}.${free}`)) free++;
  for (let i = Math.min(free, backups) - 1; i >= 0; i--) {
    try {
      renameSync(i === 0 ? file : `${file}.${i}`, `${file}.${i + 1}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}
