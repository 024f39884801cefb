import { sliceIsOver, turn } from "../../../core/executor/time-slice.js";
import type { PartitionToWrite } from "../write-job.js";
import { Copy } from "./copy.js";
import { explainWriting } from "./explain.js";
import { markPartition } from "./ledger.js";
import { Lot } from "./lot.js";
import type { Lease } from "./pool.js";
import { leaseSession } from "./pool.js";
import { type Shape, shapeOf } from "./row-shape.js";
import { quoted } from "./table.js";

/** So many characters go to the server at a time. */
const PIECE = 1 << 16;
/** So many kinds of rows are gathered at a time, each until there is a piece of them. */
const MOST_LOTS = 16;

/**
 * Writes the rows of one partition in one transaction: with COPY into the table or, where there are keys, into a temporary
 * table, from which they are merged. Until {@link commit} has resolved the table shows none of them.
 */
export class PartitionWriter {
  /** Of the row before. */
  #lot: Lot | undefined;
  readonly #lots: Lot[] = [];
  /** The COPY that runs, and whose rows it takes. */
  #running: { readonly copy: Copy; readonly lot: Lot } | undefined;
  #rows = 0;
  #bytes = 0;

  private constructor(
    private readonly lease: Lease,
    private readonly to: PartitionToWrite,
  ) {
    to.signal.addEventListener("abort", this.#cancel);
  }

  /** Begins the transaction; `undefined` when the ledger says that the partition is written. */
  static async open(to: PartitionToWrite): Promise<PartitionWriter | undefined> {
    const { isolationLevel, ledger } = to;
    const level = isolationLevel === "NONE" ? "READ COMMITTED" : isolationLevel.replace("_", " ");
    const opening = { patient: true, signal: to.signal };
    const lease = await leaseSession(to.connection, `BEGIN ISOLATION LEVEL ${level}`, opening);
    if (to.signal.aborted) {
      lease.discard();
      to.signal.throwIfAborted();
    }
    const writer = new PartitionWriter(lease, to);
    if (ledger === undefined) return writer;
    try {
      if (await markPartition(lease.session, ledger.table, ledger.mark, to.part)) return writer;
      await lease.session.run("ROLLBACK");
      writer.#end();
      lease.release();
      return undefined;
    } catch (error) {
      const failure = writer.#failed(error, `writing to the ledger ${ledger.table}`);
      // Nobody else has it.
      await writer.abandon();
      throw failure;
    }
  }

  /** Rows and bytes that were handed to the server. */
  get written(): { readonly rows: number; readonly bytes: number } {
    return { rows: this.#rows, bytes: this.#bytes };
  }

  async add(elements: readonly unknown[]): Promise<void> {
    try {
      for (const element of elements) {
        this.#rows++;
        const lot = this.#lot?.shape.fits(element) ? this.#lot : await this.#lotFor(element);
        lot.add(lot.shape.line(element, this.#row), this.#rows);
        if (lot.text.length >= PIECE) await this.#flush(lot);
      }
    } catch (error) {
      throw this.#failed(error, "writing rows");
    }
  }

  async commit(): Promise<void> {
    let doing = "writing rows";
    try {
      await this.#endCopy();
      for (const lot of this.#lots) if (lot.text !== "") await this.#flush(lot);
      await this.#endCopy();
      doing = "committing (whether its rows are in the table is not known)";
      await this.lease.session.run("COMMIT");
    } catch (error) {
      throw this.#failed(error, doing);
    }
    this.#end();
    this.lease.release();
  }

  /** Undoes everything, unless it was committed. */
  async abandon(): Promise<void> {
    this.#end();
    if (this.to.signal.aborted) await this.lease.session.cancel();
    this.lease.discard();
  }

  readonly #cancel = () => void this.lease.session.cancel();
  /** The row that is being looked at, counted from 1. */
  readonly #row = () => `Row ${this.#rows} of partition ${this.to.part}`;

  /** Where a row goes that is not like the one before. With keys rows keep their order: what came before is merged first. */
  async #lotFor(element: unknown): Promise<Lot> {
    let lot = this.#lots.find(({ shape }) => shape.fits(element));
    if (lot === undefined) {
      lot = new Lot(shapeOf(this.to.target, element, this.#row));
      if (this.#lots.length === (this.to.target.keys.length > 0 ? 1 : MOST_LOTS)) await this.#finishFullest();
      this.#lots.push(lot);
    }
    this.#lot = lot;
    return lot;
  }

  async #finishFullest(): Promise<void> {
    const fullest = this.#lots.reduce((a, b) => (b.text.length > a.text.length ? b : a));
    this.#lots.splice(this.#lots.indexOf(fullest), 1);
    if (fullest.text !== "") await this.#flush(fullest);
    if (this.#running?.lot === fullest) await this.#endCopy();
  }

  /** Gives the server the lines of a lot. */
  async #flush(lot: Lot): Promise<void> {
    if (this.#running?.lot !== lot) {
      await this.#endCopy();
      await this.#beginCopy(lot);
    }
    await this.#write();
    if (sliceIsOver()) await turn();
  }

  async #write(): Promise<void> {
    const { copy, lot } = this.#running!;
    const piece = Buffer.from(lot.text);
    lot.text = "";
    this.#bytes += piece.length;
    await copy.write(piece);
  }

  async #beginCopy(lot: Lot): Promise<void> {
    const { session } = this.lease;
    const { target } = this.to;
    const { shape } = lot;
    const columns = shape.columns.map(({ name }) => quoted(name)).join(", ");
    let table = target.sql;
    if (target.keys.length > 0) {
      table = stageOf(target.sql, shape);
      await session.run(
        `CREATE TEMPORARY TABLE IF NOT EXISTS ${table} ON COMMIT DELETE ROWS AS SELECT ${columns} FROM ${target.sql} WITH NO DATA`,
      );
    }
    this.#running = { copy: new Copy(session, `COPY ${table} (${columns}) FROM STDIN`), lot };
  }

  /** Ends the COPY that runs; with keys its rows go to the table now, before any that come later. */
  async #endCopy(): Promise<void> {
    if (this.#running === undefined) return;
    const { copy, lot } = this.#running;
    if (lot.text !== "") await this.#write();
    await copy.end();
    this.#running = undefined;
    lot.begin();
    const { target } = this.to;
    if (target.keys.length > 0) {
      const stage = stageOf(target.sql, lot.shape);
      await this.lease.session.run(mergeStatement(stage, target.sql, lot.shape, target.keys));
      await this.lease.session.run(`TRUNCATE ${stage}`);
    }
  }

  /** The error for the user; the session ends with it. */
  #failed(error: unknown, doing: string): Error {
    this.#end();
    if (!this.to.signal.aborted) this.lease.discard();
    const { connection, target, part } = this.to;
    const lot = this.#running?.lot;
    return explainWriting(error, connection, target.shown, doing, line =>
      line === undefined || lot === undefined
        ? `A row of partition ${part}`
        : `Row ${lot.rowOf(line)} of partition ${part}`,
    );
  }

  #end(): void {
    this.to.signal.removeEventListener("abort", this.#cancel);
  }
}

/** The temporary table of a session for rows of these columns. */
function stageOf(table: string, { columns }: Shape): string {
  return quoted(`tspark_${hash(JSON.stringify([table, columns.map(({ name, type }) => [name, type])]))}`);
}

/** FNV-1a, in 32 bits twice: a name of its own for each table and its columns. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193) >>> 0;
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b) >>> 0;
  }
  return a.toString(16).padStart(8, "0") + b.toString(16).padStart(8, "0");
}

/**
 * Puts each row in the place of the one with the same keys, or beside the others. Of rows with the same keys the last one
 * counts, since a statement changes a row once only. In the order of the keys, so that transactions that write the same rows
 * wait for each other, and not both.
 */
function mergeStatement(stage: string, table: string, { columns }: Shape, keys: readonly string[]): string {
  const names = columns.map(({ name }) => quoted(name));
  const by = keys.map(quoted);
  const rest = names.filter(name => !by.includes(name));
  const change =
    rest.length === 0 ? "NOTHING" : `UPDATE SET ${rest.map(name => `${name} = excluded.${name}`).join(", ")}`;
  const rows = `SELECT DISTINCT ON (${by.join(", ")}) ${names.join(", ")} FROM ${stage} ORDER BY ${by.join(", ")}, ctid DESC`;
  return `INSERT INTO ${table} (${names.join(", ")}) ${rows} ON CONFLICT (${by.join(", ")}) DO ${change}`;
}
