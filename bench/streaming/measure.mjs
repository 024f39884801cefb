// One measurement: a sender and a program that receives from it, both processes of their own.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const file = name => fileURLToPath(new URL(name, import.meta.url));

/** Runs `job` at `rate` lines a second with a batch every `interval` ms, for `seconds`; what the app and the sender saw. */
export async function measure({ job, rate, interval, seconds, execArgv = [] }) {
  const kind = job === "newest" ? "stamps" : "words";
  const sender = fork(file("sender.mjs"), [String(rate), kind]);
  let app;
  try {
    const { port } = await message(sender);
    const sends = [];
    sender.on("message", s => sends.push(s));
    app = fork(file("app.mjs"), [job, port, interval, seconds].map(String), {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv,
    });
    const result = await message(app);
    const last = sends.at(-1) ?? { due: 0, sent: 0 };
    return { ...result, sentShare: last.due === 0 ? 1 : last.sent / last.due };
  } finally {
    sender.kill();
    app?.kill();
  }
}

function message(child) {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", code => reject(new Error(`it ended with ${code}`)));
  });
}

export const quantile = (xs, q) => {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
};

/**
 * Whether the program keeps up: nearly every batch that was due has ended, the last third of them did not wait for more
 * than an interval (5 ms at least: what a clock and a garbage collector take), and the sender was not held back.
 */
export function holds({ batches, elapsed, sentShare }, interval) {
  if (batches.length < 0.97 * Math.floor((elapsed * 1000) / interval) - 1) return false;
  const late = batches.slice(-Math.ceil(batches.length / 3)).map(b => b.total - b.processing);
  return quantile(late, 0.5) <= Math.max(interval, 5) && sentShare > 0.97;
}
