import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";

const packageJson = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-npm-"));
after(() => rmSync(folder, { recursive: true }));

function npm(words: readonly string[], cwd: string): { readonly said: string; readonly stdout: string } {
  const env = { ...process.env, npm_config_cache: path.join(folder, "cache"), npm_config_update_notifier: "false" };
  const { status, stdout, stderr } = spawnSync("npm", [...words], { cwd, env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return { said: `${stdout}${stderr}`, stdout };
}

test("the package has no script that npm would run, or ask about, where it is installed", () => {
  const names = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];
  assert.deepEqual(
    names.filter(name => name in packageJson.scripts),
    [],
  );
  // Its own package.json in a package of one file: what it depends on would come over the network.
  const source = path.join(folder, "source");
  mkdirSync(source);
  writeFileSync(
    path.join(source, "package.json"),
    JSON.stringify({ ...packageJson, dependencies: {}, devDependencies: {}, files: [], bin: {} }),
  );
  const file = npm(["pack", "--ignore-scripts", "--pack-destination", folder], source).stdout.trim();
  const app = path.join(folder, "app");
  mkdirSync(app);
  writeFileSync(path.join(app, "package.json"), '{ "name": "app", "version": "1.0.0", "private": true }');
  const { said } = npm(["install", "--offline", "--no-audit", "--no-fund", path.join(folder, file)], app);
  assert.doesNotMatch(said, /script|prepare/);
});

test("a clone is built by what npm runs behind `npm ci` there, and before it is packed", () => {
  const { prepublish, prepack } = packageJson.scripts;
  assert.deepEqual([prepublish, prepack], ["node scripts/build.mjs --if-stale", "node scripts/build.mjs --if-stale"]);
  // npm runs the first one in a clone only; a git dependency is a clone with a `build`.
  assert.ok(packageJson.scripts["build"]);
});
