import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeFolders } from "../io/make-folders.js";
import { thisOwner } from "./owner.js";

/** What every directory's name begins with, and the file in it that says whose it is. */
export const DIR_PREFIX = "tspark-";
export const OWNER_FILE = "owner.json";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** The directories that `spark.local.dir` names, or the system's for temporary files. */
export function localDirParents(setting: string | undefined): string[] {
  const named = (setting ?? "").split(",").map(p => p.trim());
  const given = named.filter(p => p !== "");
  return given.length > 0 ? given : [tmpdir()];
}

/**
 * A directory of this process for temporary files: made when it is first needed, removed on every way out that leaves the
 * process time for it. After any other its owner's record tells the next start that it may go: see `clean-local-dirs.ts`.
 */
export class LocalDir {
  #path: string | undefined;
  #made = false;
  readonly #remove = () => this.remove();
  /** Without a listener a signal ends the process at once, and no "exit" is told. */
  readonly #onSignal = (signal: NodeJS.Signals) => {
    // Somebody else's listener decides what the signal means; should it end the process, "exit" comes.
    if (process.listenerCount(signal) > 1) return;
    this.remove();
    process.kill(process.pid, signal);
  };

  /**
   * @param setting `spark.local.dir`
   * @param name whose it is: the id of the application
   */
  constructor(
    private readonly setting: string | undefined,
    private readonly name = "app",
  ) {}

  get path(): string {
    const reserved = this.reserve();
    if (!this.#made) makeLocalDir(reserved);
    this.#made = true;
    return reserved;
  }

  /** Where it will be: another thread may make it, with {@link makeLocalDir}. It is removed as if it were there. */
  reserve(): string {
    if (this.#path === undefined) {
      // Several directories may be named, for several disks: the first serves.
      const parent = path.resolve(localDirParents(this.setting)[0]!);
      const suffix = randomBytes(6).toString("hex");
      this.#path = path.join(parent, `${DIR_PREFIX}${this.name}-${suffix}`);
      process.once("exit", this.#remove);
      for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    }
    return this.#path;
  }

  /** A file in it. */
  file(name: string): string {
    return path.join(this.path, name);
  }

  remove(): void {
    if (this.#path === undefined) return;
    process.removeListener("exit", this.#remove);
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
    // Workers may be writing into it until they end.
    rmSync(this.#path, { recursive: true, force: true, maxRetries: 3 });
    this.#path = undefined;
    this.#made = false;
  }
}

/** Makes a directory that {@link LocalDir.reserve} named, with the record of its owner, unless it is there. */
export function makeLocalDir(dir: string): void {
  if (existsSync(path.join(dir, OWNER_FILE))) return;
  makeFolders(path.dirname(dir));
  try {
    // Nobody else's business.
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  writeFileSync(path.join(dir, OWNER_FILE), JSON.stringify(thisOwner()));
}
