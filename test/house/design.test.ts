import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ARROWS } from "./helpers/arrows.js";

const page = readFileSync("DESIGN.md", "utf8");

/** The rows of the first table behind a heading, without its head. */
function tableAfter(heading: string): string[][] {
  const lines = page.slice(page.indexOf(`## ${heading}\n`)).split("\n");
  const first = lines.findIndex(l => l.startsWith("|"));
  const rows = lines.slice(first, first + lines.slice(first).findIndex(l => !l.startsWith("|")));
  return rows.slice(2).map(r =>
    r
      .split("|")
      .slice(1, -1)
      .map(c => c.trim()),
  );
}

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(m => m[1]!);

test("DESIGN.md shows the arrows that the layers are held to", () => {
  const shown = tableAfter("Layers").map(([layer, may]) => [quoted(layer!)[0], quoted(may!).sort()]);
  assert.deepEqual(
    Object.fromEntries(shown),
    Object.fromEntries(Object.entries(ARROWS).map(([k, v]) => [k, [...v].sort()])),
  );
});

test("the file map names every folder of src that holds a file, and none that is not there", () => {
  const mapped = tableAfter("File map").flatMap(([folders]) => quoted(folders!));
  assert.deepEqual(
    mapped.filter(f => !existsSync(`src/${f}`)),
    [],
  );
  const folders = readdirSync("src", { recursive: true, encoding: "utf8" })
    .map(f => f.replaceAll("\\", "/"))
    .filter(f => f.endsWith(".ts") && f.includes("/"))
    .map(f => f.slice(0, f.lastIndexOf("/")));
  const unknown = [...new Set(folders)].filter(
    f => !mapped.some(m => f === m || (m.includes("/") && f.startsWith(`${m}/`))),
  );
  assert.deepEqual(unknown, []);
});

test("every file that DESIGN.md names exists", () => {
  const files = [...page.matchAll(/`((?:core|shell|streaming|connectors|ui|sql|testing)\/[\w/-]+\.ts)`/g)].map(
    m => m[1]!,
  );
  assert.deepEqual(
    files.filter(f => !existsSync(`src/${f}`)),
    [],
  );
});
