// `tspark/hdfs` against a real HDFS.
import assert from "node:assert/strict";
import { it } from "node:test";
import { InputOutputError } from "tspark";
import { FileSystem } from "tspark/hdfs";
import { failureOf } from "../core/failure.js";
import { withContext } from "../core/with-context.js";
import { asUser, describeWithHdfs } from "./real-hdfs.js";

describeWithHdfs("the files of a real HDFS", fixture => {
  it("are written, read as a whole and in part, and looked at", async () => {
    const { fs, cluster } = fixture;
    assert.equal(fs.uri, cluster.root);
    const large = Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => i % 251));
    await fs.writeFile("/a/large", large);
    assert.deepEqual(await fs.readFile("/a/large"), large);
    const part: Uint8Array[] = [];
    // Over the end of a block.
    for await (const piece of fs.open(`${cluster.root}/a/large`, 1_000_000, 1_100_000)) part.push(piece);
    assert.deepEqual(Buffer.concat(part), large.subarray(1_000_000, 1_100_000));
    for await (const _ of fs.open("/a/large", large.length)) assert.fail("nothing is behind the end");

    await fs.writeFile("/a/empty", "");
    assert.equal(await fs.readFile("/a/empty", "utf8"), "");
    // As large as the file's own configuration says, not as that of the cluster.
    const own = { "dfs.blocksize": "2m", "dfs.replication": "2" };
    await FileSystem.get(fs.uri, own).writeFile("/own", "");
    const { blockSize: ownSize, replication } = await fs.getFileStatus("/own");
    assert.deepEqual([ownSize, replication], [2 << 20, 2]);
    await fs.mkdirs("/a/dir/below");
    const shown = (await fs.listStatus("/a")).map(f => [f.name, f.isDirectory, f.length, f.replication, f.permission]);
    assert.deepEqual(shown, [
      ["dir", true, 0, 0, "755"],
      ["empty", false, 0, 1, "644"],
      ["large", false, large.length, 1, "644"],
    ]);
    const { path, owner, modificationTime, blockSize } = await fs.getFileStatus("/a/large");
    assert.deepEqual([path, blockSize], [`${cluster.root}/a/large`, 1 << 20]);
    assert.equal(fs.getHomeDirectory(), `${cluster.root}/user/${owner}`);
    assert.ok(Math.abs(modificationTime - Date.now()) < 600_000);
    assert.deepEqual(
      (await fs.listStatus("/a/empty")).map(f => f.path),
      [`${cluster.root}/a/empty`],
    );
  });

  it("names of every kind", async () => {
    const { fs } = fixture;
    for (const name of ["ä ö", "%41+b", "a;b=c&d", "q?x#y", "'\"", "{a,b}[1]*", "back\\slash"]) {
      await fs.writeFile(`/names/${name}`, name);
      assert.equal(await fs.readFile(`/names/${name}`, "utf8"), name);
      assert.equal(await fs.rename(`/names/${name}`, `/names/new ${name}`), true);
      assert.deepEqual(
        (await fs.listStatus("/names")).map(f => f.name),
        [`new ${name}`],
      );
      assert.equal(await fs.delete(`/names/new ${name}`), true);
    }
  });

  it("more than fit in one page of a listing", async () => {
    const { fs } = fixture;
    const names = Array.from({ length: 120 }, (_, i) => `d${String(i).padStart(3, "0")}`);
    await Promise.all(
      [0, 1, 2, 3].map(async part => {
        for (const name of names.filter((_, i) => i % 4 === part)) await fs.mkdirs(`/many/${name}`);
      }),
    );
    assert.deepEqual(
      (await fs.listStatus("/many")).map(f => f.name),
      names,
    );
  });

  it("moved and removed as HDFS does", async () => {
    const { fs } = fixture;
    await fs.writeFile("/m/a", "a");
    await fs.writeFile("/m/b", "b");
    await fs.mkdirs("/m/dir");
    assert.equal(await fs.rename("/m/a", "/m/b"), false);
    assert.equal(await fs.rename("/m/none", "/m/c"), false);
    assert.equal(await fs.rename("/m/a", "/m/dir"), true);
    assert.equal(await fs.exists("/m/dir/a"), true);
    assert.match(
      (await failureOf(() => fs.delete("/m/dir"))).message,
      /^Cannot write .*\/m\/dir: .*not empty: fs\.delete\(path, true\)/,
    );
    assert.equal(await fs.delete("/m/dir", true), true);
    assert.equal(await fs.delete("/m/dir", true), false);
    assert.equal(await fs.exists("/m/dir"), false);
  });

  it("what cannot be done rejects with what, why and what to do", async () => {
    const { fs, cluster } = fixture;
    await fs.writeFile("/e/a", "a");
    const message = async (f: () => Promise<unknown>) => {
      const failure = await failureOf(f);
      assert.ok(failure instanceof InputOutputError, String(failure));
      return failure.message;
    };
    const none = /^Cannot read hdfs:.*\/e\/none: there is no such file or directory\.$/;
    assert.match(await message(() => fs.getFileStatus("/e/none")), none);
    assert.match(await message(() => fs.readFile("/e/none")), none);
    assert.match(await message(() => fs.listStatus("/e/none")), none);
    assert.equal(await fs.exists("/e/a/below"), false);
    assert.match(await message(() => fs.readFile("/e")), /^Cannot read .*\/e: /);
    assert.match(
      await message(() => fs.writeFile("/e/a", "b", { overwrite: false })),
      /^Cannot write .*\/e\/a: there is something by that name\.$/,
    );
    assert.equal(await fs.readFile("/e/a", "utf8"), "a");
    // In Hadoop, too, the empty path is none.
    for (const f of [
      () => fs.listStatus(""),
      () => fs.mkdirs(""),
      () => fs.delete("", true),
      () => fs.rename("/e/a", ""),
    ]) {
      await assert.rejects(f, { code: "BAD_ARGUMENT", message: /^FileSystem: path is '', / });
    }
    assert.match(await message(() => fs.mkdirs("/e/a/below")), /^Cannot write .*\/e\/a\/below: /);
    await asUser("stranger", async () => {
      const denied = /^User "stranger" may not write .*: Permission denied: user=stranger, access=WRITE/;
      assert.match(await message(() => FileSystem.get().writeFile("/e/b", "b")), denied);
      assert.match(await message(() => FileSystem.get().writeFile("/e/b", Buffer.alloc(20_000_000))), denied);
      assert.match(await message(() => FileSystem.get().delete("/e/a")), denied);
    });
    const rpc = FileSystem.get(cluster.root.replace("hdfs:", "webhdfs:"));
    assert.match(await message(() => rpc.exists("/")), /does not speak WebHDFS: .*Is it the NameNode's HTTP port/);
  });

  it("are there in closures, too", async () => {
    const { cluster } = fixture;
    const sizes = await withContext(
      "local[2]",
      async sc => {
        const root = cluster.root;
        await FileSystem.get(root).writeFile("/closures/a", "abc");
        return sc
          .parallelize(["/closures/a"], 1)
          .mapAsync(async name => (await FileSystem.get(root).readFile(name)).length)
          .collect();
      },
      { "spark.tspark.placement": "workers", "spark.tspark.closure.strict": "true" },
    );
    assert.deepEqual(sizes, [3]);
  });
});
