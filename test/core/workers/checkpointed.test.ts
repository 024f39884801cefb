import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { kindsOfNodes } from "../kinds-of-nodes.js";
import { withContext } from "../with-context.js";

const directory = mkdtempSync(path.join(tmpdir(), "tspark-checkpointed-"));
after(() => rmSync(directory, { recursive: true, force: true }));

for (const placement of ["auto", "workers"]) {
  for (const how of ["checkpoint", "localCheckpoint"] as const) {
    test(`every kind of RDD is used further after ${how} (placement ${placement})`, () =>
      withContext(
        "local[2]",
        async sc => {
          sc.setCheckpointDir(directory);
          for (const [name, derive] of Object.entries(kindsOfNodes(sc))) {
            const pairs: [number, number][] = [
              [1, 2],
              [3, 4],
              [1, 6],
            ];
            const rdd = derive(sc.parallelize(pairs, 2));
            rdd[how]();
            const before = await rdd.collect();
            assert.equal(rdd.isCheckpointed, true, name);
            assert.deepEqual(await rdd.collect(), before, name);
            assert.deepEqual(await rdd.map(x => x).collect(), before, name);
            assert.equal(await rdd.union(rdd).repartition(2).count(), 2 * before.length, name);
          }
        },
        { "spark.tspark.placement": placement },
      ));
  }
}
