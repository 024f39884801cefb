import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { FileSystem } from "../../../src/core/io/file-system.js";
import { locate, registerFileSystem } from "../../../src/core/io/file-systems.js";
import { listInputFiles } from "../../../src/core/io/input-files.js";
import { LineSplitter } from "../../../src/core/io/line-splitter.js";
import { readLines, readWhole } from "../../../src/core/io/read-lines.js";
import { type FileSplit, textSplits } from "../../../src/core/io/splits.js";
import { temporaryDirectory, writeFiles } from "./temporary-directory.js";

const dir = temporaryDirectory();

async function lines(split: FileSplit): Promise<string[]> {
  const out: string[] = [];
  for await (const chunk of readLines(split)) out.push(...chunk);
  return out;
}

async function linesOf(file: string, minPartitions = 1): Promise<string[][]> {
  return Promise.all(textSplits(listInputFiles(path.join(dir, file)), minPartitions).map(lines));
}

/** What the whole text's lines are, by Hadoop's rule. */
function model(text: string): string[] {
  const out = text.split(/\r\n|\n|\r/);
  if (out.at(-1) === "") out.pop();
  return out;
}

/** The local file system, read asynchronously and in pieces of three bytes, as a remote one might be. */
const local = locate("/").fs;
const slow: FileSystem = Object.assign(Object.create(local) as FileSystem, {
  scheme: "slow",
  qualify: (p: string) => `slow:${p}`,
  async *read(p: string, from?: number, to?: number) {
    for (const piece of local.read(p, from, to) as Iterable<Uint8Array>) {
      for (let i = 0; i < piece.length; i += 3) yield Buffer.from(piece.subarray(i, i + 3));
    }
  },
});
registerFileSystem("slow", slow);

test("line ends: \\n, \\r\\n, a lone \\r; empty lines stay; the last line needs no end", async () => {
  writeFiles(dir, { "ends.txt": "a\nb\r\nc\rd\n\n\r\n\re" });
  assert.deepEqual(await linesOf("ends.txt"), [["a", "b", "c", "d", "", "", "", "e"]]);
  writeFiles(dir, { "none.txt": "\n" });
  assert.deepEqual(await linesOf("none.txt"), [[""]]);
});

test("UTF-8, with what is none replaced; a byte order mark is left out", async () => {
  writeFiles(dir, {
    "utf8.txt": Buffer.concat([Buffer.from("\ufeffäß€😀\n"), Buffer.from([0x61, 0xff, 0x62, 0x0a]), Buffer.from("z")]),
  });
  assert.deepEqual(await linesOf("utf8.txt"), [["äß€😀", "a\ufffdb", "z"]]);
});

test("each split has the lines that begin within it, and none is lost", async () => {
  writeFiles(dir, { "splits.txt": "aa\nbb\ncc\ndd\n" });
  assert.deepEqual(await linesOf("splits.txt", 2), [["aa", "bb", "cc"], ["dd"]]);
  assert.deepEqual(await linesOf("splits.txt", 12), [["aa"], [], ["bb"], [], [], ["cc"], [], [], ["dd"], [], [], []]);
});

test("any text, in any splits, sync and async, gives its lines in order", async () => {
  const piece = fc.oneof(fc.constantFrom("\n", "\r", "\r\n", "a", "bc", "é", "😀", ""), fc.string({ maxLength: 5 }));
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), async (pieces, n) => {
      const text = pieces.join("").replace(/^\ufeff+/, "");
      writeFiles(dir, { "any.txt": text });
      const expected = model(Buffer.from(text).toString());
      const files = listInputFiles(path.join(dir, "any.txt"));
      const splits = textSplits(files, n);
      assert.deepEqual((await Promise.all(splits.map(lines))).flat(), expected);
      const remote = splits.map(s => ({ ...s, path: s.path.replace("file:", "slow:") }));
      assert.deepEqual(await Promise.all(remote.map(lines)), await Promise.all(splits.map(lines)));
    }),
    { numRuns: 200 },
  );
});

test("pieces of any size give the same lines", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("\n", "\r", "\r\n", "x", "é")),
      fc.integer({ min: 1, max: 5 }),
      (parts, size) => {
        const bytes = Buffer.from(parts.join(""));
        const splitter = new LineSplitter("x");
        const out: string[] = [];
        for (let i = 0; i < bytes.length; i += size) out.push(...splitter.push(bytes.subarray(i, i + size)));
        assert.deepEqual([...out, ...splitter.end()], model(parts.join("")));
      },
    ),
  );
});

test("a large file, larger than any piece that is read", async () => {
  const expected = Array.from({ length: 300_000 }, (_, i) => (i % 1000 === 0 ? `ü${i}` : `line ${i}`));
  writeFiles(dir, { "large.txt": `${expected.join("\n")}\n` });
  assert.deepEqual((await linesOf("large.txt", 7)).flat(), expected);
  writeFiles(dir, { "long.txt": `${"x".repeat(3_000_000)}\ny` });
  assert.deepEqual(
    (await linesOf("long.txt", 3)).flat().map(l => l.length),
    [3_000_000, 1],
  );
});

test("reading stops when no more is asked for", () => {
  let bytes = 0;
  const split = textSplits(listInputFiles(path.join(dir, "large.txt")), 1)[0]!;
  for (const chunk of readLines(split, n => (bytes += n)) as Iterable<string[]>) if (chunk.length > 0) break;
  assert.ok(bytes <= 64 * 1024, String(bytes));
});

test(".gz, also of several members, and .deflate are one split", async () => {
  writeFiles(dir, {
    "a.gz": Buffer.concat([gzipSync("a\nb\n"), gzipSync("c\n")]),
    "b.deflate": deflateSync("x\ny"),
  });
  assert.deepEqual(await linesOf("a.gz", 5), [["a", "b", "c"]]);
  assert.deepEqual(await linesOf("b.deflate", 5), [["x", "y"]]);
});

test("a damaged .gz is an error that names it", async () => {
  writeFiles(dir, { "bad.gz": "no gzip", "cut.gz": gzipSync("abc".repeat(1000)).subarray(0, 20) });
  await assert.rejects(linesOf("bad.gz"), /bad\.gz is damaged: incorrect header check/);
  await assert.rejects(linesOf("cut.gz"), /cut\.gz is damaged: unexpected end of file/);
});

test("a file that vanished before it was read is an error that names it", async () => {
  await assert.rejects(
    lines({ path: `file:${dir}/gone.txt`, start: 0, length: 5 }),
    /^InputOutputError: Cannot read file:.*gone\.txt: there is no such file/,
  );
  await assert.rejects(lines({ path: `file:${dir}/gone.gz`, start: 0, length: 5 }), /gone\.gz: there is no such file/);
});

test("whole files, decompressed or as they are", async () => {
  writeFiles(dir, { "w.txt": "ä\r\nb", "w.gz": gzipSync("zipped") });
  assert.equal((await readWhole(`${dir}/w.txt`, { decompress: true })).toString(), "ä\r\nb");
  assert.equal((await readWhole(`${dir}/w.gz`, { decompress: true })).toString(), "zipped");
  assert.deepEqual(await readWhole(`${dir}/w.gz`, { decompress: false }), gzipSync("zipped"));
});
