import { Lingering } from "../../../core/util/lingering.js";
import type { KinesisSettings } from "../settings.js";
import { KinesisClient } from "./kinesis-client.js";

const clients = new Lingering<KinesisClient>(client => client.close());

/** The client for these settings, which all tasks of a thread that write there share; `release` is to be called at the end. */
export function acquireClient(settings: KinesisSettings): {
  readonly client: KinesisClient;
  readonly release: () => void;
} {
  const key = JSON.stringify({ ...settings, credentials: settings.credentials.reveal() });
  return clients.acquire(key, () => new KinesisClient(settings));
}
