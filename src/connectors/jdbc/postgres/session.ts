import { userInfo } from "node:os";
import type { Writable } from "node:stream";
import { sleep, systemClock } from "../../../core/clock/clock.js";
import type { ConnectionSettings, TlsSettings } from "../properties.js";
import { explainConnecting, hasNoTls, isAway, isClosed, isStarting } from "./explain.js";
import { loadPg, type Pg, type PgClient, type PgCursor, type PgResult } from "./pg.js";
import { parserOf } from "./read-types.js";

/** Pauses between attempts to connect, ms. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

/** A query whose client has gone, killed perhaps, ends soon. Servers before version 14, and those of some systems, cannot know. */
const ENDS_WITH_ITS_CLIENT = "SET client_connection_check_interval = '2s'";

/** Servers that were found to have no TLS, though it was to be preferred; those that were reached once. By `host:port`. */
const withoutTls = new Set<string>();
const reached = new Set<string>();

const TYPES = { getTypeParser: parserOf };

/** How a connection is made. */
export interface Opening {
  /** The server is there, or was a moment ago: if it is away it is waited for. */
  readonly patient?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A session at the database: a connection with its settings, whose errors are the client's own. */
export class Session {
  #isOver = false;
  /** How much is awaited of the server. */
  #awaited = 0;
  #cancelling: Promise<void> | undefined;

  private constructor(
    readonly settings: ConnectionSettings,
    private readonly pg: Pg,
    private readonly client: PgClient,
  ) {
    // Heard of when it is used next, too.
    client.on("error", () => this.destroy());
    client.on("end", () => {
      this.#isOver = true;
    });
  }

  /** Connects to the first host that takes it. @throws SparkError that says why none did */
  static async open(settings: ConnectionSettings, { patient = false, signal }: Opening = {}): Promise<Session> {
    const pg = await loadPg();
    const until =
      settings.connectTimeoutMs === 0 ? Number.POSITIVE_INFINITY : systemClock.monotonic() + settings.connectTimeoutMs;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      let failure: unknown;
      for (const host of settings.hosts) {
        const address = `${host.host}:${host.port ?? 5432}`;
        try {
          const session = new Session(settings, pg, await connect(pg, settings, host));
          await session.#begin();
          reached.add(address);
          return session;
        } catch (error) {
          if (!isAway(error)) throw explainConnecting(error, settings, userOf(settings));
          // Of several hosts the one that is only beginning says most.
          if (!isStarting(failure)) failure = error;
        }
      }
      const known = patient || settings.hosts.some(({ host, port }) => reached.has(`${host}:${port ?? 5432}`));
      const waits = (known || isStarting(failure)) && systemClock.monotonic() + pause < until;
      if (!waits || signal?.aborted) throw explainConnecting(failure, settings, userOf(settings));
      await sleep(pause);
    }
  }

  /** Whether nothing can be done with it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  run(sql: string, values?: readonly unknown[]): Promise<PgResult> {
    return this.busyUntil(this.client.query(sql, values));
  }

  /** Something is awaited of the server, which may be cancelled. */
  async busyUntil<T>(answer: Promise<T>): Promise<T> {
    this.#awaited++;
    try {
      return await answer;
    } finally {
      this.#awaited--;
    }
  }

  /** The rows of a query, which the server gives as they are asked for. */
  cursor(sql: string, values: readonly unknown[]): PgCursor {
    return this.client.query(new this.pg.Cursor(sql, values, { types: TYPES }));
  }

  /** `COPY … FROM STDIN`. */
  copyInto(sql: string): Writable {
    return this.client.query(this.pg.copyFrom(sql));
  }

  /**
   * Ends what is awaited of the server, by another connection; it fails then. Resolves when nothing is awaited any more. A
   * session of which nothing is awaited ends itself: nor is anything more to begin in it.
   */
  async cancel(): Promise<void> {
    if (this.#awaited === 0 && this.#cancelling === undefined) return this.destroy();
    this.#cancelling ??= this.#cancel().finally(() => {
      this.#cancelling = undefined;
    });
    return this.#cancelling;
  }

  async #cancel(): Promise<void> {
    try {
      const other = await Session.open(this.settings);
      try {
        // Once may be too early: what is on its way to the server has not begun there, and would not hear of it.
        for (let pause = FIRST_PAUSE; this.#awaited > 0 && !this.#isOver; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
          await other.run("SELECT pg_cancel_backend($1)", [this.client.processID]);
          if (this.#awaited > 0) await sleep(pause);
        }
      } finally {
        await other.end();
      }
    } catch {
      // What cannot be cancelled is left to itself: this side does not wait for it.
      this.destroy();
    }
  }

  /** Whether it keeps the process alive. */
  keepAlive(yes: boolean): void {
    if (yes) this.client.ref();
    else this.client.unref();
  }

  /** Ends it in order. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.client.end().catch(() => {});
  }

  /** Ends it at once: a transaction that is open is undone by the server. */
  destroy(): void {
    this.#isOver = true;
    this.client.connection.stream.destroy();
  }

  async #begin(): Promise<void> {
    const { queryTimeoutMs, schemas, initStatement } = this.settings;
    try {
      // How values are written and read is up to neither the server's configuration nor the role's.
      const set = ["DateStyle = 'ISO'", "IntervalStyle = 'postgres'", "bytea_output = 'hex'", "extra_float_digits = 3"];
      if (queryTimeoutMs > 0) set.push(`statement_timeout = ${queryTimeoutMs}`);
      if (schemas !== undefined) set.push(`search_path = ${schemas}`);
      await this.run(set.map(setting => `SET ${setting}`).join("; "));
      // By itself: where it fails, it undoes nothing of the others.
      await this.run(ENDS_WITH_ITS_CLIENT).catch(error => {
        if (isClosed(error)) throw error;
      });
      if (initStatement !== undefined) await this.run(initStatement);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }
}

async function connect(
  { Client }: Pg,
  settings: ConnectionSettings,
  { host, port = 5432 }: ConnectionSettings["hosts"][number],
): Promise<PgClient> {
  const address = `${host}:${port}`;
  const { tls } = settings;
  const open = async (ssl: false | Readonly<Record<string, unknown>>) => {
    const client = new Client({
      host,
      port,
      database: settings.database,
      user: settings.user,
      password: settings.password,
      application_name: settings.applicationName,
      connectionTimeoutMillis: settings.connectTimeoutMs,
      keepAlive: true,
      ssl,
      types: TYPES,
    });
    client.on("error", () => {});
    try {
      await client.connect();
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    }
    return client;
  };
  if (tls === undefined || (tls.optional && withoutTls.has(address))) return open(false);
  try {
    return await open(tlsOptions(tls));
  } catch (error) {
    if (!tls.optional || !hasNoTls(error)) throw error;
    withoutTls.add(address);
    return open(false);
  }
}

function tlsOptions({ verify, ca, cert, key }: TlsSettings): Readonly<Record<string, unknown>> {
  return {
    rejectUnauthorized: verify !== "nothing",
    ...(verify === "authority" && { checkServerIdentity: () => undefined }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** As whom it is asked. */
function userOf({ user }: ConnectionSettings): string {
  return user ?? process.env["PGUSER"] ?? process.env["USER"] ?? userInfo().username;
}
