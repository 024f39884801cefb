import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { load } from "../../src/core/closure/load.js";
import { ship } from "../../src/core/closure/ship.js";
import { emptyFolder } from "./helpers/run-shell.js";
import { type SessionHarness, startSession } from "./session-harness.js";

let shell: SessionHarness;
before(async () => {
  const directory = emptyFolder();
  writeFileSync(
    path.join(directory, "beside.ts"),
    'import { Socket } from "node:net";\nexport const sock = new Socket();\nexport const k = 2;\nexport const inc = (x: number) => x + k;\n',
  );
  shell = await startSession({ directory });
  await shell.type('import * as beside from "./beside.js"');
  await shell.type('import * as T from "tspark"; import * as path from "node:path"');
});
after(() => shell.dispose());

/** The copy of a closure that was typed in an input of its own. */
async function shipped(closure: string): Promise<(x: number) => unknown> {
  assert.match(await shell.type(`const f = ${closure}`), /^f: /);
  return load<(x: number) => unknown>(ship(shell.session.get("f") as () => unknown).bytes);
}

test("of a namespace that an earlier input imported a closure captures what it uses: beside it is what cannot travel", async () => {
  assert.equal((await shipped("(x: number) => beside.inc(x) * beside.k"))(1), 6);
  assert.equal((await shipped("(x: number) => typeof T.SparkFiles.get"))(1), "function");
  assert.equal((await shipped("(x: number) => path.join('a', `${x}`)"))(1), "a/1");
});

test("a namespace that is used whole is captured whole", async () => {
  await assert.rejects(shipped("(x: number) => Object.keys(beside)"), /the closure -> beside\.sock is a Socket/);
});

test("a name that hides the namespace, or takes its place, is what it says", async () => {
  assert.equal((await shipped("(beside: number) => beside.toFixed(1)"))(1), "1.0");
  await shell.type("const beside = { k: 7 }");
  assert.equal((await shipped("(x: number) => beside.k + x"))(1), 8);
});
