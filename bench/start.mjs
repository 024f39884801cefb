// Time from the start of the process to the prompt on a pseudo-terminal, ours and `node -i` in turn, medians.
//   npm run bench -- start [--runs N]
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";

const shell = path.join(path.dirname(fileURLToPath(import.meta.url)), "../bin/tspark-shell");

/** What each prompt looks like when it has been drawn, colours and cursor movements taken out. */
const PEERS = [
  { what: "node -i", args: ["-i"], prompt: /(^|\n)> $/ },
  { what: "tspark-shell", args: [shell], prompt: /(^|\n)tspark> $/ },
  { what: "tspark-shell with flags", args: [shell, "--master", "local[2]"], prompt: /(^|\n)tspark> $/ },
];

export async function run(args) {
  const at = args.indexOf("--runs");
  const runs = at < 0 ? 15 : Math.max(1, Number(args[at + 1]));
  const home = mkdtempSync(path.join(os.tmpdir(), "tspark-bench-"));
  const times = PEERS.map(() => []);
  try {
    // One of each first, which fills the disk's cache and counts for nothing.
    for (let i = -1; i < runs; i++) {
      for (const [p, peer] of PEERS.entries()) {
        const ms = await timeToPrompt(peer, home);
        if (i >= 0) times[p].push(ms);
      }
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const node = median(times[0]);
  return {
    title: "Time to the prompt",
    notes: `Medians of ${runs} starts of each in turn on a pseudo-terminal, and the middle half of the times.`,
    rows: PEERS.slice(1).map(({ what }, i) => ({
      what,
      ours: median(times[i + 1]),
      "ours, middle half": quartiles(times[i + 1]),
      "node -i": node,
      "node -i, middle half": quartiles(times[0]),
      unit: "ms",
      ratio: median(times[i + 1]) / node,
      target: i === 0 ? "at most 3" : "",
    })),
  };
}

function timeToPrompt({ args, prompt }, home) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const pty = spawn(process.execPath, args, {
      cols: 100,
      rows: 40,
      cwd: home,
      env: { ...process.env, HOME: home, NODE_REPL_HISTORY: "", NO_COLOR: "1" },
    });
    let text = "";
    let ms;
    pty.onData(data => {
      if (ms !== undefined) return;
      text = (text + data).replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
      if (!prompt.test(text)) return;
      ms = performance.now() - begin;
      pty.kill("SIGKILL");
    });
    pty.onExit(() => (ms === undefined ? reject(new Error(`no prompt came: ${text}`)) : resolve(ms)));
  });
}

const sorted = times => [...times].sort((a, b) => a - b);
const median = times => sorted(times)[times.length >> 1];
const quartiles = times => {
  const s = sorted(times);
  return `${s[s.length >> 2].toFixed(0)}-${s[(s.length * 3) >> 2].toFixed(0)}`;
};
