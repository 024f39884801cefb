import type { Clock } from "../../../core/clock/clock.js";

/** A broker did not answer in time. */
export class RequestTimeout extends Error {
  readonly type = "RequestTimeout";
}

/** `work`, or a {@link RequestTimeout} after `ms`. While it waits the process stays alive, though its sockets do not hold it. */
export async function withTimeout<T>(work: Promise<T>, ms: number, clock: Clock): Promise<T> {
  let expire: (error: RequestTimeout) => void = () => {};
  const expired = new Promise<never>((_, reject) => {
    expire = reject;
  });
  const timer = clock.at(clock.now() + ms, () => expire(new RequestTimeout(`no answer within ${ms} ms`)));
  try {
    return await Promise.race([work, expired]);
  } finally {
    timer.cancel();
  }
}
