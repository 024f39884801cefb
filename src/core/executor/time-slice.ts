import { systemClock } from "../clock/clock.js";

/** How long tasks may keep the event loop to themselves, ms. */
const SLICE_MS = 20;

let lastTurn = Number.NEGATIVE_INFINITY;

/** Whether timers, sockets and Ctrl-C have waited long enough. Always the wall clock: this is about the machine. */
export function sliceIsOver(): boolean {
  return systemClock.monotonic() - lastTurn > SLICE_MS;
}

/** Lets the event loop make one turn. */
export function turn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(() => {
      lastTurn = systemClock.monotonic();
      resolve();
    });
  });
}
