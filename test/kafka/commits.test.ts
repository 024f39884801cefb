// The order in which offsets are committed, whatever becomes of a request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CommitQueue } from "../../src/connectors/kafka/commit-queue.js";
import { signal } from "../streaming/helpers/streams.js";

const at = (partition: number, offset: number) => ({ topic: "t", partition, offset });

test("a commit waits for the one before, and what waits goes together, the highest offset of each partition", async () => {
  const [first, others] = [signal(), signal()];
  const sent: string[] = [];
  const queue = new CommitQueue(async offsets => {
    sent.push(offsets.map(o => `${o.partition}:${o.offset}`).join(" "));
    await (sent.length === 1 ? first : others).promise;
  });
  const one = queue.commit([at(0, 5), at(1, 5)]);
  await Promise.resolve();
  const later = [[at(0, 9)], [at(0, 7), at(2, 1)], [], [at(1, 6)]].map(offsets => queue.commit(offsets));
  assert.deepEqual(sent, ["0:5 1:5"]);
  first.resolve();
  others.resolve();
  await Promise.all([one, ...later]);
  assert.deepEqual(sent, ["0:5 1:5", "0:9 2:1 1:6"]);
});

test("one that fails rejects for those who asked for it, and the next goes on", async () => {
  let count = 0;
  const queue = new CommitQueue(async () => {
    if (++count === 1) throw new Error("away");
  });
  const failed = queue.commit([at(0, 1)]);
  await Promise.resolve();
  const next = queue.commit([at(0, 2)]);
  await assert.rejects(failed, /away/);
  await next;
  assert.equal(count, 2);
});
