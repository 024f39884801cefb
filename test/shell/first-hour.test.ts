import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { runPage } = (await import(pathToFileURL(path.resolve("scripts/first-hour.mjs")).href)) as {
  runPage(page: string): Promise<{ readonly page: string }>;
};

test("docs/first-hour.md: what is typed gives what the page says", { timeout: 600_000 }, async () => {
  const page = readFileSync("docs/first-hour.md", "utf8");
  assert.equal((await runPage(page)).page, page);
});
