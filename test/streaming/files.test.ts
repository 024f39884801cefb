import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { type BatchInfo, Seconds, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { batchesOf, logOf, quietly, useDirectory, useSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const dir = useDirectory();
let count = 0;

/** A new directory, and a function that moves a file with such a text into it. */
function folder(): { readonly at: string; readonly put: (name: string, text: string | Buffer) => string } {
  const at = path.join(dir.path, `d${++count}`);
  mkdirSync(at);
  return {
    at,
    put(name, text) {
      const temporary = path.join(dir.path, `writing-${count}`);
      writeFileSync(temporary, text);
      renameSync(temporary, path.join(at, name));
      return path.join(at, name);
    },
  };
}

test("textFileStream gives the lines of files that appear, each file once", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    put("before.txt", "was there before");
    const batches = batchesOf(ssc.textFileStream(at));
    await ssc.start();
    await clock.advance(1000);
    put("a.txt", "a1\na2\n");
    put("b.txt", "b1");
    await clock.advance(1000);
    put("c.txt", "c1");
    put(".hidden", "no");
    await clock.advance(2000);
    assert.deepEqual([...batches.values()], [[], ["a1", "a2", "b1"], ["c1"], []]);
  }));

test("a file is taken once, however far a manual clock goes", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    const batches = batchesOf(ssc.textFileStream(at));
    await ssc.start();
    put("a.txt", "a");
    await clock.advance(200_000);
    assert.deepEqual([...batches.values()].flat(), ["a"]);
  }));

test("a file that is removed before it is read is left out, which is told, and the others are read", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    // The filter is asked between the listing and the reading.
    const batches = batchesOf(
      ssc.fileStream(at, file => {
        if (file.endsWith("gone.txt")) rmSync(file);
        return true;
      }),
    );
    await ssc.start();
    put("a.txt", "a");
    const gone = put("gone.txt", "gone");
    put("z.txt", "z");
    const lines = await logOf(() => clock.advance(1000));
    assert.deepEqual(lines, [`WARN FileInputDStream: file:${gone} was removed before it was read, and is left out`]);
    await clock.advance(1000);
    assert.deepEqual([...batches.values()], [["a", "z"], []]);
  }));

test("the files of a batch that could not be made belong to the next one", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    let isBroken = true;
    const read = (path: string) => {
      if (isBroken) throw new Error("not now");
      return ssc.sparkContext.textFile(path);
    };
    const batches = batchesOf(ssc.fileStream(at, undefined, true, read));
    await ssc.start();
    put("a.txt", "a");
    await quietly(() => clock.advance(1000));
    isBroken = false;
    await clock.advance(1000);
    assert.deepEqual([...batches.values()], [["a"]]);
  }));

test("what reads files, or says which count, is a function; what reads them gives an RDD", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    assert.throws(() => ssc.fileStream(at, "*.txt" as never), { code: "NOT_A_FUNCTION" });
    assert.throws(() => ssc.fileStream(at, undefined, "yes" as never), { code: "BAD_ARGUMENT" });
    assert.throws(() => ssc.fileStream(at, undefined, true, "text" as never), { code: "NOT_A_FUNCTION" });
    ssc.fileStream(at, undefined, true, (() => undefined) as never).print();
    await ssc.start();
    put("a.txt", "a");
    await quietly(() => clock.advance(1000));
    await assert.rejects(ssc.awaitTermination(), { code: "BAD_ARGUMENT", message: /what read returns is undefined/ });
  }));

test("a pattern stands for all directories that match, also for those that appear", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at } = folder();
    const add = (name: string, text: string) => {
      mkdirSync(path.join(at, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(at, name), text);
    };
    add("day1/before", "no");
    add("day-file", "no");
    const batches = batchesOf(ssc.textFileStream(path.join(at, "day*")));
    await ssc.start();
    add("day1/a", "1");
    add("night/b", "no");
    await clock.advance(1000);
    add("day2/a", "2");
    await clock.advance(1000);
    assert.deepEqual([...batches.values()], [["1"], ["2"]]);
  }));

test("the listener learns the files of a batch", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    const infos: BatchInfo[] = [];
    ssc.addStreamingListener({ onBatchCompleted: e => infos.push(e.batchInfo) });
    batchesOf(ssc.textFileStream(at));
    await ssc.start();
    const file = put("a,*.txt", "a1");
    await clock.advance(1000);
    const info = infos[0]!.streamIdToInputInfo.get(0)!;
    assert.deepEqual(info.metadata, { files: [`file:${file}`] });
    assert.equal(info.metadataDescription, `file:${file}`);
  }));

test("files with names that look like patterns are read as they are", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    const batches = batchesOf(ssc.textFileStream(at));
    await ssc.start();
    put("a,{b}*[c].txt", "odd name");
    await clock.advance(1000);
    assert.deepEqual([...batches.values()], [["odd name"]]);
  }));

test("a file older than the remember window is left out; one from the future waits", async () => {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const clock = new ManualClock(now);
  const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
  const { at, put } = folder();
  const batches = batchesOf(ssc.textFileStream(at));
  await ssc.start();
  const aged = (name: string, ms: number) => utimesSync(put(name, name), new Date(ms), new Date(ms));
  aged("old", now - 120_000);
  aged("recent", now - 30_000);
  aged("future", now + 3_600_000);
  await clock.advance(2000);
  await ssc.stop(false);
  assert.deepEqual([...batches.values()].flat(), ["recent"]);
});

test("fileStream takes a filter, files from before, and a reader", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    put("before.csv", "x,1");
    const rows = batchesOf(
      ssc.fileStream(
        at,
        p => p.endsWith(".csv"),
        false,
        p => ssc.sparkContext.textFile(p).map(line => line.split(",")),
      ),
    );
    await ssc.start();
    put("other.txt", "no");
    await clock.advance(1000);
    assert.deepEqual(rows.get(1000), [["x", "1"]]);
  }));

test("binaryRecordsStream cuts files into records", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    const records = batchesOf(ssc.binaryRecordsStream(at, 3).map(record => record.toString("latin1")));
    assert.throws(() => ssc.binaryRecordsStream(at, 0), { code: "BAD_RECORD_LENGTH" });
    await ssc.start();
    put("r.bin", Buffer.from("abcdef"));
    await clock.advance(1000);
    assert.deepEqual(records.get(1000), ["abc", "def"]);
    put("two.bin", Buffer.alloc(200_001, "xyz"));
    await clock.advance(1000);
    assert.deepEqual(new Set(records.get(2000)), new Set(["xyz"]));
    assert.equal(records.get(2000)!.length, 66_667);
    put("torn.bin", Buffer.from("abcd"));
    await quietly(() => clock.advance(1000));
    assert.match(ssc.failure!.message, /torn\.bin has 4 bytes, which is no multiple of the record length 3/);
  }));

test("a record may be longer than the pieces in which a file is read", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { at, put } = folder();
    const text = "abcdefg".repeat(100_000);
    const records = batchesOf(ssc.binaryRecordsStream(at, 350_000).map(record => record.toString("latin1")));
    await ssc.start();
    put("r.bin", Buffer.from(text));
    await clock.advance(1000);
    assert.ok(records.get(1000)!.join("") === text);
    assert.equal(records.get(1000)!.length, 2);
  }));

test("a directory that is not there is told once, and looked at when it appears", async () => {
  const at = path.join(dir.path, "later");
  const lines = await logOf(() =>
    withStream(spark.sc, async (ssc, clock) => {
      const batches = batchesOf(ssc.textFileStream(at));
      await ssc.start();
      await clock.advance(3000);
      mkdirSync(at);
      writeFileSync(path.join(at, "x"), "here now");
      await clock.advance(1000);
      assert.deepEqual(batches.get(4000), ["here now"]);
      rmSync(at, { recursive: true });
    }),
  );
  assert.equal(lines.filter(line => line.startsWith("WARN FileInputDStream: No directory to scan:")).length, 1);
});

test("a graceful stop takes files that have appeared", () =>
  withStream(spark.sc, async ssc => {
    const { at, put } = folder();
    const batches = batchesOf(ssc.textFileStream(at));
    await ssc.start();
    put("last.txt", "last");
    await ssc.stop(false, true);
    assert.deepEqual([...batches.values()].flat(), ["last"]);
  }));
