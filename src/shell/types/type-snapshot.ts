import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { TSPARK_VERSION } from "../cli/versions.js";

/** Moves the folder in which snapshots are kept; empty, there are none. */
export const CACHE_VARIABLE = "TSPARK_CACHE_DIR";

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

/** `XDG_CACHE_HOME/tspark`, by default `~/.cache/tspark`; undefined when the user wants none. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const moved = env[CACHE_VARIABLE];
  if (moved !== undefined) return moved === "" ? undefined : path.resolve(moved);
  const base = env.XDG_CACHE_HOME;
  if (base && path.isAbsolute(base)) return path.join(base, "tspark");
  const home = os.homedir();
  return path.join(home, ...(process.platform === "darwin" ? ["Library", "Caches"] : [".cache"]), "tspark");
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

/** A file's name and state: another build, another version has another. */
function stampOf(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${file} ${mtimeMs} ${size}`;
  } catch {
    return file;
  }
}

/** FNV-1a, twice over: names files apart, and needs no module for it. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return ((a >>> 0).toString(16) + (b >>> 0).toString(16)).padStart(16, "0");
}

/** A cache that cannot be written serves as it is. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Done without.
  }
}
