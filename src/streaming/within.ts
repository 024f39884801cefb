import { systemClock } from "../core/clock/clock.js";

/** Whether `work` ends within `ms` of the wall clock; rejects as it does. Nothing is left behind that keeps the process. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let late!: (ended: boolean) => void;
  const patience = new Promise<boolean>(resolve => {
    late = resolve;
  });
  const timer = systemClock.at(systemClock.now() + ms, () => late(false));
  try {
    return await Promise.race([work.then(() => true), patience]);
  } finally {
    timer.cancel();
  }
}
