import assert from "node:assert/strict";
import { test } from "node:test";
import type { DStream } from "tspark";
import { setPrintSink } from "../../src/streaming/output/print-batch.js";
import { setStreamDisplay } from "../../src/streaming/output/stream-display.js";
import { useSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();

/** Runs a stream of these batches, a second each, with one output. */
async function run<T>(batches: readonly (readonly T[])[], output: (stream: DStream<T>) => void): Promise<void> {
  await withStream(spark.sc, async (ssc, clock) => {
    output(ssc.queueStream(batches.map(batch => spark.sc.parallelize(batch, 2))));
    await ssc.start();
    await clock.advance(batches.length * 1000);
    assert.equal(ssc.failure, undefined);
    await ssc.stop(false);
  });
}

/** The same, and what it prints where no display is set. */
async function printed<T>(batches: readonly (readonly T[])[], output: (stream: DStream<T>) => void): Promise<string> {
  let text = "";
  const undo = setPrintSink(t => {
    text += `${t}\n`;
  });
  try {
    await run(batches, output);
  } finally {
    undo();
  }
  return text;
}

test("live prints a table a batch, as Spark's show does", async () => {
  const batches: [string, number][][] = [
    [
      ["hello", 3],
      ["a word that is longer than that", 12],
      ["日本", 1],
    ],
    [],
  ];
  assert.equal(
    await printed(batches, stream => stream.live(2)),
    `-------------------------------------------
Time: 1000 ms
-------------------------------------------
+--------------------+---+
|                  _1| _2|
+--------------------+---+
|               hello|  3|
|a word that is lo...| 12|
+--------------------+---+
only showing the first 2 of 3 rows

-------------------------------------------
Time: 2000 ms
-------------------------------------------
+-----+
|value|
+-----+
+-----+

`,
  );
});

test("live has a column a key of objects, and one column of anything else", async () => {
  const table = (text: string) => text.split("\n").slice(3, -2);
  assert.deepEqual(
    table(
      await printed(
        [
          [
            { id: 1, tags: ["x"] },
            { id: 2, more: "two\nlines" },
          ],
        ],
        s => s.live(),
      ),
    ),
    [
      "+---+----+----------+",
      "| id|tags|      more|",
      "+---+----+----------+",
      "|  1| (x)|          |",
      "|  2|    |two\\nlines|",
      "+---+----+----------+",
    ],
  );
  assert.deepEqual(table(await printed([[1, "日本", [2, 3]]], s => s.live())), [
    "+-----+",
    "|value|",
    "+-----+",
    "|    1|",
    "| 日本|",
    "|(2,3)|",
    "+-----+",
  ]);
});

test("plot prints a line a batch, with the mean of its numbers and a bar", async () => {
  assert.equal(
    await printed([[1, 2, 3], [], [0.5, 0.5], [-4]], stream => stream.plot()),
    `Time: 1000 ms  2 ${"*".repeat(40)}
Time: 2000 ms  -
Time: 3000 ms  0.5 ${"*".repeat(10)}
Time: 4000 ms  -4 ${"*".repeat(40)}
`,
  );
});

test("a display that is set gets the batches, under the place of the call, and hears of the end", async () => {
  const seen: unknown[] = [];
  const view = (kind: string) => (title: string) => {
    seen.push([kind, title.replace(/ at .*stream-display\.test.*/, "")]);
    return {
      show: ({ time, ...batch }: { time: { milliseconds: number } }) => seen.push([time.milliseconds, batch]),
      end: () => seen.push("end"),
    };
  };
  const undo = setStreamDisplay({ table: view("table"), plot: view("plot") });
  try {
    await run([["a", "b", "c"]], stream => stream.live(1));
    await run([[1, 2]], stream => stream.plot());
  } finally {
    undo();
  }
  assert.deepEqual(seen, [
    ["table", "live"],
    [1000, { elements: ["a"], count: 3 }],
    "end",
    ["plot", "plot"],
    [1000, { value: 1.5 }],
    "end",
  ]);
});

test("a batch is computed once, also when more is in it than is shown", async () => {
  const computed = spark.sc.longAccumulator("computed");
  await printed([[1, 2, 3, 4, 5]], stream =>
    stream
      .map(x => {
        computed.add(1);
        return x;
      })
      .live(2),
  );
  assert.equal(computed.value, 5);
});
