import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { setLogSink } from "../../src/core/log/logger.js";
import { cacheFolder } from "../../src/pack/cache-folder.js";
import { RemoteTypeService } from "../../src/shell/types/remote-type-service.js";
import { TypeSnapshot } from "../../src/shell/types/type-snapshot.js";

const PACKAGE = pathToFileURL(path.resolve("dist/shell.js")).href;
let folder: string;
let snapshot: TypeSnapshot;

/** Runs the program that makes the snapshot; resolves with its exit code. */
function make(cache: string): Promise<number | null> {
  const child = spawn(process.execPath, [path.resolve("dist/type-snapshot.cjs")], {
    env: { ...process.env, TSPARK_CACHE_DIR: cache },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise(resolve => child.on("exit", resolve));
}

/** Starts a service, asks it something that needs the user's folder, and gives the answer and what was logged. */
async function ask(options: { readonly snapshot: TypeSnapshot | undefined; readonly directory?: string }) {
  const logged: string[] = [];
  const unhook = setLogSink(line => logged.push(line));
  const service = new RemoteTypeService({ directory: options.directory ?? folder, snapshot: options.snapshot });
  try {
    const answer = await service.typeOf('(await import("./beside")).beside');
    return { answer, fromSnapshot: service.fromSnapshot, logged };
  } finally {
    await service.dispose();
    unhook();
  }
}

const TYPED = { status: "typed", type: "Map<string, number>" };

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tspark-snapshot-"));
  writeFileSync(path.join(folder, "beside.ts"), 'export const beside = new Map([["a", 1]]);\n');
  snapshot = TypeSnapshot.find(folder, PACKAGE)!;
  // Two shells that start for the first time at the same moment.
  await Promise.all([make(folder), make(folder)]);
});
after(() => rmSync(folder, { recursive: true }));

test("makers at the same time leave one whole blob and nothing else", () => {
  assert.deepEqual(
    readdirSync(folder).filter(name => name !== "beside.ts" && !name.startsWith("code-")),
    [path.basename(snapshot.file)],
  );
  assert.match(path.basename(snapshot.file), new RegExp(`-v?${process.versions.node}-.*-${process.arch}-`));
});

test("a service that starts from it works in the folder of its own shell, and says nothing", async () => {
  assert.deepEqual(await ask({ snapshot }), { answer: TYPED, fromSnapshot: true, logged: [] });
});

test("without types checked, too", async () => {
  const service = new RemoteTypeService({ directory: folder, transpileOnly: true, snapshot });
  const cell = await service.compile('const n: number = "a"');
  await service.dispose();
  assert.equal(cell.status, "compiled");
});

for (const [what, spoil] of [
  ["torn", (file: string) => truncateSync(file, 1_000_000)],
  ["not a blob at all", (file: string) => writeFileSync(file, "not a blob")],
] as const) {
  test(`a blob that is ${what} is thrown away without a word, and the service starts plainly`, async () => {
    const whole = readFileSync(snapshot.file);
    spoil(snapshot.file);
    try {
      assert.deepEqual(await ask({ snapshot }), { answer: TYPED, fromSnapshot: false, logged: [] });
      assert.equal(snapshot.exists, false);
    } finally {
      writeFileSync(snapshot.file, whole);
    }
  });
}

test("a child that is killed before it answered is no reason to throw the blob away", async () => {
  const service = new RemoteTypeService({ directory: folder, snapshot });
  const unhook = setLogSink(() => {});
  process.kill(service.pid!, "SIGKILL");
  assert.deepEqual(await service.typeOf("1"), { status: "typed", type: "number" });
  assert.equal(service.fromSnapshot, true);
  await service.dispose();
  unhook();
});

test("where there is no blob, or no folder for it, the service starts plainly", async () => {
  const none = TypeSnapshot.find(path.join(folder, "none"), PACKAGE)!;
  assert.equal((await ask({ snapshot: none })).fromSnapshot, false);
  assert.equal(cacheFolder({ TSPARK_CACHE_DIR: "" }), undefined);
  assert.equal(TypeSnapshot.find(cacheFolder({ TSPARK_CACHE_DIR: "" }), PACKAGE), undefined);
});

test("a folder that cannot be written is left alone", async () => {
  const file = path.join(folder, "beside.ts");
  assert.equal(await make(path.join(file, "in-a-file")), 1);
});

test("what other builds and dead makers left is removed when a new one is made, the newest of others stay", async () => {
  const cache = mkdtempSync(path.join(folder, "stale-"));
  const fresh = TypeSnapshot.find(cache, PACKAGE)!;
  const [, installation] = /^types-([0-9a-f]+)-/.exec(path.basename(fresh.file))!;
  const others = ["a", "b", "c", "d", "e"].map((name, i) => {
    const file = path.join(cache, `types-${name}0-0.0.1-v20.0.0-x64-1.blob`);
    writeFileSync(file, "");
    utimesSync(file, 1000 + i, 1000 + i);
    return path.basename(file);
  });
  writeFileSync(path.join(cache, `types-${installation}-0.0.1-v20.0.0-x64-1.blob`), "");
  writeFileSync(`${fresh.file}.999999999.part`, "");
  writeFileSync(`${fresh.file}.lock`, "999999999");
  assert.equal(await make(cache), 0);
  const blobs = readdirSync(cache).filter(name => !name.startsWith("code-"));
  assert.deepEqual(blobs.sort(), [path.basename(fresh.file), ...others.slice(2)].sort());
});

test("the cache folder is XDG's, can be moved, and can be done without", () => {
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "/x" }), "/x/tspark");
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "/x", TSPARK_CACHE_DIR: "/y" }), "/y");
  assert.match(cacheFolder({})!, /tspark$/);
});
