import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { SparkConf, SparkContext } from "../../src/index.js";
import { type SessionHarness, startSession } from "./session-harness.js";

let folder: string;
let shell: SessionHarness;

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tspark-worker-stacks-"));
  SparkContext.getOrCreate(
    new SparkConf(false)
      .setMaster("local[2]")
      .setAppName("worker-stacks")
      .set("spark.ui.enabled", "false")
      .set("spark.tspark.placement", "workers"),
  );
  shell = await startSession({ directory: folder });
});
after(async () => {
  await shell.dispose();
  rmSync(folder, { recursive: true });
});

test("a closure of a file, and of what it imports, fails in a worker at its own line", async () => {
  write(
    "lib.ts",
    "export interface Q {\n  a: number;\n}\nexport function g(x: number): number {\n  throw new TypeError('g');\n}\n",
  );
  write(
    "err.ts",
    `import { g } from "./lib";
const rdd = sc.parallelize([1, 2, 3], 2);
function f(x: number) { if (x === 2) throw new TypeError("bad " + x); return x; }
class Odd { constructor(readonly x: number) { if (x === 3) throw new RangeError("odd"); } }
for (const h of [f, (x: number) => g(x), (x: number) => new Odd(x).x]) {
  await rdd.map(h).collect().catch(e => console.log(e.cause.stack.split("\\n").slice(0, 2).join("")));
}
`,
  );
  assert.deepEqual((await shell.runFile("err.ts")).replaceAll(folder + path.sep, "").split("\n"), [
    "TypeError: bad 2    at f (err.ts:3:44)",
    "TypeError: g    at g (lib.ts:5:9)",
    "RangeError: odd    at new Odd (err.ts:4:66)",
  ]);
});

test("a closure of a file that was loaded into the session does, too", async () => {
  write("loaded.ts", "interface A {\n  a: number;\n}\nconst hh = (x: number): number => { throw new Error('hh'); };\n");
  await shell.type(":load loaded.ts");
  assert.match(await shell.type("await sc.parallelize([1, 2], 2).map(hh).collect()"), /at hh \(loaded\.ts:4:43\)$/);
});
