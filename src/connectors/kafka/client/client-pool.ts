import { SystemClock, type Timer } from "../../../core/clock/clock.js";
import type { ConnectionSettings } from "../connection-params.js";
import type { FetchSettings } from "../params.js";
import { KafkaClient } from "./kafka-client.js";

/** How long connections are kept that nobody uses: the next batch or job finds them open. */
const LINGER_MS = 30_000;

interface Pooled {
  readonly client: KafkaClient;
  users: number;
  closing: Timer | undefined;
}

/** What a client is made of. */
export interface ClientSettings {
  readonly connection: ConnectionSettings;
  readonly fetch: FetchSettings;
}

// A connection that lingers must not keep the process alive.
const clock = new SystemClock({ unref: true });
const pool = new Map<string, Pooled>();

/** Runs `use` with the client for these settings, which all who have the same settings share. */
export async function withClient<T>(settings: ClientSettings, use: (client: KafkaClient) => Promise<T>): Promise<T> {
  const { client, release } = acquireClient(settings);
  try {
    return await use(client);
  } finally {
    release();
  }
}

/** The client for these settings; `release` is to be called once. */
export function acquireClient({ connection, fetch }: ClientSettings): { client: KafkaClient; release: () => void } {
  const key = JSON.stringify([connection, fetch]);
  let entry = pool.get(key);
  if (entry === undefined) {
    entry = { client: new KafkaClient(connection, fetch), users: 0, closing: undefined };
    pool.set(key, entry);
  }
  const pooled = entry;
  pooled.users++;
  pooled.closing?.cancel();
  pooled.closing = undefined;
  let released = false;
  return {
    client: pooled.client,
    release() {
      if (released) return;
      released = true;
      if (--pooled.users > 0) return;
      pooled.closing = clock.at(clock.now() + LINGER_MS, () => {
        pool.delete(key);
        pooled.client.close();
      });
    },
  };
}
