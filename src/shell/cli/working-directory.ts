import { E } from "../errors.js";

/** The folder the shell was started in; throws an `InputOutputError` where it has been removed. */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw E.NO_WORKING_DIRECTORY.because(cause);
  }
}
