import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TypeSnapshot } from "./type-snapshot.js";

/** The type service's process, and what it began with. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly fromSnapshot: boolean;
}

/**
 * For the C library of most Linuxes: what a blob of 43 MB is read into comes in large pages, which spares a tenth of the time
 * until it is there. Others do not know the variable.
 */
const LARGE_PAGES = { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };

/**
 * Starts the type service's process: from the snapshot where it exists, else plainly.
 *
 * @param from the URL of a module beside which the plain program lies
 */
export function spawnService(snapshot: TypeSnapshot | undefined, from: string = import.meta.url): ServiceProcess {
  const fromSnapshot = snapshot?.exists ?? false;
  const child = spawn(process.execPath, fromSnapshot ? ["--snapshot-blob", snapshot!.file] : [serviceFile(from)], {
    stdio: ["pipe", "pipe", "ignore"],
    // Its own process group: Ctrl-C at the terminal does not reach it.
    detached: true,
    // A snapshot is for the options of Node it was made with.
    env: { ...LARGE_PAGES, ...process.env, NODE_OPTIONS: "" },
  });
  return { child, fromSnapshot };
}

/** The child's file: beside this one in a test build, `dist/type-service.js` in the package. */
function serviceFile(from: string): string {
  const candidates = ["./service-main.js", "./type-service.js", "../type-service.js"];
  const files = candidates.map(name => fileURLToPath(new URL(name, from)));
  return files.find(existsSync) ?? files[1]!;
}
