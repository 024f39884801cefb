import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, startContext } from "./harness.js";

test("of more than a hundred there are pages; what is forgotten is counted", async () => {
  const many = await startContext({ "spark.ui.retainedJobs": 120, "spark.ui.retainedStages": 110 });
  try {
    for (let i = 0; i < 150; i++) await many.parallelize([1], 1).count();
    const shown = async (path: string) => {
      const { body } = await ask(many, path);
      const ids = [...body.matchAll(/<td(?: class="t")?><a href="\/jobs\/job\/\?id=(\d+)"/g)].map(m => Number(m[1]));
      return { body, ids };
    };
    const first = await shown("/jobs/");
    assert.match(first.body, /Completed Jobs \(150, only showing 120\)/);
    assert.deepEqual([first.ids.length, first.ids[0], first.ids.at(-1)], [100, 149, 50]);
    const next = /Page 1 of 2 <a rel="next" href="([^"]*)#completed">Next<\/a>/.exec(first.body)![1]!;
    const second = await shown(next.replaceAll("&#38;", "&"));
    assert.deepEqual([second.ids.length, second.ids[0], second.ids.at(-1)], [20, 49, 30]);
    assert.match(second.body, /Page 2 of 2 <a rel="prev" /);
    for (const odd of ["999", "0", "-1", "x", "1e9"]) {
      assert.equal((await ask(many, `/jobs/?completed.page=${odd}`)).status, 200, odd);
    }
    assert.match((await ask(many, "/stages/")).body, /Completed Stages \(150, only showing 110\)/);
  } finally {
    await many.stop();
  }
});
