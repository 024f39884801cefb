import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { setLogSink } from "../../src/core/log/logger.js";
import { History } from "../../src/shell/editor/history.js";
import { emptyFolder } from "./helpers/run-shell.js";

const newFile = () => path.join(emptyFolder(), ".tspark", "history");

/** What is warned about while `body` runs. */
function warnings(body: () => void): string[] {
  const lines: string[] = [];
  const undo = setLogSink(line => lines.push(line.replace(/^\S+ \S+ /, "").trimEnd()));
  try {
    body();
  } finally {
    undo();
  }
  return lines;
}

test("what is added is there in the next session, whatever characters it has", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({
          unit: fc.constantFrom("a", "\n", "\\", "n", "x", "1", "\t", "\x1b", "\r", "\0", "日", "👨‍👩‍👧", " "),
        }),
      ),
      entries => {
        const file = newFile();
        const first = new History(file);
        for (const entry of entries) first.add(entry);
        const told = warnings(() => assert.deepEqual(new History(file).entries, first.entries));
        assert.deepEqual(told, []);
      },
    ),
    { numRuns: 50 },
  );
});

test("several shells add to one file without loss", () => {
  const file = newFile();
  const shells = [new History(file), new History(file), new History(file)];
  for (let i = 0; i < 30; i++) shells[i % 3]!.add(`input ${i}`);
  assert.deepEqual(
    new History(file).entries,
    Array.from({ length: 30 }, (_, i) => `input ${i}`),
  );
});

test("a torn last line and lines that are no text: told once, the rest is there, and what follows is whole", () => {
  const file = newFile();
  mkdirSync(path.dirname(file));
  writeFileSync(
    file,
    Buffer.concat([Buffer.from("one\n\0\0\0\n"), Buffer.from([0xff, 0xfe, 10]), Buffer.from("two\nthre")]),
  );
  let history!: History;
  assert.deepEqual(
    warnings(() => {
      history = new History(file);
      history.add("four");
    }),
    [`WARN History: 2 lines of ${file} cannot be read as text and are left out.`],
  );
  assert.deepEqual(history.entries, ["one", "two", "thre", "four"]);
  assert.ok(readFileSync(file).includes("\nthre\nfour\n"));
});

test("a history that can neither be read nor written: told once each, the session remembers", () => {
  const file = newFile();
  mkdirSync(file, { recursive: true });
  const history = { entries: [] as readonly string[] };
  const told = warnings(() => {
    const unusable = new History(file);
    unusable.add("a");
    unusable.add("b");
    history.entries = unusable.entries;
  });
  assert.deepEqual(history.entries, ["a", "b"]);
  assert.deepEqual(told, [
    `WARN History: ${file} cannot be read (EISDIR): the history begins empty.`,
    `WARN History: ${file} cannot be written (EISDIR): what is typed is remembered for this session only.`,
  ]);
});
