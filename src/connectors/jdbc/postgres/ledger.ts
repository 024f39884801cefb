import { getLogger } from "../../../core/log/logger.js";
import { E } from "../errors.js";
import type { BatchMark, LedgerAnswer } from "../ledger.js";
import type { ConnectionSettings } from "../properties.js";
import { whereOf } from "./explain.js";
import type { Session } from "./session.js";

const log = getLogger("JdbcUtils");

/** Instead of a partition: that the batch was begun, and in how many partitions. */
const WHOLE = -1;
/** How long rows are kept of runs without a checkpoint, which nobody goes on from. */
const KEPT = "7 days";

/**
 * The ledger's table. A row says of one partition of an output which batch it wrote last, so that the table does not grow with
 * time: one row for each partition, and one for the output. It is written in the transaction of the partition's rows.
 */
export const createLedger = (ledger: string): string =>
  `CREATE TABLE IF NOT EXISTS ${ledger} (run text, output text, part integer, batch bigint NOT NULL, parts integer NOT NULL, durable boolean NOT NULL, written timestamp with time zone NOT NULL DEFAULT now(), PRIMARY KEY (run, output, part))`;

/** Writes a row unless it says the same batch or a later one already. Another transaction that writes it is waited for. */
const markStatement = (ledger: string) =>
  `INSERT INTO ${ledger} AS l (run, output, part, batch, parts, durable) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (run, output, part) DO UPDATE SET batch = excluded.batch, parts = excluded.parts, durable = excluded.durable, written = now() WHERE l.batch < excluded.batch`;

/** Makes the ledger where there is none, and removes from it what nobody will ask for. */
export async function openLedger(session: Session, settings: ConnectionSettings, ledger: string): Promise<void> {
  const { rows } = await session.run("SELECT to_regclass($1) IS NOT NULL AS exists", [ledger]);
  if (rows[0]!["exists"] !== true) {
    const create = createLedger(ledger);
    try {
      await session.run(create);
      log.info(`The ledger of what streams have written is ${ledger} at ${whereOf(settings)}`);
    } catch (error) {
      // Another program made it at the same moment.
      if (!/^(?:23505|42P07|42710)$/.test(String((error as { code?: string }).code))) {
        throw E.JDBC_NO_LEDGER.because(error, ledger, whereOf(settings), (error as Error).message, create);
      }
    }
  }
  await session.run(`DELETE FROM ${ledger} WHERE NOT durable AND written < now() - interval '${KEPT}'`);
}

/** Notes that a batch begins, before any of its partitions is written; what is known of it where it had begun before. */
export async function beginBatch(session: Session, ledger: string, mark: BatchMark): Promise<LedgerAnswer> {
  if (await writeMark(session, ledger, mark, WHOLE)) return "new";
  const { rows } = await session.run(
    `SELECT batch, parts FROM ${ledger} WHERE run = $1 AND output = $2 AND part = ${WHOLE}`,
    [mark.run, mark.output],
  );
  const [row] = rows as unknown as readonly { readonly batch: number; readonly parts: number }[];
  return row === undefined ? "new" : { batch: Number(row.batch), parts: row.parts };
}

/** Notes that a partition is written, in the transaction that writes it; `false` when it was written already. */
export const markPartition = (session: Session, ledger: string, mark: BatchMark, part: number): Promise<boolean> =>
  writeMark(session, ledger, mark, part);

async function writeMark(session: Session, ledger: string, mark: BatchMark, part: number): Promise<boolean> {
  const { run, output, batch, parts, durable } = mark;
  const { rowCount } = await session.run(markStatement(ledger), [run, output, part, batch, parts, durable]);
  return rowCount === 1;
}
