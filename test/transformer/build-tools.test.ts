import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { build } from "esbuild";
import type { JobAbortedError, SparkContext } from "tspark";
import { esbuildPlugin, transform, vitePlugin } from "tspark/transformer";
import { markOf } from "../../src/core/closure/mark.js";
import { withContext } from "../core/with-context.js";

const folder = mkdtempSync(path.join(tmpdir(), "tspark-build-tools-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Where a text of the emitted code stands in the source, lines and columns from 1 as people count. */
function placeOf({ code, map }: { code: string; map: string }, text: string): string {
  const before = code.slice(0, code.indexOf(text)).split("\n");
  const found = originalPositionFor(new TraceMap(map), { line: before.length, column: before.at(-1)!.length });
  return `${found.line}:${found.column! + 1}`;
}

describe("transform", () => {
  const source =
    'const late: number = 1;\nexport const f = (x: number): number => x + late;\nexport const s = "end";\n';
  it("leaves out types, keeps modules as they are, and marks closures", () => {
    const { code } = transform(source, "/app/late.ts");
    assert.match(
      code,
      /export const f = __tspark_mark\("\/app\/late.ts#\d+", .*\(x\) => x \+ late.*, \(\) => \[\(\) => late\]\);/,
    );
  });
  it("maps back to the source, its first line too", () => {
    const out = transform(source, "/app/late.ts");
    assert.deepEqual(
      ["const late", "(x) => x + late", '"end"'].map(text => placeOf(out, text)),
      ["1:1", "2:18", "3:18"],
    );
  });
  it("leaves a file without closures alone but for its types", () => {
    assert.equal(transform("export const n: number = 1;\n", "/app/n.ts").code, "export const n = 1;\n");
  });
  it("keeps JSX and a first line for the system", () => {
    assert.match(transform("export const a = () => <b>{1}</b>;", "/app/a.tsx").code, /<b>\{1\}<\/b>/);
    assert.match(
      transform("#!/usr/bin/env node\nconst n = 1;\nexport const f = () => n;", "/app/cli.ts").code,
      /^#!\/usr/,
    );
  });
});

describe("esbuild", () => {
  writeFileSync(
    path.join(folder, "lib.ts"),
    "export let total = 0;\nexport const bump = (x: number) => (total += x);\n",
  );
  writeFileSync(
    path.join(folder, "app.ts"),
    `import { bump } from "./lib.ts";
export const factor: number = 3;
let count = 0;
export const byFactor = (x: number) => x * factor;
export const counted = (x: number) => (count += x);
export const bumped = (x: number) => bump(x);
export const fails = (x: number): number => {
  if (x === 2) throw new RangeError("boom");
  return x;
};
export const inside = () => process.getBuiltinModule("node:worker_threads").isMainThread;
`,
  );

  for (const minify of [false, true]) {
    it(`closures of a bundle run in workers, each task with its own variables${minify ? ", minified" : ""}`, async () => {
      const outfile = path.join(folder, `out-${minify}.mjs`);
      await build({
        entryPoints: [path.join(folder, "app.ts")],
        outfile,
        minify,
        bundle: true,
        format: "esm",
        platform: "node",
        target: "node20",
        sourcemap: "inline",
        plugins: [esbuildPlugin()],
      });
      const app = (await import(pathToFileURL(outfile).href)) as Record<string, (x: number) => number>;
      assert.ok(markOf(app["counted"]) !== undefined);
      const results = await withContext(
        "local[2]",
        async (sc: SparkContext) => {
          const two = sc.parallelize([1, 2], 2);
          const failure = (await two
            .map(app["fails"]!)
            .collect()
            .catch((e: unknown) => e)) as JobAbortedError;
          const all = ["inside", "byFactor", "counted", "bumped"].map(name => two.map(app[name]!).collect());
          return { failure, values: await Promise.all(all) };
        },
        { "spark.tspark.placement": "workers" },
      );
      assert.deepEqual(results.values, [
        [false, false],
        [3, 6],
        [1, 2],
        [1, 2],
      ]);
      assert.match(
        (results.failure.cause as Error).stack!,
        /RangeError: boom\n\s+at .*(?:app\.ts:8|out-\w+\.mjs:\d+):\d+/,
      );
    });
  }
});

describe("vite", () => {
  const plugin = vitePlugin();
  it("transforms the project's own TypeScript, whatever is asked for behind its name", () => {
    assert.match(plugin.transform("const n = 1; export const f = () => n;", "/app/a.ts?v=1")!.code, /__tspark_mark/);
  });
  it("leaves packages and other files alone", () => {
    for (const id of ["/app/node_modules/p/a.ts", "/app/a.js", "/app/a.css"]) {
      assert.equal(plugin.transform("export const f = 1;", id), undefined);
    }
  });
});
