import type { Connection, QueryOptions } from "../connection.js";
import { E } from "../errors.js";
import { replacePlaceholders } from "../placeholders.js";
import type { ConnectionSettings } from "../properties.js";
import { explain, whereOf } from "./explain.js";
import type { PgCursor, PgResult } from "./pg.js";
import { type Lease, leaseSession } from "./pool.js";

/** How many rows are asked for at a time where all are wanted at once: more than there are. */
const ALL = 2 ** 31 - 1;

/** Queries to PostgreSQL, whose rows are fetched as they are asked for. */
export class PostgresConnection implements Connection {
  constructor(private readonly settings: ConnectionSettings) {}

  async *query(
    sql: string,
    parameters: readonly bigint[],
    { fetchSize, signal }: QueryOptions,
  ): AsyncGenerator<readonly object[]> {
    // As Java sends them: a number of 8 bytes, whatever it is compared with.
    const text = replacePlaceholders(sql, i => `$${i + 1}::bigint`).sql;
    const lease = await leaseSession(this.settings, "SELECT 1", { signal });
    const cancel = () => void lease.session.cancel();
    signal.addEventListener("abort", cancel);
    let failed = false;
    let cursor: PgCursor | undefined;
    try {
      if (signal.aborted) return;
      cursor = lease.session.cursor(text, parameters.map(String));
      let checked = false;
      for (;;) {
        const { rows, fields } = await lease.session.busyUntil(read(cursor, fetchSize === 0 ? ALL : fetchSize));
        if (!checked && fields.length > 0) checkNames(sql, fields);
        checked = true;
        if (rows.length > 0) yield rows;
        if (rows.length === 0 || fetchSize === 0 || rows.length < fetchSize) break;
      }
    } catch (error) {
      failed = true;
      throw explain(error, this.settings, { doing: "reading", sql });
    } finally {
      signal.removeEventListener("abort", cancel);
      await giveBack(lease, cursor, failed, signal);
    }
  }

  close(): void {}

  toString(): string {
    return whereOf(this.settings);
  }
}

/** Ends the query, read to its end or not. */
async function giveBack(
  lease: Lease,
  cursor: PgCursor | undefined,
  failed: boolean,
  signal: AbortSignal,
): Promise<void> {
  // A cancel request that is under way needs the session to be there.
  if (signal.aborted) await lease.session.cancel();
  if (failed || signal.aborted) return lease.discard();
  try {
    await cursor?.close();
    lease.release();
  } catch {
    lease.discard();
  }
}

function read(
  cursor: PgCursor,
  rows: number,
): Promise<{ readonly rows: readonly object[]; readonly fields: PgResult["fields"] }> {
  return new Promise((resolve, reject) => {
    cursor.read(rows, (error, found, result) => {
      if (error) reject(error);
      else resolve({ rows: found, fields: (result as PgResult | undefined)?.fields ?? [] });
    });
  });
}

function checkNames(sql: string, fields: PgResult["fields"]): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    if (seen.has(name)) throw E.JDBC_SAME_COLUMNS(sql, name);
    seen.add(name);
  }
}
