// What can be told of urls, properties, queries and arguments without a database.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { IllegalArgumentError } from "tspark";
import { type JdbcProperties, JdbcRDD, JdbcUtils } from "tspark/jdbc";
import { parseColumnTypes } from "../../src/connectors/jdbc/column-types.js";
import { boundsOf } from "../../src/connectors/jdbc/jdbc-node.js";
import { parseJdbcUrl } from "../../src/connectors/jdbc/jdbc-url.js";
import { replacePlaceholders } from "../../src/connectors/jdbc/placeholders.js";
import { readJdbcSettings } from "../../src/connectors/jdbc/properties.js";
import { useSpark } from "../streaming/helpers/streams.js";

const refused = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error: Error) => {
    assert.ok(error instanceof IllegalArgumentError, String(error));
    assert.match(error.message, message);
    return true;
  });

describe("JDBC urls", () => {
  it("name hosts, ports, a database and parameters", () => {
    for (const [url, hosts, database, parameters] of [
      ["jdbc:postgresql://h:1/d?user=a%26b&ssl", [["h", 1]], "d", { user: "a&b", ssl: "" }],
      ["jdbc:postgresql://h/my%20db", [["h", undefined]], "my db", {}],
      ["jdbc:postgresql://h", [["h", undefined]], undefined, {}],
      ["jdbc:postgresql:d", [["localhost", undefined]], "d", {}],
      ["jdbc:postgresql:///d", [["localhost", undefined]], "d", {}],
      [
        "JDBC:PostgreSQL://[::1]:5432,b:2/d",
        [
          ["::1", 5432],
          ["b", 2],
        ],
        "d",
        {},
      ],
    ] as const) {
      const parsed = parseJdbcUrl(url);
      assert.deepEqual(
        [parsed.subprotocol, parsed.hosts.map(h => [h.host, h.port]), parsed.database],
        ["postgresql", hosts, database],
      );
      assert.deepEqual(Object.fromEntries(parsed.parameters), parameters);
    }
  });

  it("that are wrong say what is wrong, and no password", () => {
    for (const [url, message] of [
      ["postgresql://u:secret@h/d", /"postgresql:\/\/h\/d": it must begin with "jdbc:"/],
      ["jdbc:postgresql://u:secret@h/d", /"jdbc:postgresql:\/\/h\/d": user and password do not stand before/],
      ["jdbc:postgresql://h:99999/d?password=secret", /"h:99999" is no HOST:PORT/],
      ["jdbc:postgresql://h/d?password=%secret", /% is not followed by/],
      ["jdbc:postgresql://h/d?pasword=secret", /have "pasword", .* Did you mean "password"\?/],
      ["jdbc:oracle:thin:u/secret@h", /for "oracle", of which tspark has no driver: it has one for jdbc:postgresql:/],
      [undefined, /is undefined: it takes a text/],
    ] as const) {
      refused(() => readJdbcSettings(url, {}, "t"), message);
      assert.throws(
        () => readJdbcSettings(url, {}, "t"),
        (error: Error) => !error.message.includes("secret"),
      );
    }
  });
});

describe("JDBC properties", () => {
  const read = (properties: JdbcProperties) =>
    readJdbcSettings("jdbc:postgresql://h/d?user=url&fetchsize=7", properties, "t");

  it("have Spark's names in any case, come before the url's parameters, and have defaults", () => {
    const { connection, fetchSize, write } = read({ USER: "p", password: "s", queryTimeout: 3, numPartitions: "4" });
    assert.deepEqual([connection.user, connection.password, connection.queryTimeoutMs], ["p", "s", 3000]);
    assert.deepEqual([fetchSize, write.numPartitions, write.isolationLevel], [7, 4, "READ_COMMITTED"]);
    assert.deepEqual(connection.tls, {
      optional: true,
      verify: "nothing",
      ca: undefined,
      cert: undefined,
      key: undefined,
    });
    assert.equal(read({ sslmode: "disable" }).connection.tls, undefined);
    assert.equal(read({ ssl: "true" }).connection.tls?.verify, "all");
    assert.equal(read({ driver: "org.postgresql.Driver", batchsize: 5 }).connection.user, "url");
  });

  it("that are misspelt or wrong are refused", () => {
    refused(() => read({ isolationlevl: "NONE" }), /Did you mean "isolationLevel"\?/);
    refused(() => read({ isolationLevel: "HIGH" }), /isolationLevel is "HIGH": it takes READ_COMMITTED, NONE/);
    refused(() => read({ fetchsize: -1 }), /fetchsize is "-1": it takes a whole number from 0/);
    refused(() => read({ batchsize: 0 }), /batchsize is 0: it takes a whole number from 1/);
    refused(() => read({ truncate: "yes" }), /truncate is "yes": it takes true or false/);
    refused(
      () => read({ sslrootcert: "/none/ca.pem" }),
      /sslrootcert is "\/none\/ca.pem": the file cannot be read \(ENOENT: no such file/,
    );
    refused(
      () => readJdbcSettings("jdbc:postgresql:d", "secret" as never, "t"),
      /t's properties is "a text": they are an/,
    );
  });
});

describe("placeholders", () => {
  it("are found outside of texts, names and comments", () => {
    for (const [sql, expected, count] of [
      ["a ? b ?", "a $1 b $2", 2],
      ["'?' \"?\" ? -- ?\n ?", "'?' \"?\" $1 -- ?\n $2", 2],
      ["'it''s ?' /* ? */ ? E'\\'?' ?", "'it''s ?' /* ? */ $1 E'\\'?' $2", 2],
      ["$$ ? $$ ? $x$ ? $$ $x$ ?", "$$ ? $$ $1 $x$ ? $$ $x$ $2", 2],
      ["tags ?? 'a' AND ? < id", "tags ? 'a' AND $1 < id", 1],
    ] as const) {
      assert.deepEqual(
        replacePlaceholders(sql, i => `$${i + 1}`),
        { sql: expected, count },
      );
    }
  });
});

describe("bounds of partitions", () => {
  const shown = (lower: bigint, upper: bigint, n: number) => boundsOf(lower, upper, n).map(b => [b.lower, b.upper]);

  it("are Spark's", () => {
    assert.deepEqual(shown(1n, 20n, 2), [
      [1n, 10n],
      [11n, 20n],
    ]);
    assert.deepEqual(shown(1n, 100n, 3), [
      [1n, 33n],
      [34n, 66n],
      [67n, 100n],
    ]);
    // Of Spark's own test for large bounds: an arithmetic of 8 bytes would overflow.
    assert.deepEqual(shown(567279357766147899n, 567279357766147999n, 2)[1]![1], 567279357766147999n);
    assert.deepEqual(shown(-(2n ** 63n), 2n ** 63n - 1n, 2), [
      [-(2n ** 63n), -1n],
      [0n, 2n ** 63n - 1n],
    ]);
  });

  it("cover every number once", () => {
    fc.assert(
      fc.property(fc.bigInt(-1000n, 1000n), fc.bigInt(0n, 500n), fc.integer({ min: 1, max: 40 }), (lower, more, n) => {
        const bounds = boundsOf(lower, lower + more, n);
        assert.equal(bounds[0]!.lower, lower);
        assert.equal(bounds.at(-1)!.upper, lower + more);
        for (let i = 1; i < n; i++) assert.equal(bounds[i]!.lower, bounds[i - 1]!.upper + 1n);
      }),
    );
  });
});

it("createTableColumnTypes is cut at its commas", () => {
  assert.deepEqual(parseColumnTypes('word varchar(20), "My, ""N""" numeric(10, 2) NOT NULL,x double precision'), [
    { name: "word", type: "varchar(20)" },
    { name: 'My, "N"', type: "numeric(10, 2) NOT NULL" },
    { name: "x", type: "double precision" },
  ]);
  refused(() => parseColumnTypes("word text, n"), /createTableColumnTypes is .*"n" is not a column and its type/);
});

describe("arguments", () => {
  const spark = useSpark();
  const url = "jdbc:postgresql://127.0.0.1:1/d";
  const sql = "SELECT * FROM t WHERE ? <= id AND id <= ?";

  it("of JdbcRDD that are wrong are told at once", () => {
    const make = (...args: unknown[]) => new (JdbcRDD as unknown as new (...args: unknown[]) => unknown)(...args);
    const { sc } = spark;
    for (const [args, message] of [
      [[undefined, url, sql, 1, 2, 1], /first argument is "undefined": it takes a SparkContext/],
      [[sc, 5, sql, 1, 2, 1], /JDBC url is number: it takes a text/],
      [[sc, url, "SELECT ?", 1, 2, 1], /has 1 placeholders: "SELECT \?"\. It takes two \?/],
      [[sc, url, 5, 1, 2, 1], /sql is 5, it must be a text/],
      [[sc, url, sql, 1.5, 2, 1], /lowerBound is 1.5: it takes a whole number/],
      [[sc, url, sql, 1, 2n ** 63n, 1], /upperBound is 9223372036854775808n: /],
      [[sc, url, sql, 1, 2, 0], /numPartitions is 0, it must be a whole number of at least 1/],
      [[sc, url, sql, 1, 2, 1, "id"], /mapRow is 'id', it must be a function/],
    ] as const) {
      refused(() => make(...args), message);
    }
  });

  it("of JdbcUtils.save that are wrong are told at once", () => {
    const save = JdbcUtils.save as (...args: unknown[]) => unknown;
    const rdd = spark.sc.parallelize([1]);
    for (const [args, message] of [
      [[[1], url, "t"], /first argument is "object": it takes an RDD or a DStream/],
      [[rdd, url, "t; DROP"], /table is "t; DROP": it takes a name as in SQL/],
      [
        [rdd, url, "t", {}, { mode: "replace" }],
        /mode is "replace": it takes errorifexists, append, overwrite, ignore/,
      ],
      [[rdd, url, "t", {}, { key: ["a"] }], /have a name that is "key": .*did you mean keys\?/],
      [[rdd, url, "t", {}, { keys: "a" }], /keys is "a": it takes the names of columns/],
      [[rdd, url, "t", {}, { columns: ["a", "a"] }], /columns is \["a","a"\]: .*each once/],
      [[rdd, url, "t", {}, { columns: ["a"], keys: ["b"] }], /keys is \["b"\]: b is not among the columns: a/],
      [[rdd, url, "t", {}, { exactlyOnce: true }], /exactlyOnce is true: it is for streams/],
      [[rdd, url, "t", null], /properties is null: they are an object/],
    ] as const) {
      refused(() => save(...args), message);
    }
  });
});
