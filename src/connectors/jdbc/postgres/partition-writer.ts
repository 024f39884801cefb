import type { Writable } from "node:stream";
import { sliceIsOver, turn } from "../../../core/executor/time-slice.js";
import type { PartitionToWrite } from "../write-job.js";
import { explainWriting } from "./explain.js";
import { markPartition } from "./ledger.js";
import type { Lease } from "./pool.js";
import { leaseSession } from "./pool.js";
import { type Shape, shapeOf } from "./row-shape.js";
import { quoted } from "./table.js";

/** So many characters go to the server at a time. */
const PIECE = 1 << 16;

/**
 * Writes the rows of one partition in one transaction: with COPY into the table or, where there are keys, into a temporary
 * table, from which they are merged. Until {@link commit} has resolved the table shows none of them.
 */
export class PartitionWriter {
  #shape: Shape | undefined;
  #copy: Writable | undefined;
  /** What a COPY that runs has failed with. */
  #failure: Error | undefined;
  #text = "";
  #rows = 0;
  #bytes = 0;
  /** Rows before the COPY that runs. */
  #before = 0;

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
    const writer = new PartitionWriter(
      await leaseSession(to.connection, `BEGIN ISOLATION LEVEL ${level}`, opening),
      to,
    );
    if (ledger === undefined) return writer;
    try {
      if (await markPartition(writer.lease.session, ledger.table, ledger.mark, to.part)) return writer;
      await writer.lease.session.run("ROLLBACK");
      writer.#end();
      writer.lease.release();
      return undefined;
    } catch (error) {
      throw writer.#failed(error, `writing to the ledger ${ledger.table}`);
    }
  }

  /** Rows and bytes that were handed to the server. */
  get written(): { readonly rows: number; readonly bytes: number } {
    return { rows: this.#rows, bytes: this.#bytes };
  }

  async add(elements: readonly unknown[]): Promise<void> {
    try {
      for (const element of elements) {
        let shape = this.#shape;
        if (shape === undefined || !shape.fits(element)) {
          await this.#merge();
          shape = shapeOf(this.to.target, element, this.#row);
          await this.#begin(shape);
        }
        this.#rows++;
        this.#text += shape.line(element, this.#row);
        if (this.#text.length >= PIECE) await this.#flush();
      }
    } catch (error) {
      throw this.#failed(error, "writing rows");
    }
  }

  async commit(): Promise<void> {
    let doing = "writing rows";
    try {
      await this.#merge();
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
  readonly #row = () => `Row ${this.#rows + (this.#shape === undefined ? 1 : 0)} of partition ${this.to.part}`;

  async #begin(shape: Shape): Promise<void> {
    const { session } = this.lease;
    const { target } = this.to;
    const columns = shape.columns.map(({ name }) => quoted(name)).join(", ");
    let table = target.sql;
    if (target.keys.length > 0) {
      table = stageOf(target.sql, shape);
      await session.run(
        `CREATE TEMPORARY TABLE IF NOT EXISTS ${table} ON COMMIT DELETE ROWS AS SELECT ${columns} FROM ${target.sql} WITH NO DATA`,
      );
    }
    this.#before = this.#rows;
    this.#failure = undefined;
    const copy = session.copyInto(`COPY ${table} (${columns}) FROM STDIN`);
    copy.on("error", error => {
      this.#failure ??= error;
    });
    this.#copy = copy;
    this.#shape = shape;
  }

  async #flush(): Promise<void> {
    const piece = Buffer.from(this.#text);
    this.#text = "";
    this.#bytes += piece.length;
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#copy!.write(piece)) await this.#until("drain");
    if (sliceIsOver()) await turn();
  }

  /** Ends the COPY that runs; with keys its rows go to the table now, before any that come later. */
  async #merge(): Promise<void> {
    const shape = this.#shape;
    if (shape === undefined) return;
    if (this.#text !== "") await this.#flush();
    this.#copy!.end();
    await this.#until("finish");
    this.#copy = undefined;
    const { target } = this.to;
    if (target.keys.length > 0) {
      const stage = stageOf(target.sql, shape);
      await this.lease.session.run(mergeStatement(stage, target.sql, shape, target.keys));
      await this.lease.session.run(`TRUNCATE ${stage}`);
    }
    this.#shape = undefined;
  }

  /** Waits for an event of the COPY; what it fails with is thrown. */
  #until(event: "drain" | "finish"): Promise<void> {
    const copy = this.#copy!;
    const answer = new Promise<void>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const end = () => {
        copy.off(event, done);
        copy.off("error", failed);
      };
      const done = () => {
        end();
        resolve();
      };
      const failed = (error: Error) => {
        end();
        reject(error);
      };
      copy.on(event, done);
      copy.on("error", failed);
    });
    return this.lease.session.busyUntil(answer);
  }

  /** The error for the user; the session ends with it. */
  #failed(error: unknown, doing: string): Error {
    this.#end();
    if (!this.to.signal.aborted) this.lease.discard();
    const { connection, target, part } = this.to;
    return explainWriting(error, connection, target.shown, doing, line =>
      line === undefined ? `A row of partition ${part}` : `Row ${this.#before + line} of partition ${part}`,
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
