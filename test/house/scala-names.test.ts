import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import * as core from "tspark";
import * as flume from "tspark/flume";
import * as hdfs from "tspark/hdfs";
import * as jdbc from "tspark/jdbc";
import * as kafka from "tspark/kafka";
import * as kinesis from "tspark/kinesis";
import { publicMembers } from "./helpers/public-members.js";
import { SCALA_API } from "./helpers/scala-api.js";

// docs/scala-to-typescript.md against the built classes, in both directions.

const page = readFileSync("docs/scala-to-typescript.md", "utf8");
const exported: Readonly<Record<string, unknown>> = { ...core, ...kafka, ...flume, ...hdfs, ...kinesis, ...jdbc };

/** The class of each section, with the names of Scala objects whose members are listed with it. */
const SECTIONS = [
  { heading: "SparkConf", file: "core/conf/spark-conf.ts", extra: [] },
  { heading: "SparkContext", file: "core/spark-context.ts", extra: [] },
  { heading: "SparkSession", file: "sql/spark-session.ts", extra: [] },
  { heading: "RDD", file: "core/rdd/rdd.ts", extra: [] },
  { heading: "StreamingContext", file: "streaming/streaming-context.ts", extra: [] },
  { heading: "DStream", file: "streaming/dstream.ts", extra: ["MapWithStateDStream"] },
] as const;

let sc: core.SparkContext;
let instances: Readonly<Record<string, object>>;

before(() => {
  const conf = new core.SparkConf(false).setMaster("local").setAppName("names").set("spark.ui.enabled", "false");
  sc = new core.SparkContext(conf);
  const ssc = new core.StreamingContext(sc, core.Seconds(1), { clock: sc.clock });
  const rdd = sc.parallelize([1]);
  const session = core.SparkSession.builder.getOrCreate();
  instances = {
    SparkConf: conf,
    SparkContext: sc,
    SparkSession: session,
    RDD: rdd,
    StreamingContext: ssc,
    DStream: ssc.queueStream([rdd]),
  };
});
after(() => sc.stop());

/** What the second column of a section's tables names: `map(f)` is `map`, `KafkaUtils.createRDD(…)` is that. */
function namesHere(heading: string): string[] {
  return sectionOf(heading)
    .split("\n")
    .filter(line => /^\| .*\|/.test(line) && !/^\| Scala /.test(line))
    .flatMap(line => [...line.split(/(?<!\\)\|/)[2]!.matchAll(/`(new )?([\w.]+)/g)].map(m => (m[1] ?? "") + m[2]!));
}

for (const { heading, file, extra } of SECTIONS) {
  test(`every name of the table exists: ${heading}`, () => {
    const instance = instances[heading]!;
    const missing = namesHere(heading).filter(name => {
      if (name.startsWith("new ")) return typeof exported[name.slice(4)] !== "function";
      const [owner, member] = name.split(".");
      if (member !== undefined) return !(member in (exported[owner!] as object));
      return !(name in instance) && !extra.some(e => name in (exported[e] as { prototype: object }).prototype);
    });
    assert.deepEqual(missing, []);
  });

  test(`every public member is in the table: ${heading}`, () => {
    const shown = new Set(namesHere(heading));
    const missing = [heading, ...extra].flatMap(name => {
      const { instance, static: statics } = publicMembers(`src/${file}`, name);
      return [
        ...[...instance].filter(m => !shown.has(m)),
        ...[...statics].map(s => `${name}.${s}`).filter(m => !shown.has(m)),
      ];
    });
    assert.deepEqual(
      missing.filter(m => m !== "toString"),
      [],
    );
  });
}

/** All of a section: its tables and what it says is left out. */
function sectionOf(heading: string): string {
  const from = page.indexOf(`\n## ${heading}\n`);
  assert.ok(from >= 0, `no section ${heading}`);
  const end = page.indexOf("\n## ", from + 1);
  return page.slice(from, end < 0 ? undefined : end);
}

for (const [heading, members] of Object.entries(SCALA_API)) {
  test(`every member of Spark's is mapped or left out with a reason: ${heading}`, () => {
    const named = new Set([...sectionOf(heading).matchAll(/`[^`]+`/g)].flatMap(([code]) => code.match(/\w+/g) ?? []));
    const silent = members
      .trim()
      .split(/\s+/)
      .filter(name => !named.has(name));
    assert.deepEqual(silent, []);
  });
}

/** The classes of the connectors whose members their sections list. */
const CONNECTORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kafka: {
    OffsetRange: "offset-range.ts",
    KafkaRDD: "kafka-rdd.ts",
    DirectKafkaInputDStream: "direct-kafka-input-dstream.ts",
    ConsumerRecord: "consumer-record.ts",
  },
  flume: { SparkFlumeEvent: "spark-flume-event.ts" },
  kinesis: {
    KinesisInputDStreamBuilder: "kinesis-input-dstream-builder.ts",
    KinesisRecord: "kinesis-record.ts",
    SparkAWSCredentialsBuilder: "spark-aws-credentials.ts",
  },
  jdbc: {
    JdbcRDD: "jdbc-rdd.ts",
    Connection: "connection.ts",
    JdbcSaveOptions: "save.ts",
    JdbcProperties: "properties.ts",
  },
  hdfs: { FileSystem: "file-system.ts", FileStatus: "file-system.ts" },
};

for (const [connector, members] of Object.entries(CONNECTORS)) {
  test(`every name of the table exists: tspark/${connector}`, () => {
    const missing = namesHere(`tspark/${connector}`).filter(name => {
      const [owner, member] = name.split(".") as [string, string];
      if (member in ((exported[owner] as object | undefined) ?? {})) return false;
      const file = members[owner];
      return file === undefined || !publicMembers(`src/connectors/${connector}/${file}`, owner).instance.has(member);
    });
    assert.deepEqual(missing, []);
  });
}
