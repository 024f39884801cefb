// A program on a pseudo-terminal, as the benches of the shell use it: what is typed, what comes, how long it took.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { spawn } from "@lydell/node-pty";

export const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

export class Terminal {
  /** Since the start or the last `forget`, without colours and cursor movements. */
  text = "";
  #pty;
  #begin = performance.now();
  #waiting;
  #ended = false;

  constructor([command, ...args], { cwd, env }) {
    this.#pty = spawn(command, args, { cols: 100, rows: 40, cwd, env: { ...env, TERM: "xterm-256color" } });
    this.#pty.onData(data => {
      this.text += data.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");
      this.#waiting?.();
    });
    this.#pty.onExit(() => {
      this.#ended = true;
      this.#waiting?.();
    });
  }

  type(text) {
    this.#pty.write(text);
  }

  forget() {
    this.text = "";
  }

  /** Milliseconds since the start when the text matches. */
  until(pattern, patienceMs = 120_000) {
    return new Promise((resolve, reject) => {
      const fail = why => reject(new Error(`${pattern} did not come${why}: ${this.text.slice(-500)}`));
      const timer = setTimeout(() => fail(""), patienceMs);
      this.#waiting = () => {
        const found = pattern.test(this.text);
        if (!found && !this.#ended) return;
        this.#waiting = undefined;
        clearTimeout(timer);
        if (found) resolve(performance.now() - this.#begin);
        else fail(", the program has ended");
      };
      this.#waiting();
    });
  }

  /** Milliseconds from a line's Enter until its answer matches. */
  async line(text, pattern) {
    this.forget();
    const begin = performance.now();
    this.type(`${text}\r`);
    await this.until(pattern);
    return performance.now() - begin;
  }

  /** Memory of the program and all it started, in MB: pages that several share are counted in parts. */
  memory() {
    const parts = [this.#pty.pid, ...descendants(this.#pty.pid)].map(pid => {
      try {
        const facts = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
        return Number(/Pss:\s*(\d+)/.exec(facts)?.[1] ?? 0);
      } catch {
        return 0; // It has ended since it was listed.
      }
    });
    return parts.reduce((sum, kB) => sum + kB, 0) / 1024;
  }

  /** Ends the program and all it started, and waits until they are gone: the next measurement is alone. */
  async end() {
    const all = this.#ended ? [] : [this.#pty.pid, ...descendants(this.#pty.pid)];
    for (const pid of all) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    while (!this.#ended || all.some(isRunning)) await pause(5);
  }
}

function descendants(pid) {
  let children = [];
  try {
    children = readdirSync(`/proc/${pid}/task`).flatMap(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    // It has ended meanwhile.
  }
  return children.flatMap(child => [child, ...descendants(child)]);
}

/** One that nobody has waited for has ended, too. */
function isRunning(pid) {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

const sorted = times => [...times].sort((a, b) => a - b);
export const median = times => sorted(times)[times.length >> 1];
/** The middle half of the measurements, as text. */
export const middleHalf = times => {
  const s = sorted(times);
  return `${s[s.length >> 2].toFixed(0)}-${s[(s.length * 3) >> 2].toFixed(0)}`;
};

/**
 * Measures each in turn, so that what else the machine does meets all of them; one of each first, which fills the disk's
 * cache and counts for nothing. `few`: a third of the runs.
 */
export async function inTurn(peers, runs, measure) {
  const times = Object.fromEntries(peers.map(p => [p.name, []]));
  for (let i = -1; i < runs; i++) {
    for (const peer of peers) {
      if (peer.few && i >= Math.ceil(runs / 3)) continue;
      await pause(100);
      const ms = await measure(peer);
      if (i >= 0) times[peer.name].push(ms);
    }
  }
  return times;
}
