// `npm run postgres`: what the README starts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { describeNeeding } from "../helpers/describe-needing.js";
import { whyNoPostgres } from "./real-postgres.js";

describeNeeding("npm run postgres", whyNoPostgres, () => {
  it("starts a server, tells where it is, and stops it", () => {
    const dir = mkdtempSync(path.join(tmpdir(), "tspark-postgres-command-"));
    const run = (...args: string[]) => {
      const r = spawnSync(process.execPath, ["scripts/postgres.mjs", "--dir", dir, ...args], { encoding: "utf8" });
      return `${r.status} ${r.stdout}${r.stderr}`.trim();
    };
    try {
      assert.equal(run("status"), "0 not running");
      assert.match(run("sql", "SELECT 1"), /^1 no PostgreSQL is running: npm run postgres -- start$/);
      assert.match(run("start", "--port", "x"), /^2 --port is x: it takes a number/);
      assert.match(
        run("start"),
        /^0 PostgreSQL is ready at jdbc:postgresql:\/\/127\.0\.0\.1:\d+\/tspark\?user=tspark$/,
      );
      assert.match(run("start"), /^0 PostgreSQL runs already at jdbc:/);
      assert.match(run("sql", "SELECT 40 + 2 AS n"), /│ 42 │/);
      assert.match(run("sql", "SELEC"), /^1 syntax error/);
    } finally {
      assert.equal(run("stop"), "0 stopped");
      rmSync(dir, { recursive: true, force: true });
    }
    assert.equal(run("stop"), "0 no PostgreSQL was running");
  });
});
