import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { E } from "../../../src/core/io/errors.js";
import type { FileSystem } from "../../../src/core/io/file-system.js";
import { locate, registerFileSystem } from "../../../src/core/io/file-systems.js";
import { listInputFiles } from "../../../src/core/io/input-files.js";
import { temporaryDirectory, writeFiles } from "./temporary-directory.js";

const dir = temporaryDirectory();
writeFiles(dir, {
  "one.txt": "1",
  "two.txt": "22",
  "logs/b.log": "b",
  "logs/a.log": "a",
  "logs/_SUCCESS": "",
  "logs/.hidden": "x",
  "days/01/part-00000": "d1",
  "days/02/part-00000": "d2",
  "days/02/part-00001": "d3",
  "odd [1].txt": "odd",
  "empty/.keep": "",
});
const names = (paths: string) => listInputFiles(paths).map(f => path.relative(`file:${dir}`, f.path));

test("a file, a directory, a pattern, a list", () => {
  assert.deepEqual(names(`${dir}/one.txt`), ["one.txt"]);
  assert.deepEqual(names(`file:${dir}/one.txt`), ["one.txt"]);
  assert.deepEqual(names(`file://${dir}/one.txt`), ["one.txt"]);
  assert.deepEqual(names(path.relative(process.cwd(), `${dir}/one.txt`)), ["one.txt"]);
  assert.deepEqual(names(`${dir}/logs`), ["logs/a.log", "logs/b.log"]);
  assert.deepEqual(names(`${dir}/logs/`), ["logs/a.log", "logs/b.log"]);
  assert.deepEqual(names(`${dir}/*.txt`), ["odd [1].txt", "one.txt", "two.txt"]);
  assert.deepEqual(names(`${dir}/{two,one}.txt`), ["one.txt", "two.txt"]);
  assert.deepEqual(names(`${dir}/two.txt, ${dir}/one.txt`), ["two.txt", "one.txt"]);
  assert.deepEqual(names(`${dir}/days/*`), ["days/01/part-00000", "days/02/part-00000", "days/02/part-00001"]);
  assert.deepEqual(names(`${dir}/days/0[12]/part-00000`), ["days/01/part-00000", "days/02/part-00000"]);
  assert.deepEqual(names(`${dir}/{days/01,logs}/*`), ["days/01/part-00000", "logs/a.log", "logs/b.log"]);
  assert.deepEqual(names(`${dir}/empty`), []);
});

test("hidden names are left out of directories and patterns, not when they are named", () => {
  assert.deepEqual(names(`${dir}/logs/*`), ["logs/a.log", "logs/b.log"]);
  assert.deepEqual(names(`${dir}/logs/.hidden`), ["logs/.hidden"]);
});

test("a name with the characters of a pattern is found as it is", () => {
  assert.deepEqual(names(`${dir}/odd [1].txt`), ["odd [1].txt"]);
});

test("length and modification time", () => {
  const [file] = listInputFiles(`${dir}/two.txt`);
  assert.equal(file!.length, 2);
  assert.ok(file!.modificationTime > 0);
});

test("what cannot be read is named", () => {
  assert.throws(() => listInputFiles(`${dir}/none.txt`), {
    name: "InputOutputError",
    message: `Input path does not exist: file:${dir}/none.txt. Check the path; a relative one begins at the working directory.`,
  });
  assert.throws(() => listInputFiles(`${dir}/one.txt/deeper`), /Input path does not exist/);
  assert.throws(
    () => listInputFiles("~/x"),
    /does not exist: file:.*\/~\/x\. .* ~ is not expanded: .* os\.homedir\(\)\.$/,
  );
  assert.throws(() => listInputFiles("$HOME/*.x"), / \$HOME is not expanded: .* process\.env\.HOME\.$/);
  assert.throws(() => listInputFiles("a~/b$"), /the working directory\.$/);
  assert.throws(() => listInputFiles(`${dir}/*.csv`), /Input Pattern file:.*\*\.csv matches 0 files/);
  assert.throws(() => listInputFiles(`${dir}/days`), /Not a file: file:.*days\/01/);
  assert.throws(() => listInputFiles(""), /The path is empty/);
  assert.throws(() => listInputFiles("s3://bucket/x"), /No FileSystem for scheme "s3".*file:/);
  assert.match(
    E.UNREADABLE("file:/x", Object.assign(new Error("EACCES"), { code: "EACCES" })).message,
    /^Cannot read file:\/x: permission denied/,
  );
});

test("locate", () => {
  assert.equal(locate("file:/a/../b").path, "/b");
  assert.equal(locate("file://localhost/a").path, "/a");
  assert.equal(locate("a:b").path, path.resolve("a:b"));
});

test("a scheme may have a file system for each authority, and one that is configured", () => {
  const local = locate("/").fs;
  registerFileSystem("many", (authority, text) =>
    Object.assign(Object.create(local) as FileSystem, {
      qualify: (p: string) => `${authority ?? "none"} ${text} ${p}`,
    }),
  );
  const shown = (text: string) => {
    const { fs, path } = locate(text);
    return fs.qualify(path);
  };
  assert.equal(shown("many://h:1/a/b"), "h:1 many://h:1/a/b /a/b");
  assert.equal(shown("MANY://h:1"), "h:1 MANY://h:1 /");
  assert.equal(shown("many:///a"), "none many:///a /a");
  assert.equal(shown("many:/a"), "none many:/a /a");
  assert.equal(shown("many://\\[::1\\]:1/a\\,b"), "[::1]:1 many://\\[::1\\]:1/a\\,b /a\\,b");
  assert.throws(() => locate("many:a"), {
    code: "NO_ABSOLUTE_PATH",
    message: /^Relative path in absolute URI: many:a\. .* many:\/a in the configured file system/,
  });
});
