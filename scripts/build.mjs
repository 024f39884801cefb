// Builds what the package ships and what the tests run:
//   dist/*.js        entry points and shared chunks (esbuild, ESM, split), so that every entry sees the same single instance
//   dist/type-snapshot.cjs  the type service in one piece, from which its start-up snapshot is made in the user's cache folder
//   dist/types/**    declarations (tsc), which the shell's type service reads too
//   .build/**        src and test, file by file, for the test run (closures keep their text: no bundling, no helpers)
// `--if-stale` does nothing when dist/ is newer than every source. `--no-types` skips tsc, `--no-snapshot` the snapshot.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const at = (...p) => path.join(root, ...p);
const flags = new Set(process.argv.slice(2));

/** Entry points of the package: output name -> source. Only those whose source exists are built. */
const ENTRIES = {
  index: "src/index.ts",
  kafka: "src/connectors/kafka/index.ts",
  testing: "src/testing/index.ts",
  transformer: "src/transformer/index.ts",
  dashboard: "src/ui/dashboard/index.ts",
  history: "src/ui/history/main.ts",
  shell: "src/shell/main.ts",
  "type-service": "src/shell/types/service-main.ts",
  worker: "src/core/executor/pool/worker-main.ts",
};

const walk = dir =>
  existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true, recursive: true })
        .filter(e => e.isFile())
        .map(e => path.join(e.parentPath ?? e.path, e.name))
    : [];
const sources = dirs => dirs.flatMap(d => walk(at(d))).filter(f => f.endsWith(".ts") && !f.endsWith(".d.ts"));

export function isStale() {
  const stamp = at(".cache/built");
  if (!existsSync(stamp) || !existsSync(at("dist/index.js"))) return true;
  const built = statSync(stamp).mtimeMs;
  return [...walk(at("src")), at("package.json"), at("scripts/build.mjs")].some(f => statSync(f).mtimeMs > built);
}

export async function buildPackage({ types = true } = {}) {
  const version = JSON.parse(readFileSync(at("package.json"), "utf8")).version;
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(ENTRIES).filter(([, f]) => existsSync(at(f)))),
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    // Without it a class that refers to itself is named `_Duration` in a bundle, which inspected values show.
    keepNames: true,
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: "linked",
    legalComments: "none",
    define: { __TSPARK_VERSION__: JSON.stringify(version) },
    write: false,
  });
  const snapshot = await build({
    absWorkingDir: root,
    entryPoints: { "type-snapshot": "src/shell/types/snapshot-main.ts" },
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    packages: "external",
    keepNames: true,
    legalComments: "none",
    // What would need it does not run there.
    define: { __TSPARK_VERSION__: JSON.stringify(version), "import.meta.url": '"file:///"' },
    write: false,
  });
  result.outputFiles.push(...snapshot.outputFiles);
  // Only a build that succeeded replaces the one before, and chunks that no entry needs any more go.
  const made = new Set(result.outputFiles.map(f => f.path));
  for (const f of walk(at("dist"))) if (/\.c?js(\.map)?$/.test(f) && !made.has(f)) rmSync(f);
  for (const f of result.outputFiles) {
    mkdirSync(path.dirname(f.path), { recursive: true });
    writeFileSync(f.path, f.contents);
  }
  if (types) {
    // tsc writes only what changed since its record of the last time, which must go with the files.
    if (!existsSync(at("dist/types/index.d.ts"))) rmSync(at(".cache/types.tsbuildinfo"), { force: true });
    const tsc = [at("node_modules/typescript/bin/tsc"), "-p", "tsconfig.types.json"];
    const { status, signal } = spawnSync(process.execPath, tsc, { cwd: root, stdio: "inherit" });
    if (status !== 0) {
      console.error(`The build stops: tsc ended with ${signal ?? `exit code ${status}`}; its errors stand above.`);
      process.exit(1);
    }
  }
  // Outside dist/, which is what the package ships.
  mkdirSync(at(".cache"), { recursive: true });
  writeFileSync(at(".cache/built"), "");
}

/**
 * The type service's snapshot for this machine, where there is none yet. It is a convenience: a build without it is whole.
 */
export function buildSnapshot() {
  if (process.env.CI && process.env.TSPARK_CACHE_DIR === undefined) return;
  const { status } = spawnSync(process.execPath, [at("dist/type-snapshot.cjs")], { stdio: "ignore" });
  if (status !== 0) console.warn("no snapshot of the type service could be made: shells start without it");
}

export async function buildTests() {
  const version = JSON.parse(readFileSync(at("package.json"), "utf8")).version;
  rmSync(at(".build"), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: sources(["src", "test"]),
    outbase: ".",
    outdir: ".build",
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: "linked",
    define: { __TSPARK_VERSION__: JSON.stringify(version) },
  });
  mkdirSync(at(".build"), { recursive: true });
  // Self-reference: `import "tspark"` in a test is the same instance as `import "../src/..."`.
  writeFileSync(
    at(".build/package.json"),
    JSON.stringify({
      name: "tspark",
      version,
      type: "module",
      exports: {
        ".": "./src/index.js",
        "./kafka": "./src/connectors/kafka/index.js",
        "./testing": "./src/testing/index.js",
        "./transformer": "./src/transformer/index.js",
        "./dashboard": "./src/ui/dashboard/index.js",
        "./*": "./*",
      },
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (flags.has("--tests")) await buildTests();
  else {
    if (!flags.has("--if-stale") || isStale()) await buildPackage({ types: !flags.has("--no-types") });
    if (!flags.has("--no-snapshot")) buildSnapshot();
  }
}
