// What works with `file:` works with a real HDFS, in the driver's thread and in workers.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, it } from "node:test";
import { gzipSync } from "node:zlib";
import { InputOutputError, JobAbortedError, type SparkContext, SparkFiles } from "tspark";
import { failureOf } from "../core/failure.js";
import { withContext } from "../core/with-context.js";
import { batchesOf, logOf, withStream } from "../streaming/helpers/streams.js";
import { asUser, describeWithHdfs } from "./real-hdfs.js";

const MB = 1 << 20;

describeWithHdfs("jobs on a real HDFS", fixture => {
  const local = mkdtempSync(path.join(tmpdir(), "tspark-hdfs-local-"));
  after(() => rmSync(local, { recursive: true, force: true }));

  const inPlace = <T>(placement: string, use: (sc: SparkContext) => Promise<T>, settings = {}) =>
    withContext("local[2]", use, {
      "spark.tspark.placement": placement,
      "spark.tspark.closure.strict": "true",
      ...settings,
    });
  /** The same from tasks in both places. */
  const same = async <T>(use: (sc: SparkContext) => Promise<T>): Promise<T> => {
    const there = await inPlace("workers", use);
    assert.deepEqual(there, await inPlace("driver", use));
    return there;
  };

  it("addFile: a file, and a directory with all it holds", async () => {
    const { fs, cluster } = fixture;
    const large = Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => i % 251));
    await fs.writeFile("/add/stop words.txt", "der\ndie\n");
    await fs.writeFile("/add/large", large);
    await fs.writeFile("/add/below/empty", "");
    const found = await same(async sc => {
      sc.addFile("hdfs:/add/stop words.txt");
      sc.addFile(`${cluster.root}/add`, true);
      assert.throws(() => sc.addFile("hdfs:/add"), { code: "DIRECTORY_TO_ADD" });
      assert.throws(() => sc.addFile("hdfs:/add/none"), { code: "NO_FILE_TO_ADD" });
      assert.deepEqual(readFileSync(path.join(SparkFiles.get("add"), "large")), large);
      const read = sc.parallelize(["stop words.txt", "add/stop words.txt", "add/below/empty"], 2).map(name => {
        const [first, ...rest] = name.split("/");
        return readFileSync([SparkFiles.get(first!), ...rest].join("/"), "utf8");
      });
      return read.collect();
    });
    assert.deepEqual(found, ["der\ndie\n", "der\ndie\n", ""]);
  });

  it("textFile: by the configured file system, an address, WebHDFS, patterns, lists and directories", async () => {
    const { fs, cluster } = fixture;
    await fs.writeFile("/in/a.txt", "a1\na2\r\na3");
    await fs.writeFile("/in/b.txt", "b1\n");
    await fs.writeFile("/in/_c.txt", "no");
    await fs.writeFile("/other/ä b%20+,#.txt", "other\n");
    await fs.writeFile("/gz/a.gz", gzipSync("zipped\nlines\n"));
    const lines = await same(async sc => {
      const read = (text: string) => sc.textFile(text).collect();
      return {
        default: await read("hdfs:/in/a.txt"),
        directory: await read("hdfs:///in"),
        address: await read(`${cluster.root}/in/*.txt`),
        webhdfs: await read(`webhdfs://${cluster.http}/in/{a,b}.txt`),
        list: await read("hdfs:///in/b.txt,hdfs:///gz"),
        names: await read("hdfs:///oth*r/*\\,#*"),
      };
    });
    const [a, b] = [["a1", "a2", "a3"], ["b1"]];
    assert.deepEqual(lines, {
      default: a,
      directory: [...a, ...b],
      address: [...a, ...b],
      webhdfs: [...a, ...b],
      list: ["b1", "zipped", "lines"],
      names: ["other"],
    });
  });

  it("a large file has a split for each of its blocks, and every line comes once", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i} ${"x".repeat(i % 100)}`);
    const text = `${lines.join("\n")}\n`;
    await fixture.fs.writeFile("/large.txt", text);
    const status = await fixture.fs.getFileStatus("/large.txt");
    assert.deepEqual([status.length, status.blockSize], [text.length, MB]);
    const read = await same(async sc => {
      const rdd = sc.textFile("hdfs:///large.txt");
      return { partitions: rdd.getNumPartitions(), lines: await rdd.collect() };
    });
    assert.equal(read.partitions, Math.ceil(text.length / MB));
    assert.deepEqual(read.lines, lines);
  });

  it("wholeTextFiles, binaryFiles: names as HDFS has them", async () => {
    const { fs, cluster } = fixture;
    await fs.writeFile("/whole/a", "a\nb");
    await fs.writeFile("/whole/b.bin", Buffer.from([0, 255]));
    const [texts, bytes] = await same(async sc => [
      await sc.wholeTextFiles("hdfs:///whole/a").collect(),
      (await sc.binaryFiles("hdfs:///whole/b.bin").collect()).map(([name, b]) => [name, [...b]]),
    ]);
    assert.deepEqual(texts, [[`${cluster.root}/whole/a`, "a\nb"]]);
    assert.deepEqual(bytes, [[`${cluster.root}/whole/b.bin`, [0, 255]]]);
  });

  for (const placement of ["driver", "workers"]) {
    it(`saveAsTextFile, saveAsObjectFile: parts and _SUCCESS; tasks in ${placement}`, async () => {
      const { fs } = fixture;
      const out = `/out-${placement}/deep`;
      await inPlace(placement, async sc => {
        await sc
          .range(0, 1000, 1, 3)
          .map(n => `line ${n}`)
          .saveAsTextFile(`hdfs://${out}`);
        const failure = await failureOf(() => sc.range(3).saveAsTextFile(`hdfs://${out}`));
        assert.ok(failure instanceof InputOutputError);
        assert.match(failure.message, new RegExp(`^Output directory ${fixture.cluster.root}${out} already exists\\.`));
        await sc.parallelize(["a", "b"], 1).saveAsTextFile(`hdfs://${out}-gz`, "gzip");
        assert.deepEqual(await sc.textFile(`hdfs://${out}-gz`).collect(), ["a", "b"]);
        await sc.parallelize([1, { a: [2] }], 2).saveAsObjectFile(`hdfs://${out}-objects`);
        assert.deepEqual(await sc.objectFile(`hdfs://${out}-objects`).collect(), [1, { a: [2] }]);
      });
      const names = async (at: string) => (await fs.listStatus(at)).map(f => f.name);
      assert.deepEqual(await names(out), ["_SUCCESS", "part-00000", "part-00001", "part-00002"]);
      assert.deepEqual(await names(`/out-${placement}`), ["deep", "deep-gz", "deep-objects"]);
    });
  }

  it("what is written Java's client reads", async () => {
    const parts = ["/out-driver/deep/part-*", "/out-workers/deep/part-*"];
    const text = Array.from({ length: 1000 }, (_, n) => `line ${n}\n`).join("");
    assert.equal(await fixture.cluster.run("org.apache.hadoop.fs.FsShell", "-cat", ...parts), text + text);
  });

  it("a task that fails leaves nothing; over an existing directory where that is allowed", async () => {
    const { fs } = fixture;
    await inPlace("driver", async sc => {
      const failing = sc.parallelize([1, 2], 2).map(n => {
        if (n === 2) throw new Error("no");
        return n;
      });
      assert.ok((await failureOf(() => failing.saveAsTextFile("hdfs:///failed/out"))) instanceof JobAbortedError);
      assert.deepEqual(await fs.listStatus("/failed"), []);
    });
    await inPlace(
      "driver",
      async sc => {
        await sc.parallelize(["a", "b"], 2).saveAsTextFile("hdfs:///over");
        await sc.parallelize(["c"], 1).saveAsTextFile("hdfs:///over");
        assert.deepEqual(await sc.textFile("hdfs:///over").collect(), ["c", "b"]);
      },
      { "spark.hadoop.validateOutputSpecs": "false" },
    );
  });

  it("checkpoints of RDDs", () =>
    inPlace("workers", async sc => {
      sc.setCheckpointDir("hdfs:///checkpoints");
      const rdd = sc.range(0, 10, 1, 2).map(n => n * 2);
      rdd.checkpoint();
      assert.equal(await rdd.sum(), 90);
      assert.equal(await rdd.sum(), 90);
      assert.equal(rdd.isCheckpointed, true);
      assert.ok(await fixture.fs.exists(new URL(sc.getCheckpointDir()!).pathname));
    }));

  it("what is not there, and who may not, are told as for local files", async () => {
    const { fs, cluster } = fixture;
    await fs.writeFile("/private/a", "a");
    const query = `op=SETPERMISSION&permission=700&user.name=${new URL(fs.getHomeDirectory()).pathname.slice("/user/".length)}`;
    await fetch(`http://${cluster.http}/webhdfs/v1/private?${query}`, { method: "PUT" });
    await inPlace("driver", async sc => {
      const message = async (text: string) => (await failureOf(() => sc.textFile(text).count())).message;
      assert.match(await message("hdfs:///none"), new RegExp(`^Input path does not exist: ${cluster.root}/none\\. `));
      assert.match(await message("hdfs:///in/a.txt/b"), /^Input path does not exist: hdfs:/);
      assert.match(
        await message("hdfs:///none*"),
        new RegExp(`^Input Pattern ${cluster.root.replaceAll(".", "\\.")}/none\\* matches 0 files`),
      );
      assert.match(await message("hdfs:relative"), /^Relative path in absolute URI: hdfs:relative\. .*hdfs:\/relative/);
      await asUser("stranger", async () => {
        assert.match(
          await message("hdfs:///private/a"),
          /^User "stranger" may not read hdfs:.*\/private\/a: Permission denied: /,
        );
        const failure = await failureOf(() => sc.range(3).saveAsTextFile("hdfs:///stranger"));
        assert.match(
          failure.message,
          /^User "stranger" may not write hdfs:.*Permission denied: .*Set HADOOP_USER_NAME/,
        );
      });
    });
  });

  it("without a default only paths with a host work, and the address may be set in the program", async () => {
    const { cluster } = fixture;
    delete process.env["HADOOP_CONF_DIR"];
    try {
      const use = async (sc: SparkContext) => {
        assert.match((await failureOf(() => sc.textFile("hdfs:/in").count())).message, /^hdfs:\/in names no host/);
        return sc.textFile(`${cluster.root}/in/b.txt`).collect();
      };
      const settings = { "spark.hadoop.dfs.namenode.http-address": cluster.http };
      for (const placement of ["driver", "workers"]) assert.deepEqual(await inPlace(placement, use, settings), ["b1"]);
    } finally {
      process.env["HADOOP_CONF_DIR"] = cluster.conf;
    }
  });

  it("streams: files that appear, and what each batch writes", async () => {
    const { fs } = fixture;
    await fs.writeFile("/stream/before", "no\n");
    const put = async (name: string, text: string | Buffer) => {
      await fs.writeFile("/stream-writing", text);
      assert.equal(await fs.rename("/stream-writing", `/stream/${name}`), true);
    };
    await inPlace("driver", sc =>
      withStream(sc, async (ssc, clock) => {
        const lines = ssc.textFileStream("hdfs:///stream");
        lines.saveAsTextFiles("hdfs:///batches/b", "txt");
        const batches = batchesOf(lines);
        const records = batchesOf(ssc.binaryRecordsStream("hdfs:///stream*", 3).map(b => b.toString()));
        await ssc.start();
        await put("a [1],*.txt", "a1\na2\n");
        await put(".hidden", "no!");
        await clock.advance(1000);
        await put("b", "b1\n");
        await clock.advance(2000);
        assert.deepEqual([...batches.values()], [["a1", "a2"], ["b1"], []]);
        assert.deepEqual([...records.values()], [["a1\n", "a2\n"], ["b1\n"], []]);
      }),
    );
    const written = await fs.listStatus("/batches");
    assert.deepEqual(
      written.map(f => f.name),
      ["b-1000.txt", "b-2000.txt", "b-3000.txt"],
    );
    assert.equal((await fs.readFile("/batches/b-2000.txt/part-00000", "utf8")).trim(), "b1");
  });

  it("a DataNode that is killed while a file is read, and comes back", async () => {
    const { fs, cluster } = fixture;
    const text = "a line of some length\n".repeat(200_000);
    writeFileSync(path.join(local, "large"), text);
    await fs.writeFile("/killed.txt", text);
    let read = 0;
    const reading = (async () => {
      for await (const piece of fs.open("/killed.txt")) {
        // The rest is on its way, or in the DataNode.
        if (read === 0) await cluster.killDataNode();
        read += piece.length;
      }
    })();
    const failure = await logOf(async () =>
      assert.match((await failureOf(() => reading)).message, /DataNode .* failed at byte \d+: /),
    );
    assert.deepEqual(failure, []);
    assert.ok(read > 0 && read < text.length);
    await cluster.restartDataNode();
    assert.equal(await fs.readFile("/killed.txt", "utf8"), readFileSync(path.join(local, "large"), "utf8"));
  });

  // The last one: nothing is written after it.
  it("safe mode: what is there can be read, and a write says why it cannot be", async () => {
    const { fs, cluster } = fixture;
    await cluster.run("org.apache.hadoop.hdfs.tools.DFSAdmin", "-safemode", "enter");
    assert.equal(await fs.readFile("/in/b.txt", "utf8"), "b1\n");
    const failure = await inPlace("driver", sc => failureOf(() => sc.range(3).saveAsTextFile("hdfs:///safe")));
    assert.match(
      failure.message,
      /^Cannot write hdfs:.*: .*Name node is in safe mode\..* In safe mode HDFS can be read only; /,
    );
  });
});
