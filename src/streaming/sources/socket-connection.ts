import { connect, type Socket } from "node:net";
import { systemClock } from "../../core/clock/clock.js";
import { E } from "../errors.js";

/** The port where it is one; else an error. */
export function checkPort(port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw E.BAD_PORT(port);
  return port;
}

/** How long a server may take to answer, ms of the wall clock. */
const PATIENCE = 10_000;

/** A connected socket; rejects with what is likely to be wrong, or when `signal` gives up. */
export function connectTo(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const done = () => {
      timer.cancel();
      socket.off("error", failed);
      signal.removeEventListener("abort", giveUp);
    };
    const failed = (error: NodeJS.ErrnoException) => {
      done();
      // Whatever the socket still says after this is of no interest.
      socket.on("error", () => {}).destroy();
      reject(E.CONNECTION_FAILED.because(error, `${host}:${port}`, guess(error)));
    };
    const giveUp = () => failed(Object.assign(new Error("given up"), { code: "ABORT_ERR" }));
    const timer = systemClock.at(systemClock.now() + PATIENCE, () =>
      failed(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })),
    );
    socket.once("error", failed);
    signal.addEventListener("abort", giveUp);
    socket.once("connect", () => {
      done();
      resolve(socket);
    });
  });
}

/** Error codes with a question that most often leads to the cause. */
const GUESSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused. Does a server listen there?",
  ENOTFOUND: "no such host. Is the name right?",
  EAI_AGAIN: "the name could not be looked up. Is there a network?",
  ETIMEDOUT: "no answer. Is a firewall in between?",
  EHOSTUNREACH: "no route to the host. Is the address right?",
  ECONNRESET: "the server closed the connection at once. Does it speak another protocol?",
};

function guess(error: Error): string {
  // A name with several addresses fails with one error for each.
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  return GUESSES[(first as NodeJS.ErrnoException).code ?? ""] ?? first.message;
}

/**
 * Resolves when the socket has been silent for two turns of the event loop, so that what has arrived at this machine was
 * taken, or after `turns` in all.
 */
export async function untilQuiet(socket: Socket, turns = 10_000): Promise<void> {
  let silent = 0;
  for (let turn = 0; turn < turns && silent < 2; turn++) {
    const before = socket.bytesRead;
    await new Promise(resolve => setImmediate(resolve));
    if (socket.isPaused() || socket.destroyed) return;
    silent = socket.bytesRead === before ? silent + 1 : 0;
  }
}
