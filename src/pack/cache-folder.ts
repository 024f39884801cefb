import { statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Moves the folder of what is kept from start to start; empty, nothing is kept. */
export const CACHE_VARIABLE = "TSPARK_CACHE_DIR";

/** `XDG_CACHE_HOME/tspark`, by default `~/.cache/tspark`; undefined when the user wants none. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const moved = env[CACHE_VARIABLE];
  if (moved !== undefined) return moved === "" ? undefined : path.resolve(moved);
  const base = env.XDG_CACHE_HOME;
  if (base && path.isAbsolute(base)) return path.join(base, "tspark");
  const home = os.homedir();
  return path.join(home, ...(process.platform === "darwin" ? ["Library", "Caches"] : [".cache"]), "tspark");
}

/** A file's name and state: another build, another version has another. */
export function stampOf(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${file} ${mtimeMs} ${size}`;
  } catch {
    return file;
  }
}

/** FNV-1a, twice over: names files apart, and needs no module for it. */
export function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return ((a >>> 0).toString(16) + (b >>> 0).toString(16)).padStart(16, "0");
}
