import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Time } from "tspark";
import { setPrintSink } from "../../src/streaming/output/print-batch.js";
import { saveBatchAsTextFile } from "../../src/streaming/output/save-batch.js";
import { useDirectory, useSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const dir = useDirectory();

test("print has Spark's layout, ten elements and then three dots", () =>
  withStream(spark.sc, async (ssc, clock) => {
    let printed = "";
    const undo = setPrintSink(text => {
      printed += `${text}\n`;
    });
    const elements = [["a", 1], "text", null, { x: 1 }, [["b", 2], 3], 6, 7, 8, 9, 10, 11];
    ssc
      .queueStream([spark.sc.parallelize(elements as unknown[], 3), spark.sc.parallelize([1, 2] as unknown[])])
      .print();
    await ssc.start();
    await clock.advance(2000);
    undo();
    assert.equal(
      printed,
      `-------------------------------------------
Time: 1000 ms
-------------------------------------------
(a,1)
text
null
{"x":1}
((b,2),3)
6
7
8
9
10
...

-------------------------------------------
Time: 2000 ms
-------------------------------------------
1
2

`,
    );
  }));

test("print(n) prints n, and an empty batch its time", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const printed: string[] = [];
    const undo = setPrintSink(text => printed.push(...text.split("\n").slice(3)));
    ssc.queueStream([spark.sc.parallelize([1, 2])]).print(1);
    await ssc.start();
    await clock.advance(2000);
    undo();
    assert.deepEqual(printed, ["1", "...", "", ""]);
  }));

test("saveAsTextFiles makes a directory a batch: prefix-TIME.suffix", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const prefix = path.join(dir.path, "out");
    const stream = ssc.queueStream([
      spark.sc.parallelize(
        [
          ["a", 1],
          ["b", 2],
        ],
        2,
      ),
    ]);
    stream.saveAsTextFiles(prefix, "txt");
    stream.saveAsTextFiles(`${prefix}-plain`);
    await ssc.start();
    await clock.advance(2000);
    assert.equal(ssc.failure, undefined);
    assert.deepEqual(
      readdirSync(`${prefix}-1000.txt`).filter(f => !f.startsWith(".")),
      ["_SUCCESS", "part-00000", "part-00001"],
    );
    assert.equal(readFileSync(`${prefix}-1000.txt/part-00000`, "utf8"), "(a,1)\n");
    assert.ok(existsSync(`${prefix}-plain-1000`) && existsSync(`${prefix}-plain-2000/_SUCCESS`));
  }));

test("a batch that is run again replaces its own directory", async () => {
  const prefix = path.join(dir.path, "again");
  await saveBatchAsTextFile(spark.sc.parallelize([1, 2, 3], 3), new Time(1000), prefix, "");
  await saveBatchAsTextFile(spark.sc.parallelize([4], 1), new Time(1000), prefix, "");
  assert.deepEqual(
    readdirSync(`${prefix}-1000`).filter(f => !f.startsWith(".")),
    ["_SUCCESS", "part-00000"],
  );
});

test("saveAsObjectFiles writes what objectFile reads", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const prefix = path.join(dir.path, "objects");
    ssc.queueStream([spark.sc.parallelize([{ x: 1 }, { x: 2 }])]).saveAsObjectFiles(prefix);
    await ssc.start();
    await clock.advance(1000);
    assert.equal(ssc.failure, undefined);
    assert.deepEqual(await spark.sc.objectFile(`${prefix}-1000`).collect(), [{ x: 1 }, { x: 2 }]);
  }));
