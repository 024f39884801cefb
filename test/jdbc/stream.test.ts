// JdbcUtils.save of streams: every batch is in its table once, whatever fails meanwhile.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { type RDD, Seconds, type SparkContext, StreamingContext } from "tspark";
import { type JdbcSaveOptions, JdbcUtils } from "tspark/jdbc";
import { ManualClock } from "tspark/testing";
import { createLedger, markPartition } from "../../src/connectors/jdbc/postgres/ledger.js";
import { PartitionWriter } from "../../src/connectors/jdbc/postgres/partition-writer.js";
import type { Session } from "../../src/connectors/jdbc/postgres/session.js";
import { readJdbcSettings } from "../../src/connectors/jdbc/properties.js";
import { logOf, useSpark, withOwnSpark, withStream } from "../streaming/helpers/streams.js";
import { describeWithPostgres } from "./real-postgres.js";

/** What a program's closures find in the driver's thread, whatever copies of them there are. */
const shared = globalThis as unknown as { failing?: number };

describeWithPostgres("JdbcUtils.save of a stream", fixture => {
  const spark = useSpark();
  const url = () => fixture.server.url;
  const idsOf = async (table: string) =>
    (await fixture.sql(`SELECT id FROM ${table} ORDER BY id`)).map(row => Number(row["id"]));
  const ledgerOf = (table: string) =>
    fixture.sql(
      `SELECT part, batch::int, parts FROM tspark_ledger WHERE output LIKE 'JdbcUtils.save(${table})%' ORDER BY part`,
    );
  /** A stream whose batches are these numbers, in two partitions. */
  const numbers = (ssc: StreamingContext, batches: readonly (readonly number[])[]) =>
    ssc.queueStream(batches.map(batch => ssc.sparkContext.parallelize(batch, 2)));

  it("word counts are in the table after each batch", () =>
    withStream(spark.sc, async (ssc, clock) => {
      await fixture.sql("CREATE TABLE counts (word text PRIMARY KEY, n int, changed timestamptz DEFAULT now())");
      const lines = ssc.queueStream(["to be or", "not to be", "to do"].map(line => spark.sc.parallelize([line], 1)));
      const ones = lines.flatMap(line => line.split(" ")).map((word): [string, number] => [word, 1]);
      ssc.checkpoint(mkdtempSync(path.join(tmpdir(), "tspark-jdbc-counts-")));
      const counts = ones.updateStateByKey((more: readonly number[], n: number | undefined) => (n ?? 0) + more.length);
      JdbcUtils.save(counts, url(), "counts", {}, { columns: ["word", "n"], keys: ["word"] });
      await ssc.start();
      const found = async () =>
        (await fixture.sql("SELECT word, n FROM counts ORDER BY word"))
          .map(row => `${row["word"]} ${row["n"]}`)
          .join(", ");
      const after: string[] = [];
      for (let batch = 0; batch < 3; batch++) {
        await clock.advance(1000);
        after.push(await found());
      }
      assert.deepEqual(after, ["be 1, or 1, to 1", "be 2, not 1, or 1, to 2", "be 2, do 1, not 1, or 1, to 3"]);
    }));

  it("a batch that is tried again leaves out the partitions that are there; the ledger does not grow", () =>
    withOwnSpark(
      spark,
      {
        "spark.tspark.streaming.onBatchFailure": "retry",
        "spark.tspark.streaming.batchRetryDelay": "1ms",
        "spark.master": "local[1]",
      },
      sc =>
        withStream(sc, async (ssc, clock) => {
          shared.failing = 2;
          const stream = numbers(ssc, [
            [1, 2],
            [3, 4],
            [5, 6],
            ...Array.from({ length: 20 }, (_, i) => [7 + 2 * i, 8 + 2 * i]),
          ]);
          const rows = stream.map(id => {
            const { failing = 0 } = globalThis as { failing?: number };
            if (id === 4 && failing > 0) {
              (globalThis as { failing?: number }).failing = failing - 1;
              throw new Error("not yet");
            }
            return { id };
          });
          JdbcUtils.save(rows, url(), "again", { createTableColumnTypes: "id int" });
          await ssc.start();
          const log = await logOf(() => clock.advance(23_000));
          assert.equal(ssc.failure, undefined, log.join("\n"));
          assert.equal(shared.failing, 0);
          assert.deepEqual(
            await idsOf("again"),
            Array.from({ length: 46 }, (_, i) => i + 1),
          );
          assert.deepEqual(
            await ledgerOf("again"),
            [-1, 0, 1].map(part => ({ part, batch: 23_000, parts: 2 })),
          );
        }),
    ));

  /** Runs a program from its checkpoint, until `until` (ms); its last batch stays pending when `hangs`. */
  const run = async (
    sc: SparkContext,
    dir: string,
    table: string,
    { from = 0, until, hangs = false, parts = 2 }: { from?: number; until: number; hangs?: boolean; parts?: number },
  ) => {
    const clock = new ManualClock(from);
    let hung!: () => void;
    const hanging = new Promise<void>(resolve => {
      hung = resolve;
    });
    const ssc = await StreamingContext.getOrCreate(
      dir,
      () => {
        const ssc = new StreamingContext(sc, Seconds(1));
        const rows = ssc.rateStream(3).map(({ value }) => ({ id: value }));
        JdbcUtils.save(rows.repartition(parts), url(), table, { createTableColumnTypes: "id int" });
        ssc.rateStream(1).foreachRDD(async (_rdd, time) => {
          if (!hangs || time.milliseconds < until) return;
          hung();
          await new Promise(() => {});
        });
        return ssc;
      },
      { clock },
    );
    const log = await logOf(async () => {
      await ssc.start();
      const moved = clock.advance(until - from);
      await (hangs ? hanging : moved);
      await ssc.stop(false);
    });
    return { failure: ssc.failure, log };
  };
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
  const directory = () => mkdtempSync(path.join(tmpdir(), "tspark-jdbc-stream-"));

  it("a batch that was written and pending when the program ended is not written again", async () => {
    const dir = directory();
    assert.equal((await run(spark.sc, dir, "pending", { until: 2000, hangs: true })).failure, undefined);
    assert.deepEqual(await idsOf("pending"), upTo(6));
    assert.equal((await run(spark.sc, dir, "pending", { from: 2000, until: 4000 })).failure, undefined);
    assert.deepEqual(await idsOf("pending"), upTo(12));
    // Without the checkpoint it is another run: times of batches say nothing then.
    rmSync(dir, { recursive: true });
    assert.equal((await run(spark.sc, dir, "pending", { until: 1000 })).failure, undefined);
    assert.deepEqual(await idsOf("pending"), [0, 0, 1, 1, 2, 2, ...upTo(12).slice(3)]);
  });

  it("what cannot be told from the ledger stops the batch, and says why", async () => {
    const dir = directory();
    await run(spark.sc, dir, "told", { until: 2000, hangs: true });
    const older = directory();
    cpSync(dir, older, { recursive: true });
    const others = await run(spark.sc, dir, "told", { from: 2000, until: 2000, parts: 3 });
    assert.match(
      others.failure!.message,
      /^The batch of 2000 ms of JdbcUtils\.save\(told\)#0 was being written in 2 partitions before the restart, and has 3 now: .*so that it has 2 again: spark\.default\.parallelism .*the property numPartitions/,
    );
    assert.equal((await run(spark.sc, older, "told", { from: 2000, until: 3000 })).failure, undefined);
    assert.deepEqual(await idsOf("told"), upTo(9));
    // The first directory knows nothing of the batch of 3000 ms.
    const behind = await run(spark.sc, dir, "told", { from: 2000, until: 3000 });
    assert.match(
      behind.failure!.message,
      /^The table has the batches of .* up to that of 3000 ms, and the checkpoint, which is older, begins anew with that of 3000 ms: /,
    );
    assert.deepEqual(await idsOf("told"), upTo(9));
  });

  it("a server that is restarted between batches, or crashes in the middle of one, loses and doubles nothing", () =>
    withOwnSpark(spark, { "spark.master": "local[2,5]" }, sc =>
      withStream(sc, async (ssc, clock) => {
        const { server } = fixture;
        let restarting: Promise<void> | undefined;
        const crash = async (id: number) => {
          if (id === 5003 && restarting === undefined) {
            await server.crash();
            // It is waited for while it is away.
            restarting = server.restart();
          }
          return { id };
        };
        const stream = numbers(ssc, [[1, 2], [3, 4], Array.from({ length: 6000 }, (_, i) => i + 5), [6005]]);
        JdbcUtils.save(
          stream.transform(rdd => rdd.mapAsync(crash, { concurrency: 1 })),
          url(),
          "restarts",
          { createTableColumnTypes: "id int" },
        );
        await ssc.start();
        await clock.advance(1000);
        await server.restart();
        const log = await logOf(() => clock.advance(3000));
        assert.equal(ssc.failure, undefined, log.join("\n"));
        assert.notEqual(restarting, undefined);
        await restarting;
        assert.match(
          log.join("\n"),
          /Lost task .*(?:connection to PostgreSQL at .* was lost while writing rows|cannot be reached)/,
        );
        assert.deepEqual(await idsOf("restarts"), upTo(6006).slice(1));
      }),
    ));

  it("outputs of one program, and programs that run at the same time, have rows of their own in the ledger", () =>
    withStream(spark.sc, async (ssc, clock) => {
      await fixture.sql("CREATE TABLE twice (id int)");
      const stream = numbers(ssc, [[1, 2]]).map(id => ({ id }));
      JdbcUtils.save(stream, url(), "twice");
      JdbcUtils.save(stream, url(), "twice");
      await ssc.start();
      await clock.advance(1000);
      await ssc.stop(false);
      assert.deepEqual(await idsOf("twice"), [1, 1, 2, 2]);
      await withStream(spark.sc, async (other, otherClock) => {
        JdbcUtils.save(
          numbers(other, [[3]]).map(id => ({ id })),
          url(),
          "twice",
        );
        await other.start();
        await otherClock.advance(1000);
      });
      assert.deepEqual(await idsOf("twice"), [1, 1, 2, 2, 3]);
    }));

  it("a table that is missing is told with what creates it; once it is there the next batch is written", () =>
    withStream(spark.sc, async (ssc, clock) => {
      JdbcUtils.save(
        numbers(ssc, [[1], [2], [3]]).map(id => ({ id, Text: "x" })),
        url(),
        "late",
        {},
        { keys: ["id"] },
      );
      await ssc.start();
      const log = (await logOf(() => clock.advance(1000))).join("\n");
      assert.match(
        log,
        /There is no table late at PostgreSQL at .*CREATE TABLE late \("id" double precision, "Text" text, PRIMARY KEY \("id"\)\)/,
      );
      await fixture.sql("CREATE TABLE late (id int PRIMARY KEY)");
      assert.match((await logOf(() => clock.advance(1000))).join("\n"), /Table late has no column "Text"/);
      await fixture.sql('ALTER TABLE late ADD COLUMN "Text" text');
      await clock.advance(1000);
      assert.deepEqual(await idsOf("late"), [3]);
    }));

  it("a function that fails before the table is known to be missing fails the batch with its own error", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const rows = numbers(ssc, [[1]]).map((id): { id: number } => {
        throw new Error(`no row of ${id}`);
      });
      JdbcUtils.save(rows, url(), "never");
      await ssc.start();
      const log = (await logOf(() => clock.advance(1000))).join("\n");
      assert.match(log, /no row of 1/);
      assert.doesNotMatch(log, /There is no table/);
    }));

  it("a task that is killed while another transaction holds its row of the ledger ends its session", {
    timeout: 60_000,
  }, async () => {
    const ledger = "held_ledger";
    const at = `${url()}&ApplicationName=held`;
    const { connection } = readJdbcSettings(at, {}, "t");
    const mark = { run: "r", output: "o", batch: 1, parts: 1, durable: false };
    await fixture.sql(createLedger(ledger));
    const holder = await fixture.connect();
    try {
      await holder.query("BEGIN");
      const session = { run: (sql: string, values?: readonly unknown[]) => holder.query(sql, values as unknown[]) };
      await markPartition(session as unknown as Session, ledger, mark, 0);
      const open = (signal: AbortSignal) =>
        PartitionWriter.open({
          connection,
          isolationLevel: "READ_COMMITTED",
          target: { sql: "held", shown: "held", columns: [], keys: [], named: undefined },
          ledger: { table: ledger, mark },
          part: 0,
          signal,
        });
      const sessions = "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'held'";
      const kill = new AbortController();
      const opening = open(kill.signal);
      await fixture.untilValue(`${sessions} AND wait_event_type = 'Lock'`, 1, opening);
      kill.abort();
      await assert.rejects(opening);
      await fixture.untilValue(sessions, 0);
      // Killed before there was a session.
      await assert.rejects(open(AbortSignal.abort()));
      await fixture.untilValue(sessions, 0);
    } finally {
      await holder.end();
    }
  });

  it("who may not make the ledger is told what makes it; at least once needs none", async () => {
    await fixture.sql("CREATE ROLE writer LOGIN; CREATE SCHEMA w; GRANT USAGE ON SCHEMA w TO writer");
    await fixture.sql("CREATE TABLE w.rows (id int); GRANT SELECT, INSERT ON w.rows TO writer");
    const write = (options: JdbcSaveOptions) =>
      withStream(spark.sc, async (ssc, clock) => {
        JdbcUtils.save(
          numbers(ssc, [[1], [2]]).map(id => ({ id })),
          url(),
          "w.rows",
          { user: "writer" },
          options,
        );
        await ssc.start();
        await logOf(() => clock.advance(2000));
        if (ssc.failure !== undefined) throw ssc.failure;
      });
    let create = "";
    await assert.rejects(write({}), (error: Error) => {
      assert.match(error.message, /^The ledger w\.tspark_ledger cannot be made at .*permission denied for schema w/);
      create = /CREATE TABLE .*/.exec(error.message)![0];
      return true;
    });
    await write({ exactlyOnce: false });
    assert.deepEqual(await idsOf("w.rows"), [1, 2]);
    await fixture.sql(create.replace(/\.$/, ""));
    await fixture.sql("GRANT SELECT, INSERT, UPDATE, DELETE ON w.tspark_ledger TO writer");
    await write({});
    assert.deepEqual(await idsOf("w.rows"), [1, 1, 2, 2]);
  });

  it("batches in which nothing came need no database", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const rdds: RDD<number>[] = [];
      const stream = ssc.queueStream(rdds).map(id => ({ id }));
      JdbcUtils.save(stream, "jdbc:postgresql://127.0.0.1:1/d", "none");
      await ssc.start();
      await clock.advance(3000);
      assert.equal(ssc.failure, undefined);
    }));

  it("what cannot hold is told when the stream is defined", () =>
    withOwnSpark(spark, { "spark.streaming.concurrentJobs": "2" }, sc =>
      withStream(sc, async ssc => {
        const stream = numbers(ssc, [[1]]).map(id => ({ id }));
        assert.throws(() => JdbcUtils.save(stream, url(), "t"), {
          code: "JDBC_EXACTLY_ONCE",
          message: /concurrentJobs to 1/,
        });
        assert.throws(
          () => JdbcUtils.save(stream, url(), "t", {}, { mode: "overwrite" }),
          /batches of a stream are appended/,
        );
        assert.throws(
          () => JdbcUtils.save(stream, url(), "t", {}, { ledger: "a b" }),
          /ledger is "a b": it takes the name/,
        );
        JdbcUtils.save(stream, url(), "t", {}, { exactlyOnce: false });
      }),
    ));
});
