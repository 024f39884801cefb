import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolders } from "../core/io/make-folders.js";
import { cacheFolder, hash, stampOf } from "./cache-folder.js";

/** Put in place by the build. */
declare const __TSPARK_VERSION__: string;

/**
 * What V8 has compiled of a file before, in the user's cache folder: for this Node and this build of tspark. V8 itself
 * refuses what another V8, or one with other flags, has made. Nothing depends on it.
 */
export class CodeCache {
  /** Its file, whether it exists or not. */
  readonly file: string;
  readonly #installation: string;

  /**
   * @param compiled the file whose code it is
   * @param folder where it is kept
   */
  constructor(compiled: string, folder: string) {
    this.#installation = `code-${hash(compiled)}-`;
    const versions = `${__TSPARK_VERSION__}-${process.version}-${process.arch}-${hash(stampOf(compiled))}`;
    this.file = path.join(folder, `${this.#installation}${versions}.bin`);
  }

  /** Undefined where the user wants none. */
  static of(compiled: string): CodeCache | undefined {
    const folder = cacheFolder();
    return folder === undefined ? undefined : new CodeCache(compiled, folder);
  }

  /** What was kept; undefined when nothing was. */
  read(): Buffer | undefined {
    try {
      return readFileSync(this.file);
    } catch {
      return undefined;
    }
  }

  /** Keeps `code` and removes what earlier builds of this installation kept. False where that is not possible. */
  keep(code: Uint8Array): boolean {
    const part = `${this.file}.${process.pid}.part`;
    try {
      const folder = path.dirname(this.file);
      makeFolders(folder);
      writeFileSync(part, code);
      renameSync(part, this.file);
      for (const name of readdirSync(folder)) {
        if (!name.startsWith(this.#installation) || name === path.basename(this.file)) continue;
        rmSync(path.join(folder, name), { force: true });
      }
      return true;
    } catch {
      rmSync(part, { force: true });
      return false;
    }
  }
}
