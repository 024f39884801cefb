// Streams that are kept on a real HDFS: processes that are killed at any moment go on from there.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, it } from "node:test";
import { Seconds, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { withContext } from "../core/with-context.js";
import { killCounter, killReceiver } from "../streaming/helpers/kill-runs.js";
import { batchesOf, logOf } from "../streaming/helpers/streams.js";
import { describeWithHdfs } from "./real-hdfs.js";

describeWithHdfs("a stream that is kept on HDFS", fixture => {
  const directory = mkdtempSync(path.join(tmpdir(), "tspark-hdfs-kept-"));
  after(() => rmSync(directory, { recursive: true, force: true }));

  it("goes on with the exact state, window and positions when it was killed", () =>
    killCounter({ directory, checkpoints: `${fixture.cluster.root}/kept/counter`, kills: 2 }));

  it("loses nothing that a receiver has acknowledged", () =>
    killReceiver({ directory, checkpoints: "hdfs:/kept/receiver", kills: 2, acknowledged: 60 }));

  it("goes on while its checkpoints cannot be written, which is told, and goes on from those that are written after that", async () => {
    const { cluster } = fixture;
    const clock = new ManualClock();
    /** The state after each batch; `body` runs the batches. */
    const counts = (body: () => Promise<void>) =>
      withContext("local[1]", async sc => {
        let found = new Map<number, [string, number][]>();
        const create = () => {
          const made = new StreamingContext(sc, Seconds(1), { clock });
          const words = made.queueStream([], true, sc.parallelize(["a"], 1));
          const pairs = words.map((word): [string, number] => [word, 1]);
          found = batchesOf(pairs.updateStateByKey((ones: number[], n: number | undefined) => (n ?? 0) + ones.length));
          return made;
        };
        const ssc = await StreamingContext.getOrCreate("hdfs:///kept/away", create, { clock });
        await ssc.start();
        await body();
        await ssc.stop(false);
        return [...found].map(([time, [state]]) => [time, state![1]]);
      });
    const lines = await logOf(async () => {
      const found = await counts(async () => {
        await clock.advance(1000);
        await cluster.killDataNode();
        await clock.advance(1000);
        await cluster.restartDataNode();
        await clock.advance(1000);
      });
      assert.deepEqual(found, [
        [1000, 1],
        [2000, 2],
        [3000, 3],
      ]);
    });
    assert.match(lines.join("\n"), /WARN Checkpoint: The checkpoint could not be written; the one before holds/);
    assert.deepEqual(await counts(() => clock.advance(1000)), [[4000, 4]]);
  });
});
