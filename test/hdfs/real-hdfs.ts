// A real NameNode and DataNode for tests, through scripts/hdfs: `describeWithHdfs` skips where Java or Maven is absent, unless
// TSPARK_TEST_NO_SKIP=1 asks for a failure.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { FileSystem } from "tspark/hdfs";
import { describeNeeding } from "../helpers/describe-needing.js";

export interface Cluster {
  /** `hdfs://127.0.0.1:PORT` */
  readonly root: string;
  /** `host:port` of WebHDFS. */
  readonly http: string;
  /** What `HADOOP_CONF_DIR` is set to. */
  readonly conf: string;
  /** A program of Java's own: what it printed. */
  run(main: string, ...args: readonly string[]): Promise<string>;
  killDataNode(): Promise<void>;
  restartDataNode(): Promise<void>;
  remove(): Promise<void>;
}

interface HdfsScripts {
  whyNoHdfs(): Promise<string | undefined>;
  startHdfs(options: { dir: string; extra: Readonly<Record<string, string | number>> }): Promise<Cluster>;
}

// From the root of the checkout, where the test run starts: what is compiled lies elsewhere.
const scripts: HdfsScripts = await import(pathToFileURL(path.resolve("scripts/hdfs/index.mjs")).href);

/** What the tests of one file share. */
export interface HdfsFixture {
  cluster: Cluster;
  /** Its files, by the configuration in `HADOOP_CONF_DIR`. */
  fs: FileSystem;
}

/** A suite with an HDFS of its own, started before it and removed after it; `HADOOP_CONF_DIR` is of that meanwhile. */
export function describeWithHdfs(name: string, suite: (fixture: HdfsFixture) => void): void {
  describeNeeding(name, scripts.whyNoHdfs, () => {
    const fixture = {} as HdfsFixture;
    const dir = mkdtempSync(path.join(tmpdir(), "tspark-hdfs-"));
    const before_ = process.env["HADOOP_CONF_DIR"];
    before(async () => {
      fixture.cluster = await scripts.startHdfs({
        dir,
        // Few, so that a small directory has several pages.
        extra: { "dfs.ls.limit": 50 },
      });
      process.env["HADOOP_CONF_DIR"] = fixture.cluster.conf;
      fixture.fs = FileSystem.get();
    });
    after(async () => {
      if (before_ === undefined) delete process.env["HADOOP_CONF_DIR"];
      else process.env["HADOOP_CONF_DIR"] = before_;
      await fixture.cluster?.remove();
      rmSync(dir, { recursive: true, force: true });
    });
    suite(fixture);
  });
}

/** Runs `body` as another user of HDFS. */
export async function asUser<T>(name: string, body: () => Promise<T>): Promise<T> {
  const before = process.env["HADOOP_USER_NAME"];
  process.env["HADOOP_USER_NAME"] = name;
  try {
    return await body();
  } finally {
    if (before === undefined) delete process.env["HADOOP_USER_NAME"];
    else process.env["HADOOP_USER_NAME"] = before;
  }
}
