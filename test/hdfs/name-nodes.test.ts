// What NameNodes answer that a real one does not answer on demand.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InputOutputError } from "tspark";
import { FileSystem } from "tspark/hdfs";
import { failureOf } from "../core/failure.js";
import { logOf } from "../streaming/helpers/streams.js";
import { BRIEF, fileStatus, json, nameservice, nobody, refuse, serve, single, standby } from "./fake-server.js";

const found = async () => serve(({ response }) => json(response, { FileStatus: fileStatus(5) }));

describe("several NameNodes", () => {
  it("one on standby is passed over, and the active one is asked first from then on", async () => {
    const [one, two] = [await serve(standby), await found()];
    const fs = nameservice([one.address, two.address]);
    assert.equal((await fs.getFileStatus("/a")).length, 5);
    assert.equal((await fs.getFileStatus("/a")).length, 5);
    assert.deepEqual([one.asked.length, two.asked.length], [1, 2]);
  });

  it("one that is not there is passed over", async () => {
    const two = await found();
    assert.equal(await nameservice([await nobody(), two.address]).exists("/a"), true);
  });

  it("all on standby: asked again after a pause, which is told, until the active one is back", async () => {
    let asked = 0;
    const one = await serve(standby);
    const two = await serve(a => (++asked < 2 ? standby(a) : json(a.response, { FileStatus: fileStatus(5) })));
    const log = await logOf(async () => assert.equal(await nameservice([one.address, two.address]).exists("/a"), true));
    assert.equal(log.length, 1);
    assert.match(log[0]!, /^WARN HdfsFileSystem: NameNode .*: it is on standby; NameNode .* Asked again in 1 ms\./);
  });

  it("none active: a bounded number of requests, and an error with each address, its key and why", async () => {
    const [one, two] = [await serve(standby), await nobody()];
    const failure = await logAway(() => failureOf(() => nameservice([one.address, two]).getFileStatus("/a")));
    assert.ok(failure instanceof InputOutputError);
    assert.equal(failure.code, "HDFS_UNREACHABLE");
    assert.ok(failure.message.startsWith("Cannot read hdfs://test/a: no NameNode answers: "), failure.message);
    for (const [address, id, why] of [
      [one.address, "nn0", "it is on standby"],
      [two, "nn1", "connection refused"],
    ]) {
      assert.ok(
        failure.message.includes(`${address} (spark.hadoop.dfs.namenode.http-address.test.${id}): ${why}`),
        failure.message,
      );
    }
    assert.equal(one.asked.length, 2);
  });

  it("what may have been done is not asked of another one; what is only a question is", async () => {
    const one = await serve(({ request }) => void request.socket.destroy());
    const two = await serve(({ response, op }) =>
      json(response, op === "MKDIRS" ? { boolean: true } : { FileStatus: fileStatus(5) }),
    );
    const failure = await failureOf(() => nameservice([one.address, two.address]).mkdirs("/d"));
    assert.match(failure.message, /^Cannot write hdfs:\/\/test\/d: .*the connection was closed before the answer/);
    assert.deepEqual(two.asked, []);
    assert.equal(await nameservice([one.address, two.address]).exists("/a"), true);
  });
});

describe("one NameNode", () => {
  it("nobody there: an error at once, with the address and where it came from", async () => {
    const address = await nobody();
    const failure = await failureOf(() => single(address).getFileStatus("/a"));
    assert.equal(
      failure.message,
      `Cannot read webhdfs://${address}/a: the NameNode does not answer: ${address} (the path): connection refused. Is it running, with WebHDFS on (dfs.webhdfs.enabled)?`,
    );
  });

  it("whose address nobody has named: also where it is named", async () => {
    const guess = await failureOf(() => FileSystem.get("hdfs://nn.invalid", BRIEF).exists("/a"));
    assert.match(
      guess.message,
      /nn\.invalid:9870 \(the host of the path and the usual port\).* Its HTTP address is dfs\.n/,
    );
  });

  it("one that starts is asked again", async () => {
    let asked = 0;
    const server = await serve(({ response }) =>
      ++asked < 3
        ? refuse(response, "RetriableException", "NameNode still not started")
        : json(response, { FileStatus: fileStatus(5) }),
    );
    assert.equal(await logAway(() => single(server.address).exists("/a")), true);
    assert.equal(asked, 3);
  });

  it("is told who asks, and gets names as they are", async () => {
    const seen: (string | null)[] = [];
    const server = await serve(({ path, parameters, response }) => {
      seen.push(path, parameters.get("user.name"));
      json(response, { FileStatus: fileStatus(5) });
    });
    const before = process.env["HADOOP_USER_NAME"];
    process.env["HADOOP_USER_NAME"] = "al ice+";
    try {
      await single(server.address).exists("/ä b%20+#?&;='\"/%2e%2e/x");
    } finally {
      if (before === undefined) delete process.env["HADOOP_USER_NAME"];
      else process.env["HADOOP_USER_NAME"] = before;
    }
    assert.deepEqual(seen, ["/ä b%20+#?&;='\"/%2e%2e/x", "al ice+"]);
  });

  for (const [what, answer, code, message] of [
    [
      "a port that is not WebHDFS's",
      "It looks like you are making an HTTP request to a Hadoop IPC port.",
      "HDFS_FOREIGN",
      /what answers at .* \(the path\) does not speak WebHDFS: 404 Not Found: It looks like .* Is it the NameNode's HTTP port/,
    ],
    ["a page", "<html><h1>Not here</h1></html>", "HDFS_FOREIGN", /404 Not Found: Not here\./],
  ] as const) {
    it(`${what} is told as such, not as a file that does not exist`, async () => {
      const server = await serve(({ response }) => response.writeHead(404).end(answer));
      const failure = await failureOf(() => single(server.address).exists("/a"));
      assert.equal(failure.code, code);
      assert.match(failure.message, message);
    });
  }

  for (const [exception, code, message] of [
    [
      "AccessControlException",
      "HDFS_DENIED",
      /^User ".*" may not read webhdfs:.*\/a: Permission denied: no\. Set HADOOP_USER_NAME/,
    ],
    [
      "SafeModeException",
      "HDFS_SAFE_MODE",
      /: Permission denied: no\. In safe mode HDFS can be read only; .*-safemode leave\.$/,
    ],
    ["FileNotFoundException", "UNREADABLE", /^Cannot read webhdfs:.*\/a: there is no such file or directory\.$/],
    [
      "SnapshotException",
      "HDFS_FAILED",
      /^Cannot read .*\/a: 127\.0\.0\.1:\d+ answered SnapshotException: Permission denied: no\. The NameNode's log/,
    ],
  ] as const) {
    it(`${exception} has its own error`, async () => {
      const text = "Permission denied: no\n\tat org.apache.hadoop.X";
      const server = await serve(({ response }) => refuse(response, exception, text));
      const failure = await failureOf(() => single(server.address).listStatus("/a"));
      assert.equal(failure.code, code);
      assert.match(failure.message, message);
    });
  }

  it("one that demands Kerberos", async () => {
    const server = await serve(({ response }) => response.writeHead(401, { "www-authenticate": "Negotiate" }).end());
    assert.match(
      (await failureOf(() => single(server.address).exists("/a"))).message,
      /demands authentication \(Kerberos\)/,
    );
  });

  it("a silent one is given up", async () => {
    const server = await serve(() => {});
    const fs = single(server.address, {
      "dfs.webhdfs.socket.read-timeout": "20ms",
      "dfs.webhdfs.socket.connect-timeout": "20ms",
    });
    assert.match((await failureOf(() => fs.exists("/a"))).message, /no answer within 40 ms/);
  });
});

describe("a directory", () => {
  const entry = (name: string) => fileStatus(1, name);

  it("comes in pieces", async () => {
    const pages: Record<string, [string[], number]> = { "": [["b", "c"], 2], c: [["A"], 1], A: [["d"], 0] };
    const server = await serve(({ parameters, response }) => {
      const [names, remainingEntries] = pages[parameters.get("startAfter") ?? ""]!;
      const partialListing = { FileStatuses: { FileStatus: names.map(entry) } };
      json(response, { DirectoryListing: { partialListing, remainingEntries } });
    });
    const files = await single(server.address).listStatus("/d");
    assert.deepEqual(
      files.map(f => f.name),
      ["A", "b", "c", "d"],
    );
    assert.deepEqual(server.asked, Array(3).fill("GET LISTSTATUS_BATCH"));
    assert.deepEqual(files[1], {
      path: `webhdfs://${server.address}/d/b`,
      name: "b",
      isDirectory: false,
      length: 1,
      modificationTime: 1000,
      blockSize: 1024,
      replication: 1,
      owner: "o",
      group: "g",
      permission: "644",
    });
  });

  it("comes at once from a server that would give the first piece for ever", async () => {
    const entries = ["a", "b"].map(entry);
    const server = await serve(({ op, response }) => {
      if (op === "LISTSTATUS") return json(response, { FileStatuses: { FileStatus: entries } });
      const partialListing = { FileStatuses: { FileStatus: entries.slice(0, 1) } };
      return json(response, { DirectoryListing: { partialListing, remainingEntries: 1 } });
    });
    assert.deepEqual(
      (await single(server.address).listStatus("/d")).map(f => f.name),
      ["a", "b"],
    );
  });

  it("comes at once from a server that has no pieces, which is found out once", async () => {
    const server = await serve(({ op, response }) =>
      op === "LISTSTATUS"
        ? json(response, { FileStatuses: { FileStatus: [entry("a")] } })
        : refuse(response, "IllegalArgumentException", 'Invalid value for webhdfs parameter "op"', 400),
    );
    const fs = single(server.address);
    assert.deepEqual(
      (await fs.listStatus("/d")).map(f => f.name),
      ["a"],
    );
    assert.deepEqual(
      (await fs.listStatus("/d")).map(f => f.name),
      ["a"],
    );
    assert.deepEqual(server.asked, ["GET LISTSTATUS_BATCH", "GET LISTSTATUS", "GET LISTSTATUS"]);
  });
});

describe("FileSystem.get", () => {
  it("takes a URI of HDFS only, and paths of its own file system only", async () => {
    const { FileSystem } = await import("tspark/hdfs");
    assert.throws(() => FileSystem.get("file:///tmp"), { code: "HDFS_NOT_HDFS" });
    assert.throws(() => FileSystem.get("hdfs:///x"), { code: "HDFS_NO_DEFAULT_FS" });
    const fs = FileSystem.get("hdfs://nn:8020/some/where");
    assert.equal(fs.uri, "hdfs://nn:8020");
    assert.match(fs.getHomeDirectory(), /^hdfs:\/\/nn:8020\/user\/.+$/);
    for (const path of ["hdfs://other:8020/x", "webhdfs://nn:8020/x", "file:/x"]) {
      const failure = await failureOf(() => fs.exists(path));
      assert.equal(
        failure.message,
        `Wrong FS: ${path}, expected: hdfs://nn:8020. Name a path of this file system, or get the other one with FileSystem.get.`,
      );
    }
  });

  it("relative paths are of the user's directory", async () => {
    const paths: string[] = [];
    const server = await serve(({ path, response }) => {
      paths.push(path);
      json(response, { FileStatus: fileStatus(5) });
    });
    const fs = single(server.address);
    for (const path of ["a/../b", "/c//d/", `${fs.uri}/e`]) await fs.exists(path);
    assert.deepEqual(paths, [`${new URL(fs.getHomeDirectory()).pathname}/b`, "/c/d", "/e"]);
  });
});

async function logAway<T>(body: () => Promise<T>): Promise<T> {
  let result: T;
  await logOf(async () => {
    result = await body();
  });
  return result!;
}
