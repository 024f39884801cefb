import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { WriteAheadLog, type WriteAheadLogSettings } from "../../src/streaming/receiver/write-ahead-log.js";
import { logOf, useDirectory } from "./helpers/streams.js";

const temporary = useDirectory();
let directories = 0;
const newDirectory = () => path.join(temporary.path, `log-test-${++directories}`);

const SETTINGS: WriteAheadLogSettings = { rollingInterval: 60_000, maxFailures: 3, closeFileAfterWrite: false };
/** A segment for each write. */
const CLOSING = { ...SETTINGS, closeFileAfterWrite: true };

async function opened(directory: string, settings = SETTINGS): Promise<WriteAheadLog> {
  const log = new WriteAheadLog(directory, settings);
  await log.open();
  return log;
}

async function textsOf(log: WriteAheadLog, from: number, until?: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const payload of log.read(from, until)) texts.push(payload.toString());
  return texts;
}

const records = (...texts: string[]) => texts.map(text => Buffer.from(text));

test("records are numbered through all files, and are there for the next process", async () => {
  const directory = newDirectory();
  const log = await opened(directory, CLOSING);
  await log.append(records("a", "b"));
  await log.append(records("c"));
  await log.close();
  const again = await opened(directory);
  assert.equal(again.next, 3);
  await again.append(records("d"));
  assert.deepEqual(await textsOf(again, 0), ["a", "b", "c", "d"]);
  assert.deepEqual(await textsOf(again, 1, 3), ["b", "c"]);
  assert.deepEqual(readdirSync(directory), ["log-0000000000", "log-0000000002", "log-0000000003"]);
  await again.close();
});

test("wherever the last file is cut, every record that is whole is read, and writing goes on behind them", async () => {
  const lists = fc.array(fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(lists, fc.nat(), fc.constantFrom("cut", "zeros"), async (writes, where, damage) => {
      const directory = newDirectory();
      const log = await opened(directory);
      for (const texts of writes) await log.append(records(...texts));
      await log.close();
      const file = path.join(directory, "log-0000000000");
      const { size } = statSync(file);
      const at = where % (size + 1);
      if (damage === "cut") truncateSync(file, at);
      else writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, at), Buffer.alloc(size - at)]));
      const all = writes.flat();
      let end = 5;
      const whole = all.filter(text => {
        end += 8 + Buffer.byteLength(text);
        return end <= at;
      });
      const again = await opened(directory);
      // A record whose last bytes are zeros anyway is whole, however the file was damaged.
      const left = all.slice(0, again.next);
      assert.ok(left.length >= whole.length);
      assert.deepEqual(await textsOf(again, 0), left);
      await again.append(records("after"));
      const once = await opened(directory);
      assert.deepEqual(await textsOf(once, 0), [...left, "after"]);
      await again.close();
    }),
    { numRuns: 60, seed: 5 },
  );
});

test("damage before the end is told: an error for a batch that needs it, a line for who reads on", async () => {
  const directory = newDirectory();
  const log = await opened(directory, CLOSING);
  await log.append(records("a", "b"));
  await log.append(records("c"));
  const first = path.join(directory, "log-0000000000");
  const bytes = readFileSync(first);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(first, bytes);
  await assert.rejects(textsOf(log, 0, 3), { code: "LOG_DAMAGED", message: /records 1 to 1 of a batch/ });
  let rest: string[] = [];
  const lines = await logOf(async () => {
    rest = await textsOf(log, 0);
  });
  assert.deepEqual(rest, ["a", "c"]);
  assert.match(lines.join("\n"), /ERROR WriteAheadLog: .*log-0000000000 is damaged: records 1 to 1 are lost/);
  await assert.rejects(textsOf(log, 2, 9), { code: "LOG_DAMAGED", message: /records 3 to 8/ });
});

test("files that hold nothing but what is needed no more are removed", async () => {
  const directory = newDirectory();
  const log = await opened(directory, CLOSING);
  for (const text of ["a", "b", "c"]) await log.append(records(text));
  await log.prune(1);
  assert.deepEqual(await textsOf(log, 1), ["b", "c"]);
  await log.prune(99);
  assert.deepEqual(readdirSync(directory), ["log-0000000002"]);
});

test("a file that is old enough is followed by another one", async () => {
  const directory = newDirectory();
  const log = await opened(directory, { ...SETTINGS, rollingInterval: 0 });
  await log.append(records("a"));
  await log.append(records("b"));
  assert.equal(readdirSync(directory).length, 2);
  await log.close();
});

test("a write that fails is tried again, as often as it may, then it is an error", async () => {
  const directory = newDirectory();
  const log = await opened(directory, { ...SETTINGS, maxFailures: 1 });
  await log.append(records("a"));
  await log.close();
  // A file where the directory was: nothing can be written any more.
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "");
  const lines = await logOf(() =>
    assert.rejects(log.append(records("b")), { code: "LOG_NOT_WRITTEN", message: /in 2 attempts/ }),
  );
  assert.equal(lines.length, 1);
  rmSync(directory);
  await log.append(records("b"));
  assert.equal(log.next, 2);
  await log.close();
});
