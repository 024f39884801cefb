// JdbcRDD: partitions, rows and what becomes of a query when its job ends.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import type { SparkContext } from "tspark";
import { type Connection, JdbcRDD, type Row } from "tspark/jdbc";
import { failureOf } from "../core/failure.js";
import { emptyFolder, runShell } from "../shell/helpers/run-shell.js";
import { useSpark, withOwnSpark } from "../streaming/helpers/streams.js";
import { describeWithPostgres } from "./real-postgres.js";

const ALL = "SELECT id, name FROM people WHERE ? <= id AND id <= ?";

describeWithPostgres("JdbcRDD", fixture => {
  const spark = useSpark();
  const url = () => fixture.server.url;
  const people = async () => {
    await fixture.sql("CREATE TABLE IF NOT EXISTS people (id int PRIMARY KEY, name text)");
    await fixture.sql("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 100) i ON CONFLICT DO NOTHING");
  };

  it("runs the query once for each partition, with its bounds", async () => {
    await people();
    const rdd = new JdbcRDD(spark.sc, url(), ALL, 1, 100, 3, (row: { id: number; name: string }) => row.id);
    assert.equal(rdd.getNumPartitions(), 3);
    const parts = await rdd.glom().collect();
    assert.deepEqual(
      parts.map(part => [Math.min(...part), Math.max(...part), part.length]),
      [
        [1, 33, 33],
        [34, 66, 33],
        [67, 100, 34],
      ],
    );
    assert.match(rdd.toDebugString(), /^\(3\) JdbcRDD\[\d+\] at .*read\.test\.ts/);
    const books = JdbcRDD.create<{ id: number; name: string }>(spark.sc, url(), ALL, 99, 200, 2);
    assert.deepEqual(await books.collect(), [
      { id: 99, name: "p99" },
      { id: 100, name: "p100" },
    ]);
    assert.deepEqual(await JdbcRDD.create(spark.sc, url(), ALL, 5, 4, 1).collect(), []);
  });

  it("bounds are numbers of 8 bytes, whatever they are compared with", async () => {
    await fixture.sql(
      "CREATE TABLE big AS SELECT 9223372036854775000 + i AS id, i::smallint AS s, i::numeric AS n FROM generate_series(1, 10) i",
    );
    const last = 9223372036854775010n;
    const sql = "SELECT id FROM big WHERE ? <= id AND id <= ?";
    const ids = await new JdbcRDD(spark.sc, url(), sql, last - 4n, last, 2, (row: { id: bigint }) => row.id)
      .glom()
      .collect();
    assert.deepEqual(ids, [
      [last - 4n, last - 3n],
      [last - 2n, last - 1n, last],
    ]);
    for (const column of ["s", "n"]) {
      const some = new JdbcRDD(
        spark.sc,
        url(),
        `SELECT s FROM big WHERE ? <= ${column} AND ${column} <= ?`,
        3,
        100_000,
        1,
      );
      assert.equal(await some.count(), 8);
    }
  });

  it("rows are fetched as they are asked for, and a query that is not read to its end leaves the connection usable", async () => {
    // So many rows that they would not have come in this life.
    const sql = "SELECT generate_series(?, ? * 1000000000000) AS i";
    const endless = new JdbcRDD(spark.sc, { url: url(), fetchsize: 10, ApplicationName: "take" }, sql, 1, 1, 1);
    assert.deepEqual(await endless.take(3), [{ i: 1 }, { i: 2 }, { i: 3 }]);
    assert.deepEqual(await endless.take(1), [{ i: 1 }]);
    const sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'take'";
    assert.equal(await fixture.value(sessions), "1");
    const everything = new JdbcRDD(spark.sc, { url: url(), fetchsize: 0 }, ALL, 1, 100, 1);
    assert.equal((await everything.collect()).length, 100);
  });

  for (const placement of ["driver", "workers"]) {
    it(`a job that is cancelled ends its queries at the database: in the ${placement}`, () =>
      withOwnSpark(spark, { "spark.tspark.placement": placement }, async sc => {
        const application = `cancelled-${placement}`;
        const sql = "SELECT pg_sleep(3600) WHERE ? <= ?";
        const sleeping = new JdbcRDD(sc, { url: url(), ApplicationName: application }, sql, 1, 2, 2);
        sc.setJobGroup("sleepers", "t");
        const counting = sleeping.count();
        const failed = failureOf(() => counting);
        sc.clearJobGroup();
        const active = `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = '${application}' AND state = 'active' AND query LIKE '%pg_sleep%'`;
        await fixture.untilValue(active, 2, counting);
        sc.cancelJobGroup("sleepers");
        assert.match((await failed).message, /cancelled/);
        await fixture.untilValue(active, 0);
      }));
  }

  it("what a closure captures travels, and so does a Connection of the user's own", () =>
    withOwnSpark(spark, { "spark.tspark.placement": "workers", "spark.tspark.closure.strict": "true" }, async sc => {
      const factor = 3;
      const sql = "? ?";
      const connect = (): Connection => {
        const closed: string[] = [];
        return {
          async *query(_sql: string, [from, to]: readonly bigint[]) {
            for (let n = from!; n <= to!; n++) yield [{ n: Number(n), closed: closed.length }];
          },
          close() {
            closed.push("closed");
          },
        };
      };
      const tripled = new JdbcRDD(sc, connect, sql, 1, 6, 2, (row: { n: number }) => row.n * factor);
      assert.deepEqual(await tripled.collect(), [3, 6, 9, 12, 15, 18]);
      await people();
      const named = new JdbcRDD(sc, url(), ALL, 1, 4, 2, (row: Row) => `${row["name"]}!`.repeat(factor));
      assert.deepEqual((await named.collect()).at(-1), "p4!p4!p4!");
    }));

  it("a query that is refused says so", async () => {
    const reason = async (sql: string, properties = {}) => {
      const rdd = new JdbcRDD(spark.sc, { url: url(), ...properties }, sql, 1, 2, 1);
      return ((await failureOf(() => rdd.collect())).cause as Error).message;
    };
    assert.match(
      await reason("SELECT * FROM nowhere WHERE ? < ?"),
      /refused "SELECT \* FROM nowhere .*relation "nowhere" does not exist/,
    );
    assert.match(await reason("SELECT 1 AS a, 2 AS a WHERE ? < ?"), /gives two columns named "a".*AS\.$/);
    assert.match(
      await reason("SELECT pg_sleep(60) WHERE ? < ?", { queryTimeout: 1 }),
      /ended "SELECT pg_sleep.* after 1 s, as the property queryTimeout/,
    );
    assert.match(await reason("SELECT 1 / (? - ? + 1)"), /division by zero/);
    assert.match(await reason("SELECT 'a'::int, ?, ? AS b"), /invalid input syntax for type integer/);
  });

  it("sessionInitStatement and currentSchema hold for each connection", async () => {
    await fixture.sql("CREATE SCHEMA other; CREATE TABLE other.here AS SELECT 7 AS n");
    const properties = { url: url(), currentSchema: "other", sessionInitStatement: "SET app.name = 'x'" };
    const sql = "SELECT n, current_setting('app.name') AS name FROM here WHERE ? < ?";
    assert.deepEqual(await new JdbcRDD(spark.sc, properties, sql, 1, 2, 1).collect(), [{ n: 7, name: "x" }]);
  });

  it("in the shell: rows have types, closures see what was typed, errors are those of the user's line", async () => {
    const script = `import { JdbcRDD, JdbcUtils } from "tspark/jdbc"
const url = "${url()}"
const factor = 10
await JdbcUtils.save(sc.range(1, 5).map(id => ({ id, name: "n" + id })), url, "shelled")
const rows = JdbcRDD.create<{ id: number; name: string }>(sc, url, "SELECT * FROM shelled WHERE ? <= id AND id <= ?", 1, 4, 2)
rows.map(row => row.id * factor).sum()
rows.first()
JdbcUtils.save(rows, url, "shelled")
`;
    const shell = await runShell(["--conf", "spark.ui.enabled=false"], { input: script });
    const said = shell.stdout
      .split("\n")
      .slice(2)
      .map(line => line.replace(/\[\d+\] at/, "[…] at"));
    assert.deepEqual(said, [
      "factor: number = 10",
      "rows: JdbcRDD<{ id: number; name: string; }, Row> = JdbcRDD[…] at create at <console>:5:22",
      "res0: number = 100",
      "res1: { id: number; name: string; } = { id: 1, name: 'n1' }",
      "",
    ]);
    assert.match(shell.stderr, /InputOutputError: Table shelled already exists at .*\n +at async <console>:8:1\n/);
    assert.equal(shell.code, 1);

    const cwd = emptyFolder();
    writeFileSync(
      path.join(cwd, "job.ts"),
      `import { JdbcRDD, JdbcUtils } from "tspark/jdbc";
JdbcUtils.save(ssc.rateStream(1), "jdbc:postgresql://127.0.0.1:1/d", "t", {}, { keys: ["value"] });
new JdbcRDD(sc, "jdbc:postgresql:d", "SELECT ?, ? AS b", 1, 2, 1, (row: { b: number }) => row.a);
await ssc.start();
`,
    );
    // The stream has an output, and nothing of it is run, or the address would be told to be wrong.
    const { stderr, code } = await runShell(["--check", "job.ts"], { cwd });
    assert.match(
      stderr,
      /^job\.ts:3:\d+ - error TS2339: Property 'a' does not exist on type '\{ b: number; \}'\.\n.*\n *\^\n$/,
    );
    assert.equal(code, 1);
  });

  it("a server that was restarted is found again, whatever was kept of it", async () => {
    await people();
    const rdd = (sc: SparkContext) => new JdbcRDD(sc, url(), ALL, 1, 100, 2);
    assert.equal(await rdd(spark.sc).count(), 100);
    await fixture.server.restart();
    assert.equal(await rdd(spark.sc).count(), 100);
    // It is away when the job begins, and comes back: where it was once it is waited for.
    await fixture.server.stop();
    const counting = rdd(spark.sc).count();
    await fixture.server.restart();
    assert.equal(await counting, 100);
  });
});
