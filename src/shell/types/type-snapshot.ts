import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CACHE_VARIABLE, hash, stampOf } from "../../pack/cache-folder.js";
import { TSPARK_VERSION } from "../cli/versions.js";

/**
 * The start-up snapshot of the type service for this Node, this compiler and this build of tspark, in the user's cache
 * folder. From it the service answers three times sooner than when it starts plainly. Nothing depends on it: what cannot be
 * made, read or started is done without.
 */
export class TypeSnapshot {
  /** The blob's file, whether it exists or not. */
  readonly file: string;

  /**
   * @param entry the program that makes snapshots and is in them
   * @param compiler the folder of TypeScript's package
   * @param folder where snapshots are kept
   */
  constructor(
    readonly entry: string,
    readonly compiler: string,
    private readonly folder: string,
  ) {
    const state = [entry, path.join(path.dirname(entry), "types/index.d.ts"), path.join(compiler, "package.json")];
    const versions = [TSPARK_VERSION, process.version, `ts${versionOf(compiler)}`, process.arch];
    const name = ["types", hash(entry), ...versions, hash(state.map(stampOf).join())];
    this.file = path.join(folder, `${name.join("-")}.blob`);
  }

  /** Undefined where there can be none: no folder for it, or a build without the program that makes it. */
  static find(folder: string | undefined, from: string = import.meta.url): TypeSnapshot | undefined {
    if (folder === undefined) return undefined;
    const entry = ["./type-snapshot.cjs", "../type-snapshot.cjs"]
      .map(name => fileURLToPath(new URL(name, from)))
      .find(existsSync);
    const compiler = entry && packageAbove(entry, "typescript");
    return entry && compiler ? new TypeSnapshot(entry, compiler, folder) : undefined;
  }

  get exists(): boolean {
    return existsSync(this.file);
  }

  /** Says that it was used, so that it is kept. */
  used(): void {
    attempt(() => utimesSync(this.file, new Date(), new Date()));
  }

  /** Throws away a blob that does not serve. */
  discard(): void {
    attempt(() => rmSync(this.file, { force: true }));
  }

  /** Has it made by a process of low priority that outlives this one. */
  makeInBackground(): void {
    const child = spawn(process.execPath, [this.entry], {
      stdio: "ignore",
      detached: true,
      env: { ...process.env, NODE_OPTIONS: "", [CACHE_VARIABLE]: this.folder },
    });
    // Without it this start's service goes on as it is.
    child.on("error", () => {});
    child.unref();
    if (child.pid !== undefined) attempt(() => os.setPriority(child.pid!, os.constants.priority.PRIORITY_LOW));
  }
}

/** The folder of a package as Node finds it from `file`; no exports are asked, so it costs nothing. */
export function packageAbove(file: string, name: string): string | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const found = path.join(folder, "node_modules", name);
    if (existsSync(path.join(found, "package.json"))) return found;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { version: string }).version;
}

/** A cache that cannot be written serves as it is. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Done without.
  }
}
