import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolders } from "../../core/io/make-folders.js";
import type { ServiceReply } from "./protocol.js";
import type { TypeSnapshot } from "./type-snapshot.js";

/** So many snapshots of other installations stay. */
const MOST_KEPT = 3;
/** A process that takes longer than this hangs, ms. */
const PATIENCE_MS = 120_000;

/**
 * Makes the blob, tries it out and puts it into its place by renaming, so that a shell sees all of it or nothing. Two that
 * are at it at once do not hurt each other: the second leaves it to the first. False when there is none afterwards.
 */
export function makeSnapshot({ file, entry }: TypeSnapshot): boolean {
  const part = `${file}.${process.pid}.part`;
  try {
    makeFolders(path.dirname(file));
    if (!lock(`${file}.lock`)) return false;
  } catch {
    return false;
  }
  try {
    const made = spawnSync(process.execPath, ["--snapshot-blob", part, "--build-snapshot", entry], {
      stdio: "ignore",
      timeout: PATIENCE_MS,
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    if (made.status !== 0 || !answers(part)) return false;
    renameSync(part, file);
    removeStale(file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(part, { force: true });
    rmSync(`${file}.lock`, { force: true });
  }
}

/** Whether this process is the only one at work. */
function lock(file: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (isAlive(Number(readFileSync(file, "utf8")))) return false;
      rmSync(file, { force: true });
    }
  }
  return false;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a service that starts from the blob knows what one and one is. A full disk leaves blobs that do not. */
function answers(blob: string): boolean {
  const calls = [
    { id: 1, op: "start", args: [{ directory: path.dirname(blob) }] },
    { id: 2, op: "typeOf", args: ["1 + 1"] },
  ];
  const { stdout } = spawnSync(process.execPath, ["--snapshot-blob", blob], {
    input: calls.map(call => `${JSON.stringify(call)}\n`).join(""),
    encoding: "utf8",
    timeout: PATIENCE_MS,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (last === "") return false;
  const { result } = JSON.parse(last) as ServiceReply & { readonly result?: { readonly type?: string } };
  return result?.type === "number";
}

/** Removes what this installation left behind: blobs of other builds and of other versions, parts of processes that are gone. */
function removeStale(file: string): void {
  const folder = path.dirname(file);
  const installation = /^types-[0-9a-f]+-/.exec(path.basename(file))![0];
  const others: { readonly name: string; readonly time: number }[] = [];
  for (const name of readdirSync(folder)) {
    const part = /^types-.*\.blob\.(\d+)\.part$/.exec(name);
    if (part !== null && !isAlive(Number(part[1]))) rmSync(path.join(folder, name), { force: true });
    if (!/^types-.*\.blob$/.test(name) || name === path.basename(file)) continue;
    if (name.startsWith(installation)) rmSync(path.join(folder, name), { force: true });
    else others.push({ name, time: statSync(path.join(folder, name)).mtimeMs });
  }
  others.sort((a, b) => b.time - a.time);
  for (const { name } of others.slice(MOST_KEPT)) rmSync(path.join(folder, name), { force: true });
}
