import { SystemClock, type Timer } from "../../../core/clock/clock.js";
import type { ConnectionSettings } from "../properties.js";
import { explain, isClosed } from "./explain.js";
import { type Opening, Session } from "./session.js";

/** How long sessions are kept that nobody uses: the next batch or job finds them open. */
const LINGER_MS = 30_000;

interface Idle {
  readonly session: Session;
  readonly closing: Timer;
}

// What lingers must not keep the process alive.
const clock = new SystemClock({ unref: true });
const idle = new Map<string, Idle[]>();

/** A session that is given back by one of its two ends. */
export interface Lease {
  readonly session: Session;
  /** What was done with it has ended well. */
  release(): void;
  /** It is in the middle of something: it ends, and what it had not committed is undone. */
  discard(): void;
}

/**
 * A session for these settings, which begins with a statement: by it a session that has lingered shows whether its server is
 * still there.
 */
export async function leaseSession(settings: ConnectionSettings, first: string, opening: Opening = {}): Promise<Lease> {
  const key = JSON.stringify(settings);
  for (;;) {
    const known = takeIdle(key);
    const session = known ?? (await Session.open(settings, opening));
    try {
      await session.run(first);
      return lease(key, session);
    } catch (error) {
      session.destroy();
      if (known === undefined || !isClosed(error)) throw explain(error, settings, { doing: first });
    }
  }
}

function takeIdle(key: string): Session | undefined {
  const sessions = idle.get(key);
  for (let entry = sessions?.pop(); entry !== undefined; entry = sessions!.pop()) {
    entry.closing.cancel();
    if (entry.session.isOver) continue;
    entry.session.keepAlive(true);
    return entry.session;
  }
  return undefined;
}

function lease(key: string, session: Session): Lease {
  let returned = false;
  return {
    session,
    release() {
      if (returned) return;
      returned = true;
      if (session.isOver) return;
      session.keepAlive(false);
      const sessions = idle.get(key) ?? [];
      idle.set(key, sessions);
      const entry: Idle = {
        session,
        closing: clock.at(clock.now() + LINGER_MS, () => {
          sessions.splice(sessions.indexOf(entry), 1);
          void session.end();
        }),
      };
      sessions.push(entry);
    },
    discard() {
      if (returned) return;
      returned = true;
      session.destroy();
    },
  };
}

/** What `use` gives with a session, each of whose statements is a transaction of its own; its errors are those the user gets. */
export async function withSession<T>(settings: ConnectionSettings, use: (session: Session) => Promise<T>): Promise<T> {
  const lease = await leaseSession(settings, "SELECT 1");
  try {
    const result = await use(lease.session);
    lease.release();
    return result;
  } catch (error) {
    lease.discard();
    throw explain(error, settings, { doing: "looking at a table" });
  }
}
