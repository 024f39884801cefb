import { Lingering } from "../../../core/util/lingering.js";
import type { ConnectionSettings } from "../connection-params.js";
import type { FetchSettings } from "../params.js";
import { KafkaClient } from "./kafka-client.js";

/** What a client is made of. */
export interface ClientSettings {
  readonly connection: ConnectionSettings;
  readonly fetch: FetchSettings;
}

const clients = new Lingering<KafkaClient>(client => client.close());

/** Runs `use` with the client for these settings, which all who have the same settings share. */
export async function withClient<T>(settings: ClientSettings, use: (client: KafkaClient) => Promise<T>): Promise<T> {
  const { client, release } = acquireClient(settings);
  try {
    return await use(client);
  } finally {
    release();
  }
}

/** The client for these settings; `release` is to be called at the end. */
export function acquireClient({ connection, fetch }: ClientSettings): {
  readonly client: KafkaClient;
  readonly release: () => void;
} {
  return clients.acquire(JSON.stringify([connection, fetch]), () => new KafkaClient(connection, fetch));
}
