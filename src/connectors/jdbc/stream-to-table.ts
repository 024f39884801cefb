import { getLogger } from "../../core/log/logger.js";
import type { RDD } from "../../core/rdd/rdd.js";
import { withCallSite } from "../../core/util/call-site.js";
import { OutputNode } from "../../streaming/dstream/output-node.js";
import type { DStream } from "../../streaming/dstream.js";
import { isKnownEmpty } from "../../streaming/plan/known-empty.js";
import { Time } from "../../streaming/time.js";
import { E } from "./errors.js";
import type { BatchMark } from "./ledger.js";
import { beginBatch, openLedger } from "./postgres/ledger.js";
import { withSession } from "./postgres/pool.js";
import { prepareForStream } from "./prepare-table.js";
import type { SaveRequest } from "./save.js";
import { limited, runWriteJob, SAMPLE } from "./save-rdd.js";
import type { Target } from "./target.js";

const log = getLogger("JdbcUtils");

/** Writes each batch of a stream to a table, and with a ledger exactly once. */
export class StreamToTable extends OutputNode<unknown> {
  readonly #request: SaveRequest;
  /** The table as the batch before found it; after a failure it is looked at again. */
  #target: Target | undefined;
  #ledgerIsOpen = false;
  /** The latest batch that this process has begun, ms. */
  #begun = Number.NEGATIVE_INFINITY;

  constructor(stream: DStream<unknown>, request: SaveRequest) {
    const { graph } = stream.node;
    if (request.ledger !== undefined && graph.sparkContext.conf.getInt("spark.streaming.concurrentJobs") > 1) {
      throw E.JDBC_EXACTLY_ONCE("needs batches one after the other: set spark.streaming.concurrentJobs to 1");
    }
    super(graph, `JdbcUtils.save(${request.table})`, stream.node, request.callSite, (rdd, time) =>
      this.#save(rdd, time),
    );
    this.#request = request;
  }

  async #save(rdd: RDD<unknown>, time: Time): Promise<void> {
    if (isKnownEmpty(rdd)) return;
    const request = this.#request;
    const { connection, write } = request.settings;
    try {
      const sample = () => withCallSite(request.callSite, () => rdd.take(SAMPLE));
      this.#target ??= await prepareForStream(request, sample);
      const rows = limited(rdd, request);
      const job = { connection, isolationLevel: write.isolationLevel, target: this.#target };
      const mark = this.#markOf(time, rows.getNumPartitions());
      const ledger = request.ledger === undefined ? undefined : { table: request.ledger, mark };
      if (ledger !== undefined && !(await this.#begin(ledger.table, mark))) {
        log.info(
          `The rows of the batch of ${time} are in ${request.table} already, written before the restart: ${this.uid}`,
        );
        return;
      }
      await runWriteJob(rows, { ...job, ledger }, request);
    } catch (error) {
      this.#target = undefined;
      this.#ledgerIsOpen = false;
      throw error;
    }
  }

  #markOf(time: Time, parts: number): BatchMark {
    const { run, checkpointDir } = this.graph;
    return { run, output: this.uid, batch: time.milliseconds, parts, durable: checkpointDir !== undefined };
  }

  /** Notes in the ledger that a batch begins; `false` when a later one has begun already, and this one is over. */
  async #begin(ledger: string, mark: BatchMark): Promise<boolean> {
    const { connection } = this.#request.settings;
    const answer = await withSession(connection, async session => {
      if (!this.#ledgerIsOpen) await openLedger(session, connection, ledger);
      this.#ledgerIsOpen = true;
      return beginBatch(session, ledger, mark);
    });
    if (answer !== "new") {
      // What the checkpoint does not know of was decided anew, and has perhaps other rows than what was written.
      const known = this.graph.recovered?.checkpoint.context.latest ?? Number.NEGATIVE_INFINITY;
      if (mark.batch > Math.max(known, this.#begun)) {
        throw E.JDBC_LEDGER_AHEAD(this.uid, shown(mark.batch), shown(answer.batch), ledger);
      }
      if (answer.batch > mark.batch) return false;
      if (answer.parts !== mark.parts) {
        throw E.JDBC_OTHER_PARTITIONS(this.uid, shown(mark.batch), answer.parts, mark.parts);
      }
    }
    this.#begun = Math.max(this.#begun, mark.batch);
    return true;
  }
}

const shown = (ms: number): string => new Time(ms).toString();
