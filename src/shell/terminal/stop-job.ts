import { spawnSync } from "node:child_process";

/**
 * Ctrl-Z, as the terminal itself does it while it is not in raw mode: stops the whole process group, so that whoever has
 * started this program (npm, a script) stops with it and the user's shell gets the terminal. Returns when it is continued;
 * at once where nobody could continue it, and on systems without job control.
 *
 * Another program sends the signal, because Node cannot: it does not know its group, and `process.kill` of oneself runs what
 * is to be done before the end, after which Node does not work any more.
 */
export function stopJob(): void {
  if (process.platform === "win32") return;
  spawnSync("/bin/sh", ["-c", "kill -TSTP 0"], { stdio: "ignore" });
}
