import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, told apart from a later one that got the same pid. */
export interface Owner {
  readonly pid: number;
  /** When it was started, as the system says it: clock ticks since the machine's start on Linux. Empty where it does not say. */
  readonly started: string;
  readonly host: string;
  /** Which start of the machine it belongs to; empty where that is not known. */
  readonly boot: string;
  /** Among which processes the pid counts: a container has pids of its own. */
  readonly pids: string;
}

/** The owner of what this process makes. */
export function thisOwner(): Owner {
  return { pid: process.pid, started: startOf(process.pid) ?? "", ...place() };
}

/** Whether the process has certainly ended. What cannot be seen from here (another machine, a container) has not. */
export function hasEnded(owner: Owner): boolean {
  const here = place();
  if (owner.host !== here.host) return false;
  if (owner.boot !== here.boot) return owner.boot !== "" && here.boot !== "";
  if (owner.pids !== here.pids) return false;
  if (!exists(owner.pid)) return true;
  const started = startOf(owner.pid);
  return started !== undefined && owner.started !== "" && started !== owner.started;
}

function place(): Omit<Owner, "pid" | "started"> {
  return {
    host: hostname(),
    boot: read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pids: read(() => readlinkSync("/proc/self/ns/pid")),
  };
}

function read(f: () => string): string {
  try {
    return f();
  } catch {
    return "";
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It may be another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process was started; `undefined` when it is gone or the system does not say. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name of the program, in parentheses, may hold anything; the start is the 20th field after it.
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    }
    if (process.platform === "win32") return undefined;
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
