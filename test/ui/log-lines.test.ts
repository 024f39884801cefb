// The lines of an event log, or of whatever else lies where event logs do.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { logLines } from "../../src/ui/history/log-lines.js";

const dir = mkdtempSync(path.join(tmpdir(), "tspark-lines-"));
after(() => rmSync(dir, { recursive: true, force: true }));

async function linesOf(content: string, longest?: number): Promise<string[]> {
  const file = path.join(dir, "log");
  writeFileSync(file, content);
  const handle = await open(file);
  try {
    const lines: string[] = [];
    for await (const some of logLines(handle, longest)) lines.push(...some);
    return lines;
  } finally {
    await handle.close();
  }
}

test("are what stands between line ends, however long", async () => {
  const line = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }).map(text => text.replaceAll("\n", "")),
    // Longer than what is read at a time, with characters of several bytes at its borders.
    fc.integer({ min: 250_000, max: 300_000 }).map(length => "ü".repeat(length)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.boolean(), async (lines, ended) => {
      const found = await linesOf(lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));
      // What follows the last line end is a line when there is something of it.
      const expected = !ended && lines.at(-1) === "" ? lines.slice(0, -1) : lines;
      assert.ok(found.length === expected.length && found.every((text, i) => text === expected[i]));
    }),
    { numRuns: 40 },
  );
});

test("that are longer than allowed are left out, wherever they stand", async () => {
  const long = "x".repeat(600_000);
  assert.deepEqual(await linesOf(`a\n${long}\nb\n${long}`, 500_000), ["a", "b"]);
  assert.deepEqual(await linesOf(long, 500_000), []);
  assert.deepEqual(await linesOf("12345\n123456\n", 5), ["12345"]);
});
