import { spawn } from "node:child_process";

/** How a program ended: with a code, or by a signal. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Where the output of a program goes; absent at a terminal, which the program has to itself. */
export interface ProgramOutput {
  write(text: string): void;
  writeError(text: string): void;
}

/**
 * Runs a line of the system's shell to its end. At a terminal (no `output`) it has the terminal; in a script it has no
 * standard input, which is the script's.
 */
export function runProgram(line: string, output?: ProgramOutput): Promise<ProgramEnd> {
  const child = spawn(line, { shell: true, stdio: output ? ["ignore", "pipe", "pipe"] : "inherit" });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => output?.write(text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => output?.writeError(text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
}
