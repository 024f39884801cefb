import assert from "node:assert/strict";
import { test } from "node:test";
import { groupFiles, textSplits } from "../../../src/core/io/splits.js";

const file = (name: string, length: number) => ({ path: `file:/d/${name}`, length, modificationTime: 0 });
const shown = (splits: ReturnType<typeof textSplits>) => splits.map(s => `${s.path.slice(8)}:${s.start}+${s.length}`);

test("splits as Hadoop makes them", () => {
  assert.deepEqual(shown(textSplits([file("a", 10)], 2)), ["a:0+5", "a:5+5"]);
  assert.deepEqual(shown(textSplits([file("a", 10)], 3)), ["a:0+3", "a:3+3", "a:6+3", "a:9+1"]);
  assert.deepEqual(shown(textSplits([file("a", 21)], 2)), ["a:0+10", "a:10+11"]);
  assert.deepEqual(shown(textSplits([file("a", 1)], 2)), ["a:0+1"]);
  assert.deepEqual(shown(textSplits([file("a", 30), file("b", 10)], 2)), ["a:0+20", "a:20+10", "b:0+10"]);
  assert.deepEqual(shown(textSplits([file("a", 0), file("b", 4)], 0)), ["b:0+4"]);
  assert.deepEqual(shown(textSplits([], 2)), []);
});

test("a block is the largest split, a compressed file is one, the least size is kept", () => {
  const mb = 1024 * 1024;
  assert.deepEqual(
    textSplits([file("a", 100 * mb)], 2).map(s => s.length / mb),
    [32, 32, 32, 4],
  );
  // A file that has blocks of its own is cut at those.
  assert.deepEqual(shown(textSplits([{ ...file("a", 25), blockSize: 10 }], 1)), ["a:0+10", "a:10+10", "a:20+5"]);
  assert.deepEqual(shown(textSplits([file("a.gz", 100 * mb)], 8)), [`a.gz:0+${100 * mb}`]);
  assert.deepEqual(shown(textSplits([file("a", 100)], 10, 60)), ["a:0+60", "a:60+40"]);
  assert.throws(() => textSplits([file("a.bz2", 5)], 1), /end in \.bz2 are compressed/);
});

test("whole files are grouped until a group is full", () => {
  const files = [file("a", 3), file("b", 3), file("c", 1), file("d", 9), file("e", 1)];
  assert.deepEqual(
    groupFiles(files, 5).map(g => g.map(f => f.length)),
    [[3, 3], [1, 9], [1]],
  );
});
