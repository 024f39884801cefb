// `put` of the local file system: a file is there whole or not at all.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { LocalFileSystem } from "../../../src/core/io/local-file-system.js";
import { namesIn, readWhole } from "../../../src/core/io/whole-files.js";
import { temporaryDirectory } from "./temporary-directory.js";

const dir = temporaryDirectory();
const fs = new LocalFileSystem();

test("it replaces a file, and what an earlier attempt has left beside it", async () => {
  const file = path.join(dir, "a");
  writeFileSync(`${file}.tmp`, "half of something that was longer");
  await fs.put(file, Buffer.from("first"));
  await fs.put(file, Buffer.alloc(3_000_000, "x"));
  assert.deepEqual(await readWhole(fs, file), Buffer.alloc(3_000_000, "x"));
  await fs.put(file, Buffer.alloc(0));
  assert.equal(readFileSync(file, "utf8"), "");
  assert.deepEqual(readdirSync(dir), ["a"]);
});

test("where it cannot be, what was there stays", async () => {
  const file = path.join(dir, "b");
  await fs.put(file, Buffer.from("before"));
  mkdirSync(`${file}.tmp`);
  await assert.rejects(fs.put(file, Buffer.from("after")), { code: "UNWRITABLE", message: /^Cannot write file:.*b: / });
  assert.equal(readFileSync(file, "utf8"), "before");
  assert.deepEqual(await namesIn(fs, path.join(dir, "none")), []);
});
