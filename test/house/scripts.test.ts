import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../helpers/refusal-of.js";

for (const name of ["hdfs", "kafka"]) {
  test(`npm run ${name}: a heap that Java would not take is refused before a server starts`, async () => {
    for (const heap of ["abc", "1024", "-1g", "8m", ""]) {
      const said = await refusalOf(name, "start", `--heap=${heap}`, "--dir", "/none");
      assert.equal(said, `2: --heap is ${heap}: it must be a size such as 256m or 1g, of 64m or more`);
    }
  });
}

test("npm run kafka: a port that is none is refused", async () => {
  assert.equal(await refusalOf("kafka", "start", "--port", "x"), "2: --port is x: it must be a port, 1 to 65535");
});
