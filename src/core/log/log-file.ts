import { createRequire } from "node:module";
import { E } from "./log-level.js";

/** The part of log4js that writes files: an appender without the library's global configuration, which is the user's. */
interface FileAppender {
  configure(
    config: {
      readonly filename: string;
      readonly maxLogSize: number;
      readonly backups: number;
      readonly layout?: never;
    },
    layouts: { readonly basicLayout: (event: string) => string },
  ): (event: string) => void;
}

/**
 * Writes lines into `file`; when it has `maxSize` bytes it becomes `file.1`, that one `file.2`, and so on up to `backups`. A
 * line is in the file when this returns, so that nothing is missing when the process ends. log4js is loaded here, and only
 * where a file is wanted.
 *
 * @throws SparkError when the file cannot be opened
 */
export function openLogFile(file: string, maxSize: number, backups: number): (line: string) => void {
  const require = createRequire(import.meta.url);
  try {
    const appender = require("log4js/lib/appenders/fileSync.js") as FileAppender;
    return appender.configure({ filename: file, maxLogSize: maxSize, backups }, { basicLayout: line => line });
  } catch (error) {
    throw E.CANNOT_LOG_TO_FILE.because(error as Error, file, (error as Error).message);
  }
}
