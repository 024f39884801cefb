// A server in the driver's own thread can only answer while that goes on: jobs and batches do not hold it up.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { type SparkContext, StorageLevel } from "tspark";
import { copyToLocal } from "../../src/connectors/hdfs/copy-to-local.js";
import { openHdfsWith } from "../../src/connectors/hdfs/open-hdfs.js";
import { temporaryDirectory } from "../core/io/temporary-directory.js";
import { withContext } from "../core/with-context.js";
import { batchesOf, withStream } from "../streaming/helpers/streams.js";
import { type Asked, BRIEF, type FakeServer, json, refuse, serve, single } from "./fake-server.js";

/** An HDFS in memory, NameNode and DataNode at once: a directory is what other names begin with, or what was made. */
async function memoryHdfs(): Promise<FakeServer> {
  const files = new Map<string, Buffer | undefined>([["/", undefined]]);
  const written = new Map<string, number>();
  const status = (path: string, pathSuffix = "") => ({
    pathSuffix,
    type: files.get(path) === undefined ? "DIRECTORY" : "FILE",
    length: files.get(path)?.length ?? 0,
    modificationTime: written.get(path) ?? 0,
    blockSize: files.get(path) === undefined ? 0 : 10,
  });
  const make = (path: string): void => {
    if (path === "" || files.has(path)) return;
    files.set(path, undefined);
    make(path.slice(0, path.lastIndexOf("/")));
  };
  const inside = (path: string) => (path === "/" ? path : `${path}/`);
  const below = (path: string) => [...files.keys()].filter(f => f.length > 1 && f.startsWith(inside(path)));
  const server = await serve(async ({ op, path, parameters, request, response }: Asked) => {
    const data = parameters.get("data") !== null;
    const here = `http://${server.address}${new URL(request.url!, "http://x").pathname}?${parameters}&data=true`;
    if (op === "MKDIRS") make(path);
    else if (op === "CREATE" && data) {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      make(path);
      files.set(path, Buffer.concat(pieces));
      written.set(path, Date.now());
      return response.writeHead(201).end();
    } else if (op === "CREATE") return json(response, { Location: here });
    else if (!files.has(path)) return refuse(response, "FileNotFoundException", `File ${path} does not exist`, 404);
    else if (op === "GETFILESTATUS") return json(response, { FileStatus: status(path) });
    else if (op === "LISTSTATUS_BATCH") return refuse(response, "IllegalArgumentException", op, 400);
    else if (op === "LISTSTATUS") {
      const names = below(path).map(f => f.slice(inside(path).length));
      const FileStatus = names.filter(name => !name.includes("/")).map(name => status(inside(path) + name, name));
      return json(response, { FileStatuses: { FileStatus } });
    } else if (op === "OPEN" && data) {
      const from = Number(parameters.get("offset"));
      return response.end(files.get(path)!.subarray(from, from + Number(parameters.get("length") ?? 1e9)));
    } else if (op === "OPEN") {
      const offset = Number(parameters.get("offset"));
      const out = offset > 0 && offset >= files.get(path)!.length;
      return out ? refuse(response, "IOException", "out of the range") : json(response, { Location: here });
    } else if (op === "RENAME" || op === "DELETE") {
      for (const old of [path, ...below(path)]) {
        if (op === "RENAME") files.set(parameters.get("destination") + old.slice(path.length), files.get(old));
        files.delete(old);
      }
    }
    return json(response, { boolean: true });
  });
  return server;
}

const use = <T>(body: (sc: SparkContext, root: string) => Promise<T>, placement: string) =>
  withContext(
    "local[2]",
    async sc => {
      const { address } = await memoryHdfs();
      const fs = single(address);
      await fs.writeFile("/in/a.txt", "one\ntwo\nthree\nfour\n");
      await fs.writeFile("/in/b.txt", "five\n");
      return body(sc, fs.uri);
    },
    { "spark.tspark.placement": placement },
  );

for (const placement of ["driver", "workers"]) {
  it(`jobs, with tasks in ${placement}`, () =>
    use(async (sc, root) => {
      const all = ["one", "two", "three", "four", "five"];
      assert.deepEqual(await sc.textFile(`${root}/in`).collect(), all);
      assert.deepEqual(await sc.textFile(`${root}/in/*.txt`).take(1), ["one"]);
      assert.equal(
        await sc
          .textFile(`${root}/in`)
          .union(sc.textFile(`${root}/in/b.txt`))
          .persist(StorageLevel.MEMORY_ONLY)
          .count(),
        6,
      );
      assert.equal(await sc.wholeTextFiles(`${root}/in`).count(), 2);
      const lengths = sc.textFile(`${root}/in`).map((line): [number, number] => [line.length, 1]);
      assert.deepEqual((await lengths.reduceByKey((a, b) => a + b, 2).collect()).sort(), [
        [3, 2],
        [4, 2],
        [5, 1],
      ]);
      await lengths.saveAsTextFile(`${root}/out`);
      await lengths.saveAsObjectFile(`${root}/objects`);
      assert.equal(await sc.objectFile(`${root}/objects`).count(), 5);
      assert.equal(await sc.textFile(`${root}/out`).count(), 5);
      await assert.rejects(sc.textFile(`${root}/none`).count(), { code: "NO_SUCH_INPUT" });
      await assert.rejects(lengths.saveAsTextFile(`${root}/out`), { code: "OUTPUT_EXISTS" });
    }, placement));
}

it("batches", () =>
  use(
    (sc, root) =>
      withStream(sc, async (ssc, clock) => {
        const fs = single(new URL(root).host);
        const lines = ssc.textFileStream(`${root}/in`);
        lines.saveAsTextFiles(`${root}/batches/b`);
        const batches = batchesOf(lines);
        const matched = batchesOf(ssc.textFileStream(`${root}/i*`));
        await ssc.start();
        await clock.advance(1000);
        await fs.writeFile("/in/c.txt", "six\n");
        await fs.writeFile("/in/d.txt", "seven\n");
        await clock.advance(1000);
        assert.deepEqual([...batches.values()], [[], ["six", "seven"]]);
        assert.deepEqual([...matched.values()], [[], ["six", "seven"]]);
        assert.deepEqual(await sc.textFile(`${root}/batches/b-2000`).collect(), ["six", "seven"]);
      }),
    "driver",
  ));

it("a copy of many files that hold nothing shows that it goes on with each, and asks for each once", async () => {
  const server = await memoryHdfs();
  const fs = single(server.address);
  const names = ["a", "b", "c"];
  for (const name of names) await fs.writeFile(`/many/${name}`, "");
  await fs.writeFile("/many/below/d", "text");
  const { requests } = openHdfsWith(BRIEF, "webhdfs", server.address, "the test");
  const target = path.join(temporaryDirectory(), "many");
  const before = server.asked.length;
  let signs = 0;
  await copyToLocal(requests, "/many", target, () => signs++);
  assert.deepEqual(readdirSync(target).sort(), [...names, "below"].sort());
  assert.equal(readFileSync(path.join(target, "below/d"), "utf8"), "text");
  // Two directories, four files, and the bytes of one of these.
  assert.equal(signs, 7);
  assert.equal(server.asked.slice(before).filter(op => op === "GET GETFILESTATUS").length, 1);
});
