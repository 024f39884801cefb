// What servers that are started for tests and by hand have in common: free ports on loopback, and ends that are sure.
import { existsSync, readFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const HOST = "127.0.0.1";
const SIGNALS = ["SIGINT", "SIGTERM"];

/** Ports that were given away: the server that is to have one may not listen yet. */
const given = new Set();

/** A port that nobody listens at, from below those that systems give to outgoing connections: no such comes in between. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (given.has(port) || !(await canListen(port))) continue;
    given.add(port);
    return port;
  }
}

const canListen = port =>
  new Promise(resolve => {
    const server = net.createServer().once("error", () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });

export const isOpen = port =>
  new Promise(resolve => {
    const socket = net.connect(port, HOST);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

export const isAlive = pid => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** What was written to `state.json` of a server's folder when it was started, or `undefined`. */
export function stateOf(dir) {
  const file = path.join(dir, "state.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Has a process killed when this one ends, also by a signal; what it returns takes that back. */
export function killAtEnd(pid) {
  const killAtExit = () => isAlive(pid) && process.kill(pid, "SIGKILL");
  const killAtSignal = signal => {
    killAtExit();
    process.kill(process.pid, signal);
  };
  process.once("exit", killAtExit);
  for (const signal of SIGNALS) process.once(signal, killAtSignal);
  return () => {
    process.off("exit", killAtExit);
    for (const name of SIGNALS) process.off(name, killAtSignal);
  };
}

/** Ends a process by a signal; resolves when it is gone. */
export async function endProcess(pid, signal) {
  if (!isAlive(pid)) return;
  process.kill(pid, signal);
  for (let tries = 0; isAlive(pid); tries++) {
    // An orderly stop that hangs (a lost quorum) ends the hard way.
    if (tries === 300) process.kill(pid, "SIGKILL");
    await sleep(50);
  }
}

/** The end of a log, for the message about a server that did not start. */
export const tailOf = file => readFileSync(file, "utf8").trimEnd().split("\n").slice(-15).join("\n");
