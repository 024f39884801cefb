// JdbcUtils.save of RDDs: what was written is there, in every mode, of every type; what is refused says which row and why.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { TaskContext } from "tspark";
import { JdbcRDD, type JdbcSaveOptions, JdbcUtils } from "tspark/jdbc";
import { PartitionWriter } from "../../src/connectors/jdbc/postgres/partition-writer.js";
import { PostgresConnection } from "../../src/connectors/jdbc/postgres/postgres-connection.js";
import { readJdbcSettings } from "../../src/connectors/jdbc/properties.js";
import { failureOf } from "../core/failure.js";
import { logOf, useSpark, withOwnSpark } from "../streaming/helpers/streams.js";
import { describeWithPostgres } from "./real-postgres.js";

describeWithPostgres("JdbcUtils.save of an RDD", fixture => {
  const spark = useSpark();
  const save = (rows: readonly unknown[], table: string, options: JdbcSaveOptions = {}, properties = {}) =>
    JdbcUtils.save(spark.sc.parallelize(rows, 2), fixture.server.url, table, properties, options);
  const all = (table: string) => fixture.sql(`SELECT * FROM ${table} ORDER BY 1`);

  it("modes are Spark's", async () => {
    const one = [{ id: 1, name: "a" }];
    const two = [{ id: 2, name: "b" }];
    await save(one, "modes");
    assert.deepEqual(await all("modes"), one);
    assert.match(
      (await failureOf(() => save(two, "modes"))).message,
      /^Table modes already exists at PostgreSQL at 127\.0\.0\.1:\d+\/tspark, and the mode is errorifexists\. Pass \{ mode/,
    );
    await save(two, "modes", { mode: "ignore" });
    assert.deepEqual(await all("modes"), one);
    await save(two, "modes", { mode: "Append" });
    assert.deepEqual(await all("modes"), [...one, ...two]);
    const oid = () => fixture.value("SELECT 'modes'::regclass::oid");
    const before = await oid();
    await save(two, "modes", { mode: "overwrite" }, { truncate: true });
    assert.deepEqual([await all("modes"), await oid()], [two, before]);
    await save([{ other: true }], "modes", { mode: "overwrite" });
    assert.deepEqual(await all("modes"), [{ other: true }]);
    assert.notEqual(await oid(), before);
    // A table that cannot be created costs nobody the one that is there.
    const nonsense = failureOf(() =>
      save(two, "modes", { mode: "overwrite" }, { createTableColumnTypes: "id nonsense" }),
    );
    assert.match((await nonsense).message, /type "nonsense" does not exist/);
    assert.deepEqual(await all("modes"), [{ other: true }]);
  });

  it("a database without PL/pgSQL will do", async () => {
    await fixture.sql("DROP EXTENSION plpgsql");
    try {
      await save([{ id: 1 }], "plain", {}, { ApplicationName: "plain" });
      assert.equal(await fixture.value("SELECT count(*) FROM plain"), "1");
    } finally {
      await fixture.sql("CREATE EXTENSION plpgsql");
    }
  });

  it("a table is created of the types that are given, and of those that the elements tell", async () => {
    const rows = [
      { s: "a", n: 1, b: true, big: 1n, at: new Date(0), bytes: Buffer.from("x"), o: { a: 1 }, late: null },
      { s: null, n: null, b: null, big: null, at: null, bytes: null, o: null, late: "z" },
    ];
    const types = async (table: string) =>
      (
        await fixture.sql(
          `SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 ORDER BY attnum`,
        )
      ).map(row => `${row["attname"]} ${row["type"]}`);
    await save(rows, "created");
    assert.deepEqual(await types("created"), [
      ...["s text", "n double precision", "b boolean", "big bigint", "at timestamp with time zone", "bytes bytea"],
      ...["o jsonb", "late text"],
    ]);
    const given = { createTableColumnTypes: "n integer, s varchar(5)", createTableOptions: "WITH (fillfactor = 70)" };
    await save([["a", 1]], '"Given"', { columns: ["s", "n"], keys: ["s"] }, given);
    assert.deepEqual(await types('"Given"'), ["n integer", "s character varying(5)"]);
    assert.deepEqual(await all('"Given"'), [{ n: 1, s: "a" }]);
    assert.match(
      (await failureOf(() => save([], "nothing"))).message,
      /nothing does not exist and cannot be created: there/,
    );
    assert.match((await failureOf(() => save([{ a: null }], "nothing"))).message, /no element tells the type of "a"/);
  });

  it("every type comes back as what it was", async () => {
    await fixture.sql(
      "CREATE DOMAIN mail AS text; CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE types (id int, i2 smallint, i8 bigint, f4 real, f8 float8, num numeric(20, 3), t text, v varchar(9), u uuid, b boolean, ts timestamp, tz timestamptz, d date, ti time, iv interval, by bytea, j json, jb jsonb, ai int[], at text[], aa int[][], aby bytea[], atz timestamptz[], m mail, e mood, an numeric[])",
    );
    const row = {
      id: 1,
      i2: -3,
      i8: 2n ** 60n,
      f4: 0.5,
      f8: 0.1,
      num: "12345678901234567.125",
      t: 'tab\t"quote" \\ line\nend\r é 😀',
      v: "\\N",
      u: "8a7b1f0e-0000-4000-8000-00000000000a",
      b: false,
      ts: new Date(2026, 5, 1, 12, 30, 15, 123),
      tz: new Date("2026-11-29T20:15:00.001Z"),
      d: "2026-02-28",
      ti: "12:30:00.5",
      iv: "1 day 02:00:00",
      by: Buffer.from([0, 92, 255]),
      j: { a: [1, null, "x"] },
      jb: [{ b: 'q"\\' }],
      ai: [1, null, 3],
      at: ['a,b{}"\\', "", "NULL", null],
      aa: [
        [1, 2],
        [3, 4],
      ],
      aby: [Buffer.from("é")],
      atz: [new Date(0)],
      m: "a@b",
      e: "ok",
      an: ["1.50"],
    };
    await save([row], "types", { mode: "append" });
    const read = (table: string) =>
      new JdbcRDD(spark.sc, fixture.server.url, `SELECT * FROM ${table} WHERE ? <= id AND id <= ?`, 1, 1, 1).collect();
    assert.deepEqual(await read("types"), [row]);
    // A date has the day that clocks here show, a text that is JSON goes as it is, so do special numbers.
    await fixture.sql("TRUNCATE types");
    const odd = { id: 1, d: new Date(2026, 0, 31, 23), j: '{"k": 1}', f8: Number.NaN, f4: -Infinity, tz: "infinity" };
    await save([{ ...odd, t: 7, jb: null, i8: 5, num: 1.5, v: true }], "types", { mode: "append" });
    const [back] = (await read("types")) as [Record<string, unknown>];
    assert.deepEqual(
      [
        back["d"],
        back["j"],
        back["f8"],
        back["f4"],
        back["tz"],
        back["t"],
        back["jb"],
        back["i8"],
        back["num"],
        back["v"],
      ],
      ["2026-01-31", { k: 1 }, Number.NaN, -Infinity, Infinity, "7", null, 5, "1.500", "t"],
    );
  });

  it("texts, bytes and dates of every kind", async () => {
    const text = fc.string({ unit: "binary" }).map(s => s.replaceAll(/\0|\p{Cs}/gu, ""));
    const rows = fc.sample(
      fc.record({
        t: fc.option(text),
        by: fc.uint8Array().map(a => Buffer.from(a)),
        // PostgreSQL's dates begin in 4713 BC.
        tz: fc.date({ min: new Date(-2e14), max: new Date(9e14), noInvalidDate: true }),
        l: fc.array(fc.option(text)),
      }),
      { numRuns: 150, seed: 3 },
    );
    await fixture.sql("CREATE TABLE kinds (id int, t text, by bytea, tz timestamptz, ts timestamp, l text[])");
    const numbered = rows.map((row, id) => ({ ...row, id, ts: row.tz }));
    await save(numbered, "kinds", { mode: "append" });
    const sql = "SELECT id, t, by, tz, ts, l FROM kinds WHERE ? <= id AND id <= ? ORDER BY id";
    const back = await new JdbcRDD(spark.sc, fixture.server.url, sql, 0, 300, 1).collect();
    const order = ({ id, t, by, tz, ts, l }: (typeof numbered)[number]) => ({ id, t, by, tz, ts, l });
    assert.deepEqual(back, numbered.map(order));
  });

  it("a property that is missing leaves its column to the default, null does not; names differ in case at most", async () => {
    await fixture.sql(`CREATE TABLE defaults (id serial, "Name" text DEFAULT 'none', n int DEFAULT 5)`);
    await JdbcUtils.save(
      spark.sc.parallelize(
        [{ name: "a" }, { n: 1 }, { n: undefined, Name: "b" }, { n: 2, name: "c" }, { name: "d", n: null }],
        1,
      ),
      fixture.server.url,
      "public.defaults",
      {},
      { mode: "append" },
    );
    assert.deepEqual(
      (await fixture.sql('SELECT "Name", n FROM defaults ORDER BY 1')).map(r => [r["Name"], r["n"]]),
      [
        ["a", 5],
        ["b", 5],
        ["c", 2],
        ["d", null],
        ["none", 1],
      ],
    );
  });

  it("rows whose columns are others in turn take few statements", async () => {
    await fixture.sql("CREATE TABLE turns (id int, a int, b int, c int, d int, e int); CREATE SEQUENCE copies");
    await fixture.sql(
      "CREATE FUNCTION count_copy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('copies'); RETURN NULL; END $$",
    );
    await fixture.sql("CREATE TRIGGER counting AFTER INSERT ON turns FOR EACH STATEMENT EXECUTE FUNCTION count_copy()");
    const write = (rows: readonly unknown[]) =>
      JdbcUtils.save(spark.sc.parallelize(rows, 1), fixture.server.url, "turns", {}, { mode: "append" });
    const ids = async () =>
      (await fixture.sql("SELECT id, a, b FROM turns ORDER BY id")).map(r => [r["id"], r["a"], r["b"]]);
    const two = Array.from({ length: 2000 }, (_, id) => (id % 2 === 0 ? { id, a: id } : { id, b: -id }));
    await write(two);
    assert.deepEqual(
      await ids(),
      two.map(({ id, a = null, b = null }) => [id, a, b]),
    );
    assert.equal(await fixture.value("SELECT last_value FROM copies"), "2");
    // More kinds than are gathered at a time.
    await fixture.sql("TRUNCATE turns");
    const names = ["a", "b", "c", "d", "e"];
    const many = Array.from({ length: 3200 }, (_, id) => ({
      id,
      ...Object.fromEntries(names.filter((_name, bit) => (id >> bit) & 1).map(name => [name, id])),
    }));
    await write(many);
    assert.deepEqual(
      await fixture.sql("SELECT * FROM turns ORDER BY id"),
      many.map(row => ({ ...Object.fromEntries(names.map(name => [name, null])), ...row })),
    );
  });

  it("with keys a row takes the place of the one before, the last of several counts", async () => {
    await fixture.sql("CREATE TABLE upsert (k text, l int, n int, kept text DEFAULT 'd', PRIMARY KEY (k, l))");
    await fixture.sql("INSERT INTO upsert VALUES ('a', 1, 1, 'kept'), ('z', 1, 1, 'kept')");
    const rows = [
      { k: "a", l: 1, n: 2 },
      { k: "b", l: 1, n: 3 },
      { k: "b", l: 1, n: 4 },
      { k: "b", l: 2, n: 5, kept: "new" },
      { k: "b", l: 1, n: 6 },
    ];
    await JdbcUtils.save(
      spark.sc.parallelize(rows, 1),
      fixture.server.url,
      "upsert",
      {},
      { mode: "append", keys: ["K", "l"] },
    );
    assert.deepEqual(await fixture.sql("SELECT * FROM upsert ORDER BY k, l"), [
      { k: "a", l: 1, n: 2, kept: "kept" },
      { k: "b", l: 1, n: 6, kept: "d" },
      { k: "b", l: 2, n: 5, kept: "new" },
      { k: "z", l: 1, n: 1, kept: "kept" },
    ]);
    // Nothing but keys: what is there stays.
    await save(
      [
        ["a", 1],
        ["c", 1],
      ],
      "upsert",
      { mode: "append", keys: ["k", "l"], columns: ["k", "l"] },
    );
    assert.equal(await fixture.value("SELECT count(*) FROM upsert"), "5");
  });

  for (const placement of ["driver", "workers"]) {
    it(`many rows, in the ${placement}`, () =>
      withOwnSpark(spark, { "spark.tspark.placement": placement, "spark.tspark.closure.strict": "true" }, async sc => {
        const n = 50_000;
        const table = `many_${placement}`;
        const rows = sc.range(0, n, 1, 4).map(i => ({ id: i, word: `word ${i % 100}` }));
        await JdbcUtils.save(rows, fixture.server.url, table, { createTableColumnTypes: "id int", numPartitions: 3 });
        const sql = `SELECT id, word FROM ${table} WHERE ? <= id AND id <= ?`;
        const ids = new JdbcRDD(
          sc,
          { url: fixture.server.url, fetchsize: 700 },
          sql,
          0,
          n,
          3,
          (row: { id: number }) => row.id,
        );
        assert.equal(await ids.sum(), (n * (n - 1)) / 2);
        assert.equal(await ids.count(), n);
      }));
  }

  it("a task that fails leaves nothing, and is written when it is tried again", () =>
    withOwnSpark(spark, { "spark.master": "local[2,3]" }, async sc => {
      const rows = sc.range(0, 10_000, 1, 2).map(id => {
        if (id === 9_000 && TaskContext.get()!.attemptNumber() < 2) throw new Error("not yet");
        return { id };
      });
      const log = await logOf(() => JdbcUtils.save(rows, fixture.server.url, "retried", {}));
      assert.equal(log.filter(line => line.includes("not yet")).length, 2);
      assert.deepEqual(await fixture.sql("SELECT count(*)::int AS n, count(DISTINCT id)::int AS d FROM retried"), [
        { n: 10_000, d: 10_000 },
      ]);
    }));

  it("a task that is killed while nothing is awaited of the server begins nothing there any more", async () => {
    await fixture.sql("CREATE TABLE idle (id int)");
    const { connection } = readJdbcSettings(`${fixture.server.url}&ApplicationName=idle`, {}, "t");
    const sessions = "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'idle'";
    const column = { name: "id", type: "integer", kind: "plain" } as const;
    const rows = Array.from({ length: 30_000 }, (_, id) => ({ id }));
    for (const before of [[], rows]) {
      const kill = new AbortController();
      const writer = await PartitionWriter.open({
        connection,
        isolationLevel: "READ_COMMITTED",
        target: { sql: "idle", shown: "idle", columns: [column], keys: [], named: undefined },
        ledger: undefined,
        part: 0,
        signal: kill.signal,
      });
      await writer!.add(before);
      kill.abort();
      await assert.rejects(async () => {
        await writer!.add(rows);
        await writer!.commit();
      });
      await writer!.abandon();
      await fixture.untilValue(sessions, 0);
    }
    assert.deepEqual(await all("idle"), []);

    const kill = new AbortController();
    const sql = "SELECT generate_series(?, ? * 1000000000000) AS i";
    const found = new PostgresConnection(connection).query(sql, [1n, 1n], { fetchSize: 2, signal: kill.signal });
    assert.equal((await found.next()).value!.length, 2);
    kill.abort();
    await assert.rejects(found.next());
    await fixture.untilValue(sessions, 0);
  });

  it("rows that are refused are told with partition, row and column, and what to do", async () => {
    await fixture.sql(
      "CREATE TABLE strict (id int PRIMARY KEY, name varchar(5) NOT NULL, n numeric CHECK (n > 0), j json, at timestamptz)",
    );
    const reason = async (rows: readonly unknown[], options: JdbcSaveOptions = {}) => {
      const rdd = spark.sc.parallelize(rows, 1);
      const { cause } = await failureOf(() =>
        JdbcUtils.save(rdd, fixture.server.url, "strict", {}, { mode: "append", ...options }),
      );
      return (cause as Error).message;
    };
    const good = { id: 1, name: "a", n: 1 };
    for (const [rows, message, options] of [
      [
        [good, { ...good, id: "x" }],
        /^Row 2 of partition 0 for table strict was refused: .*integer: "x" \(column id\)\. Make a value/,
      ],
      [
        [good, { ...good, id: 2, j: "{}" }, { ...good, id: 3 }, { ...good, id: 4, j: "{" }],
        /^Row 4 of partition 0 .*invalid input syntax for type json/,
      ],
      [[good, good], /^Row 2 of partition 0 .*duplicate key .*Key \(id\)=\(1\) already exists\. Pass \{ keys/],
      [[good, { ...good, id: 2, name: null }], /^Row 2 .*null value in column "name".*Give the column a value/],
      [[{ ...good, name: "too long" }], /^Row 1 .*too long for type character varying\(5\) \(column name\)/],
      [[{ ...good, n: -1 }], /^Row 1 .*violates check constraint "strict_n_check".*Filter such rows out/],
      [[{ ...good, name: "a\0" }], /^Row 1 .*invalid byte sequence/],
      [
        [good, { id: 2, nam: "b", n: 1 }],
        /^Table strict has no column "nam"\. Did you mean "name"\? Its columns are id, name, n/,
      ],
      [
        [good, { id: 2, name: "b", n: { a: 1 } }],
        /^Row 2 of partition 0 for table strict has \{"a":1\} for column "n", which is numeric: an object goes/,
      ],
      [
        [{ ...good, name: [1] }],
        /^Row 1 .* has \[1\] for column "name", which is character varying\(5\): an array goes to/,
      ],
      [
        [{ ...good, at: new Date(Number.NaN) }],
        /^Row 1 .* has an invalid Date for column "at", which is timestamp with time zone: it is no/,
      ],
      [[{ ...good, id: () => 1 }], /^Row 1 .* has a function for column "id"/],
      [[{ ...good, j: { n: 1n } }], /^Row 1 .* for column "j", which is json: it has no JSON form/],
      [[good, 5], /^Row 2 of partition 0 for table strict is 5: a row is an object/],
      [[["a", 1]], /^Row 1 .* is \["a",1\]: the values of an array need names: pass \{ columns/],
      [
        [[1, "a"], [2]],
        /^Row 2 .* is \[2\]: it has 1 values, and columns has 2 names: id, name/,
        { columns: ["id", "name"] },
      ],
      [
        [good],
        /A row of partition 0 .*no unique or exclusion constraint.*keys need a unique index/,
        { keys: ["name"] },
      ],
      [[{ name: "a" }], /^Row 1 .* is \{"name":"a"\}: it lacks id, which is one of the keys/, { keys: ["id"] }],
    ] as const) {
      assert.match(await reason(rows, options), message);
    }
    await fixture.sql("CREATE ROLE untemporary LOGIN; GRANT ALL ON strict TO untemporary");
    await fixture.sql("REVOKE TEMPORARY ON DATABASE tspark FROM PUBLIC");
    const keyed = failureOf(() => save([good], "strict", { mode: "append", keys: ["id"] }, { user: "untemporary" }));
    assert.match(((await keyed).cause as Error).message, /temporary tables.*GRANT TEMPORARY ON DATABASE/);
    assert.deepEqual(await all("strict"), [], "nothing of a partition that failed is there");
    const noColumn = failureOf(() => save([good], "strict", { mode: "append", keys: ["nr"] }));
    assert.match((await noColumn).message, /^Table strict has no column "nr"/);
  });

  it("connections that do not come about say why, without the password", async () => {
    const { port, url } = fixture.server;
    await fixture.sql("CREATE ROLE locked LOGIN PASSWORD 'right'; CREATE ROLE poor LOGIN");
    await fixture.sql("CREATE TABLE mine (id int)");
    const base = `jdbc:postgresql://127.0.0.1:${port}/tspark`;
    const to = async (at: string, properties = {}) => {
      const rdd = spark.sc.parallelize([{ id: 1 }], 1);
      const writing = () => JdbcUtils.save(rdd, at, "mine", properties, { mode: "append" });
      const failure = await failureOf(writing).catch(error =>
        assert.fail(`${at} ${JSON.stringify(properties)}: ${error}`),
      );
      return (
        (failure.cause as Error & { code?: string })?.code?.startsWith("JDBC") ? (failure.cause as Error) : failure
      ).message;
    };
    for (const [at, properties, message] of [
      [base, { user: "locked", password: "wrong-secret" }, /refused the user "locked": password authentication failed/],
      [
        base,
        { user: "locked" },
        /refused the user "locked": it asks for a password, and none was given\. Check the properties/,
      ],
      [base, { user: "nobody" }, /refused the user "nobody": role "nobody" does not exist/],
      [`jdbc:postgresql://127.0.0.1:${port}/none?user=tspark`, {}, /database "none" does not exist\. Correct the name/],
      [
        "jdbc:postgresql://127.0.0.1:1/d?password=wrong-secret",
        {},
        /^PostgreSQL at 127\.0\.0\.1:1\/d cannot be reached: nothing listens there/,
      ],
      ["jdbc:postgresql://no-such-host.invalid/d", {}, /cannot be reached: .*(?:no such host|looked up)/],
      [url, { sslmode: "require" }, /^No encrypted connection to .*does not support SSL/],
      [
        url,
        { user: "poor" },
        /^A row of partition 0 for table mine was refused: permission denied for table mine\. Have the right granted/,
      ],
      [url, { sessionInitStatement: "SELEC 1" }, /refused .*syntax error at or near "SELEC"/],
      [
        url,
        { user: "locked", password: "right", sessionInitStatement: "SET ROLE poor" },
        /permission denied|must be member/,
      ],
    ] as const) {
      const log = await logOf(async () => {
        const said = await to(at, properties);
        assert.match(said, message);
        assert.doesNotMatch(said, /wrong-secret/);
      });
      assert.doesNotMatch(log.join("\n"), /wrong-secret|right'/);
    }
  });

  it("a password is in no name, plan or page of the RDD", async () => {
    const from = { url: fixture.server.url, password: "very-secret" };
    const rdd = new JdbcRDD(spark.sc, from, "SELECT ?, ? AS b", 1, 1, 1);
    const { inspect } = await import("node:util");
    for (const text of [rdd.toDebugString(), String(rdd), inspect(rdd), inspect(rdd, { depth: 9 }), rdd.name ?? ""]) {
      assert.doesNotMatch(text, /very-secret/);
    }
  });
});
