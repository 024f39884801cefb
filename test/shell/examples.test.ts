import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { emptyFolder, runShell } from "./helpers/run-shell.js";

const LINES = 100_000;
const WORDS = ["to", "be", "or", "not", "that", "is", "the", "question"];

/** A server on the loopback interface that sends the lines to its first client and closes. */
async function serveLines(): Promise<{ readonly port: number; readonly sent: Map<string, number> }> {
  const sent = new Map<string, number>();
  const lines: string[] = [];
  for (let i = 0; i < LINES; i++) {
    const words = Array.from({ length: 5 }, (_, k) => WORDS[(i * 7 + k * 13 + (i >> 3)) % WORDS.length]!);
    for (const word of words) sent.set(word, (sent.get(word) ?? 0) + 1);
    lines.push(words.join(" "));
  }
  const server = createServer(socket => {
    server.close();
    socket.end(`${lines.join("\n")}\n`);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, sent };
}

test("the word count from standard input counts exactly what a server sent before it closed, and ends with 0", async () => {
  const { port, sent } = await serveLines();
  const r = await runShell(["--quiet", "--conf", `spark.example.port=${port}`], {
    input: readFileSync("examples/word-count.ts", "utf8"),
  });
  const counted = new Map<string, number>();
  for (const [, word, n] of r.stdout.matchAll(/^\((.*),(\d+)\)$/gm)) {
    counted.set(word!, (counted.get(word!) ?? 0) + Number(n));
  }
  assert.deepEqual(counted, sent);
  assert.equal(r.code, 0, r.stderr);
});

test("the words of a file, most frequent first", async () => {
  const file = path.join(emptyFolder(), "text.txt");
  writeFileSync(file, "b a b\nc b a\n");
  const r = await runShell(["--quiet", path.resolve("examples/first-rdd.ts"), file]);
  assert.equal(r.stdout, "3\tb\n2\ta\n1\tc\n");
  assert.equal(r.code, 0, r.stderr);
});

test("a script with an error in the middle stops there, with 1", async () => {
  const r = await runShell(["--quiet"], { input: 'console.log("before")\nnull!.x\nconsole.log("after")\n' });
  assert.deepEqual([r.stdout, r.code], ["before\n", 1]);
});
