import type { Writable } from "node:stream";

// The part of the PostgreSQL client that is used. It is loaded with the first connection.

/** What a statement gave. */
export interface PgResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number | null;
  readonly fields: readonly { readonly name: string }[];
}

export interface PgConfig {
  readonly host: string;
  readonly port: number;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly application_name: string;
  readonly connectionTimeoutMillis: number;
  readonly keepAlive: boolean;
  readonly ssl: false | Readonly<Record<string, unknown>>;
  readonly types: { getTypeParser(oid: number, format?: string): (text: string) => unknown };
}

export interface PgCursor {
  read(rows: number, done: (error: Error | undefined, rows: readonly object[], result: PgResult) => void): void;
  close(): Promise<void>;
}

export interface PgClient {
  readonly processID: number;
  readonly user: string;
  readonly connection: { readonly stream: { destroy(): void } };
  connect(): Promise<void>;
  query(sql: string, values?: readonly unknown[]): Promise<PgResult>;
  query<S extends PgCursor | Writable>(submitted: S): S;
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "end", listener: () => void): void;
  end(): Promise<void>;
  ref(): void;
  unref(): void;
}

export interface Pg {
  readonly Client: new (config: PgConfig) => PgClient;
  readonly Cursor: new (sql: string, values: readonly unknown[], config: Pick<PgConfig, "types">) => PgCursor;
  /** `COPY … FROM STDIN`: what is written to it is what is copied. It has finished when the server has all of it. */
  readonly copyFrom: (sql: string) => Writable;
}

let loaded: Promise<Pg> | undefined;

/** The client's libraries. */
export function loadPg(): Promise<Pg> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Pg> {
  const [pg, cursor, streams] = await Promise.all([import("pg"), import("pg-cursor"), import("pg-copy-streams")]);
  return {
    Client: theDefault(pg).Client as unknown as Pg["Client"],
    Cursor: theDefault(cursor) as unknown as Pg["Cursor"],
    copyFrom: theDefault(streams).from as unknown as Pg["copyFrom"],
  };
}

/** What a CommonJS module exports, however it was imported. */
function theDefault<M extends object>(module: M): M extends { default: infer D } ? D : M {
  return ((module as { default?: unknown }).default ?? module) as M extends { default: infer D } ? D : M;
}
