import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolders } from "../../core/io/make-folders.js";
import * as api from "../../index.js";
import { E } from "../errors.js";
import type { SessionInput } from "../evaluation.js";
import { exportedNames } from "../files/api-names.js";
import { findTypePaths } from "../types/package-paths.js";
import { loadTypeScript } from "../types/typescript.js";
import { MARK, programText } from "./program-text.js";

/**
 * Writes inputs as a program. A file that is there is replaced where it is such a program, and refused where it is not.
 *
 * @param directory the folder that relative paths and imports start from
 */
export async function saveProgram(
  file: string,
  inputs: readonly SessionInput[],
  directory: string,
  context: { readonly master: string; readonly batchMs: number },
): Promise<void> {
  const target = path.resolve(directory, file);
  if (existsSync(target) && !isOurs(target)) throw E.FILE_IN_THE_WAY(file);
  const typescript = await loadTypeScript();
  const names = new Set(exportedNames(typescript, findTypePaths().api));
  const text = programText(typescript, {
    inputs,
    api: { names, values: new Set(Object.keys(api)) },
    appName: path.basename(file).replace(/\.\w+$/, ""),
    ...context,
    directory,
    targetDirectory: path.dirname(target),
  });
  try {
    makeFolders(path.dirname(target));
    writeFileSync(target, text);
  } catch (error) {
    throw E.FILE_UNWRITABLE.because(error, file, (error as Error).message);
  }
}

function isOurs(file: string): boolean {
  try {
    return readFileSync(file, "utf8").startsWith(MARK);
  } catch {
    return false;
  }
}
