import { SystemClock, type Timer } from "../../../core/clock/clock.js";
import type { KinesisSettings } from "../settings.js";
import { KinesisClient } from "./kinesis-client.js";

/** How long connections are kept that nobody uses: the next batch finds them open. */
const LINGER_MS = 30_000;

interface Pooled {
  readonly client: KinesisClient;
  users: number;
  closing: Timer | undefined;
}

// A connection that lingers must not keep the process alive.
const clock = new SystemClock({ unref: true });
const pool = new Map<string, Pooled>();

/** Runs `use` with the client for these settings, which all tasks of a thread that write there share. */
export async function withClient<T>(settings: KinesisSettings, use: (client: KinesisClient) => Promise<T>): Promise<T> {
  const key = JSON.stringify({ ...settings, credentials: settings.credentials.reveal() });
  let pooled = pool.get(key);
  if (pooled === undefined)
    pool.set(key, (pooled = { client: new KinesisClient(settings), users: 0, closing: undefined }));
  const { client } = pooled;
  pooled.users++;
  pooled.closing?.cancel();
  try {
    return await use(client);
  } finally {
    if (--pooled.users === 0) {
      pooled.closing = clock.at(clock.now() + LINGER_MS, () => {
        pool.delete(key);
        void client.close();
      });
    }
  }
}
