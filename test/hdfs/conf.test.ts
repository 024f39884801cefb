import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { FileSystem } from "tspark/hdfs";
import { HadoopConf } from "../../src/connectors/hdfs/hadoop-conf.js";
import { parseHadoopXml } from "../../src/connectors/hdfs/hadoop-xml.js";
import { findNameNodes, type HdfsScheme } from "../../src/connectors/hdfs/name-nodes.js";
import { readClientSettings } from "../../src/connectors/hdfs/web-hdfs-settings.js";
import { temporaryDirectory } from "../core/io/temporary-directory.js";

const dir = temporaryDirectory();
let count = 0;

const site = (properties: Readonly<Record<string, string>>) =>
  `<configuration>${Object.entries(properties)
    .map(([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`)
    .join("\n")}</configuration>`;

/** A directory with these files. */
function confDir(files: Readonly<Record<string, string>>): string {
  const at = path.join(dir, `conf${++count}`);
  mkdirSync(at);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(at, name), text);
  return at;
}

const conf = (given: Readonly<Record<string, string>>) => HadoopConf.load(undefined, given);

describe("Hadoop's XML", () => {
  it("properties as elements and as attributes, with what else may stand in a file", () => {
    const text = `\ufeff<?xml version="1.0"?>
<?xml-stylesheet type="text/xsl" href="configuration.xsl"?>
<!-- a > b -->
<!DOCTYPE configuration [<!ELEMENT a (b)>]>
<configuration>
  text between is nothing
  <property>
    <name> a.b </name>
    <value>
      1 &lt; 2 &amp;&#38;&#x26; <![CDATA[<3>]]>
    </value>
    <description>What <b>it</b> is</description>
    <final>true</final>
  </property>
  <property name="c" value='"d&quot;'/>
  <property><name>empty</name><value/></property>
</configuration>`;
    assert.deepEqual(parseHadoopXml(text, "x.xml"), [
      { name: "a.b", value: "1 < 2 &&& <3>", final: true },
      { name: "c", value: '"d"', final: false },
      { name: "empty", value: "", final: false },
    ]);
  });

  for (const [what, text, message] of [
    [
      "a tag that does not end",
      "<configuration>\n<property>\n",
      /^x\.xml, line 3: <property> does not end\. .*<value>/,
    ],
    ["tags that cross", "<configuration>\n<property><name>a</value></property>", /line 2: <\/value> ends <name>/],
    ["another root", "<project/>", /line 1: <project> stands where <configuration> should/],
    [
      "a plain &",
      "<configuration><property><name>a</name><value>b&c</value>",
      /line 1: & is no entity of XML: .*&amp;/,
    ],
    ["an unknown entity", "<configuration><property><name>a</name><value>&nbsp;</value>", /&nbsp; is no entity/],
    ["no name", "<configuration><property><value>1</value></property></configuration>", /a <property> has no <name>/],
    ["a lone <", "<configuration>\n\n< property>", /line 3: "< property>" is no XML/],
    ["no XML", "fs.defaultFS=hdfs://nn", /line 1: text outside of <configuration>/],
  ] as const) {
    it(`${what} is an error with its line`, () => assert.throws(() => parseHadoopXml(text, "x.xml"), { message }));
  }
});

describe("Hadoop's configuration", () => {
  it("later files go over earlier ones but not over what is final; the program goes over all", () => {
    const directory = confDir({
      "core-site.xml": `<configuration><property><name>a</name><value>1</value></property>
        <property><name>b</name><value>1</value><final>true</final></property>
        <property><name>c</name><value>1</value><final>true</final></property></configuration>`,
      "hdfs-site.xml": site({ a: "2", b: "2", c: "2" }),
    });
    const loaded = HadoopConf.load(directory, { c: "3" });
    assert.deepEqual(
      ["a", "b", "c", "d"].map(key => loaded.get(key)),
      ["2", "1", "3", undefined],
    );
    assert.equal(loaded.origin("a"), `a in ${path.join(directory, "hdfs-site.xml")}`);
    assert.equal(loaded.origin("c"), "spark.hadoop.c");
  });

  it("values stand in values; what stands for nothing stays", () => {
    process.env["TSPARK_TEST_SET"] = "set";
    const loaded = conf({
      port: "80",
      host: "h:${port}",
      twice: "${host}/${host}",
      env: "${env.TSPARK_TEST_SET}-${env.TSPARK_TEST_NONE:-or}-${env.TSPARK_TEST_NONE-dash}-${env.TSPARK_TEST_NONE}",
      user: "${user.name}",
      loop: "${loop}x",
      none: "${nothing}",
    });
    assert.equal(loaded.get("twice"), "h:80/h:80");
    assert.equal(loaded.get("env"), "set-or-dash-${env.TSPARK_TEST_NONE}");
    assert.equal(loaded.get("user"), os.userInfo().username);
    assert.equal(loaded.get("loop"), `\${loop}${"x".repeat(21)}`);
    assert.equal(loaded.get("none"), "${nothing}");
  });

  it("a default that is not set is told with the file where it was looked for", () => {
    const without = confDir({ "hdfs-site.xml": site({}) });
    const empty = confDir({ "core-site.xml": site({}) });
    const why = (directory: string) => () =>
      findNameNodes(HadoopConf.load(directory, {}), "hdfs", undefined, "hdfs:/p");
    assert.throws(why(without), {
      message: new RegExp(`: there is no core-site\\.xml in HADOOP_CONF_DIR, ${without}\\. W`),
    });
    assert.throws(why(empty), { message: new RegExp(`: it is not set in core-site\\.xml of ${empty}\\. Write`) });
  });

  it("FileSystem.get() without a default says what it looked for", () => {
    const before = process.env["HADOOP_CONF_DIR"];
    delete process.env["HADOOP_CONF_DIR"];
    try {
      assert.throws(() => FileSystem.get(), {
        message: /^FileSystem\.get\(\) names no host, and fs\.defaultFS does not say/,
      });
    } finally {
      if (before !== undefined) process.env["HADOOP_CONF_DIR"] = before;
    }
  });

  it("files that are not there set nothing; a directory that is not there is an error", () => {
    assert.equal(HadoopConf.load(confDir({}), {}).get("fs.defaultFS"), undefined);
    assert.throws(() => HadoopConf.load(path.join(dir, "none"), {}), {
      code: "HDFS_NO_CONF_DIR",
      message: /^HADOOP_CONF_DIR is .*none: there is no such directory\./,
    });
  });

  it("times and numbers have Hadoop's defaults and take units; what is none is an error with its key", () => {
    assert.deepEqual(readClientSettings(conf({})), {
      connectTimeout: 60_000,
      readTimeout: 60_000,
      attempts: 15,
      pause: 500,
      longestPause: 15_000,
      readFailures: 3,
    });
    const { replication, blockSize } = readClientSettings(conf({ "dfs.replication": "2", "dfs.blocksize": "64m" }));
    assert.deepEqual([replication, blockSize], [2, 64 << 20]);
    assert.equal(readClientSettings(conf({ "dfs.webhdfs.socket.read-timeout": "2s" })).readTimeout, 2000);
    const file = confDir({ "hdfs-site.xml": site({ "dfs.client.max.block.acquire.failures": "many" }) });
    assert.throws(() => readClientSettings(HadoopConf.load(file, {})), {
      code: "HDFS_BAD_VALUE",
      message: /^dfs\.client\.max\.block\.acquire\.failures in .*hdfs-site\.xml is many: .*The default is 3\.$/,
    });
  });
});

describe("who answers for a path", () => {
  const find = (given: Readonly<Record<string, string>>, scheme: HdfsScheme, authority?: string) => {
    const { root, nameNodes } = findNameNodes(conf(given), scheme, authority, `${scheme}://${authority ?? ""}/p`);
    return [root, ...nameNodes.map(n => n.address)];
  };
  const HTTP = "dfs.namenode.http-address";
  const RPC = "dfs.namenode.rpc-address";
  const HA = {
    "dfs.nameservices": "blue, green",
    "dfs.ha.namenodes.blue": "nn1,nn2",
    [`${HTTP}.blue.nn1`]: "one:9871",
    [`${RPC}.blue.nn2`]: "two:8020",
    [`${HTTP}.green`]: "three:9870",
  };
  for (const [what, given, scheme, authority, expected] of [
    ["an address of WebHDFS is itself", {}, "webhdfs", "nn:50070", ["webhdfs://nn:50070", "nn:50070"]],
    ["its usual port", {}, "webhdfs", "nn", ["webhdfs://nn", "nn:9870"]],
    ["an RPC address without configuration", {}, "hdfs", "nn:8020", ["hdfs://nn:8020", "nn:9870"]],
    ["IPv6", {}, "hdfs", "[::1]:8020", ["hdfs://[::1]:8020", "[::1]:9870"]],
    ["the configured HTTP address", { [HTTP]: "nn:80" }, "hdfs", "nn:8020", ["hdfs://nn:8020", "nn:80"]],
    ["also under another name of the host", { [HTTP]: "n:80" }, "hdfs", "nn", ["hdfs://nn", "n:80"]],
    [
      "that of the default's",
      { "fs.defaultFS": "hdfs://nn", [HTTP]: "nn:80" },
      "hdfs",
      "NN:8020",
      ["hdfs://NN:8020", "nn:80"],
    ],
    [
      "not that of another one",
      { "fs.defaultFS": "hdfs://other", [HTTP]: "other:80" },
      "hdfs",
      "nn",
      ["hdfs://nn", "nn:9870"],
    ],
    [
      "of the RPC address",
      { "fs.defaultFS": "hdfs://blue", [RPC]: "nn:1", [HTTP]: "nn:80" },
      "hdfs",
      "nn:1",
      ["hdfs://nn:1", "nn:80"],
    ],
    ["a server that listens everywhere", { [HTTP]: "0.0.0.0:80" }, "hdfs", "nn:1", ["hdfs://nn:1", "nn:80"]],
    ["no host: the default", { "fs.defaultFS": "hdfs://nn:9000/" }, "hdfs", undefined, ["hdfs://nn:9000", "nn:9870"]],
    ["the default under its old name", { "fs.default.name": "hdfs://nn" }, "hdfs", undefined, ["hdfs://nn", "nn:9870"]],
    ["the default for webhdfs:", { "fs.defaultFS": "hdfs://nn" }, "webhdfs", undefined, ["hdfs://nn", "nn:9870"]],
    ["a nameservice", HA, "hdfs", "blue", ["hdfs://blue", "one:9871", "two:9870"]],
    ["by WebHDFS", HA, "webhdfs", "blue", ["webhdfs://blue", "one:9871", "two:9870"]],
    ["without high availability", HA, "hdfs", "green", ["hdfs://green", "three:9870"]],
    [
      "as the default",
      { ...HA, "fs.defaultFS": "hdfs://blue" },
      "hdfs",
      undefined,
      ["hdfs://blue", "one:9871", "two:9870"],
    ],
    ["one of it by itself", { ...HA, [`${RPC}.blue.nn1`]: "one:8020" }, "hdfs", "one", ["hdfs://one", "one:9871"]],
  ] as const) {
    it(what, () => assert.deepEqual(find(given, scheme, authority), expected));
  }

  it("where an address came from is said as it is, also of one that nobody has named whole", () => {
    for (const [given, scheme, authority, from, guessed] of [
      [{}, "hdfs", "nn:8020", "the host of the path and the usual port", true],
      [{}, "webhdfs", "nn", "the host of the path and the usual port", true],
      [{}, "webhdfs", "nn:80", "the path", false],
      [
        { "fs.defaultFS": "hdfs://nn" },
        "hdfs",
        undefined,
        "the host of spark.hadoop.fs.defaultFS and the usual port",
        true,
      ],
      [
        { "fs.defaultFS": "webhdfs://nn" },
        "hdfs",
        undefined,
        "the host of spark.hadoop.fs.defaultFS and the usual port",
        true,
      ],
      [{ "fs.defaultFS": "webhdfs://nn:80" }, "hdfs", undefined, "spark.hadoop.fs.defaultFS", false],
      [{ [HTTP]: "nn:80" }, "hdfs", "nn", `spark.hadoop.${HTTP}`, false],
      [{ [HTTP]: "nn" }, "hdfs", "nn", `spark.hadoop.${HTTP}`, true],
    ] as const) {
      const { nameNodes } = findNameNodes(conf(given), scheme, authority, "hdfs:/p");
      assert.deepEqual([nameNodes[0]!.from, nameNodes[0]!.guessed], [from, guessed]);
    }
  });

  it("what is wrong is told with where it came from", () => {
    const wrong = (given: Readonly<Record<string, string>>, authority: string | undefined, message: RegExp) =>
      assert.throws(() => find(given, "hdfs", authority), { name: "IllegalArgumentError", message });
    wrong(
      {},
      undefined,
      /^hdfs:\/\/\/p names no host, and fs\.defaultFS does not say .*: it is not set, nor is HADOOP_CONF_DIR\. Write hdfs:\/\/HOST:PORT/,
    );
    wrong({ "fs.defaultFS": "file:///" }, undefined, /spark\.hadoop\.fs\.defaultFS is file:\/\/\/\./);
    wrong(
      { "fs.defaultFS": "hdfs://nn:0" },
      undefined,
      /^"nn:0" \(spark\.hadoop\.fs\.defaultFS\) is no address of a NameNode/,
    );
    wrong({}, "nn:0", /^"nn:0" \(the path hdfs:\/\/nn:0\/p\) is no address of a NameNode: write HOST or HOST:PORT/);
    wrong(
      { [HTTP]: "http://nn:80" },
      "nn",
      /^"http:\/\/nn:80" \(spark\.hadoop\.dfs\.namenode\.http-address\) is no address/,
    );
    wrong(
      { "dfs.nameservices": "x", "dfs.ha.namenodes.x": "a" },
      "x",
      /^The nameservice x has no address .*: dfs\.namenode\.http-address\.x\.a is not set\./,
    );
  });
});
