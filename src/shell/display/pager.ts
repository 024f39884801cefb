import { spawn } from "node:child_process";

export interface PagerOptions {
  /** `PAGER`, `LESS` and `PATH`. Default: the process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Rows of the terminal: what fits needs no pager. Absent: there is no terminal, and the text is written as it is. */
  readonly rows?: number;
  /** Where the text goes when no pager shows it; takes whole lines. */
  readonly write: (text: string) => void;
  /** Keeps background output off the terminal while the pager has it; returns what ends that. */
  readonly hold?: () => () => void;
}

/**
 * Shows a text on the terminal page by page: with `$PAGER` where it is set (`cat` or empty: none), else with `less` where there is
 * one. What fits on the screen, and everything where there is no terminal, is written as it is.
 */
export async function showPaged(text: string, options: PagerOptions): Promise<void> {
  const { rows, write, env = process.env } = options;
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  if (rows === undefined || env["TERM"] === "dumb" || whole.split("\n").length <= rows) return write(whole);
  const wanted = env["PAGER"]?.trim();
  if (wanted === "" || wanted === "cat") return write(whole);
  const command = wanted ?? `command -v less >/dev/null || exit ${NOT_FOUND}; exec less`;
  const release = options.hold?.();
  let shown: boolean;
  try {
    // -R lets colours through; long rows are moved sideways (-S), since tables are made of them.
    shown = await run(command, { LESS: "-RS", ...env }, whole);
  } finally {
    release?.();
  }
  if (!shown) write(whole);
}

/** The system's code for a command that does not exist. */
const NOT_FOUND = 127;

/** Whether the command was there and took the text. */
function run(command: string, env: NodeJS.ProcessEnv, text: string): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(command, { shell: true, env, stdio: ["pipe", "inherit", "inherit"] });
    // A pager that is left before it has read everything.
    child.stdin!.on("error", () => {});
    child.on("close", code => resolve(code !== NOT_FOUND));
    child.on("error", () => resolve(false));
    child.stdin!.end(text);
  });
}
