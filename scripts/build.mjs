// Builds what the package ships and what the tests run:
//   dist/launch.cjs  what bin/tspark-shell runs first: it starts the type service's process
//   dist/tspark.cjs  all of tspark in one file, which `dist/load.cjs` runs once from what V8 has compiled before
//   dist/*.js        entry points (ESM) which hand on what is in it, so that every one gives the same single instance
//   dist/type-snapshot.cjs  the type service in one piece, from which its start-up snapshot is made in the user's cache folder
//   dist/types/**    declarations (tsc), which the shell's type service reads too
//   .build/**        src and test, file by file, for the test run (closures keep their text: no bundling, no helpers)
// `--if-stale` does nothing when dist/ is newer than every source. `--no-types` skips tsc, `--no-snapshot` the snapshot.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const at = (...p) => path.join(root, ...p);
const flags = new Set(process.argv.slice(2));

/** Entry points of the package: output name -> source. Only those whose source exists are built. */
const ENTRIES = {
  index: "src/index.ts",
  kafka: "src/connectors/kafka/index.ts",
  flume: "src/connectors/flume/index.ts",
  kinesis: "src/connectors/kinesis/index.ts",
  hdfs: "src/connectors/hdfs/index.ts",
  jdbc: "src/connectors/jdbc/index.ts",
  "hdfs-thread": "src/connectors/hdfs/blocking-main.ts",
  testing: "src/testing/index.ts",
  transformer: "src/transformer/index.ts",
  dashboard: "src/ui/dashboard/index.ts",
  history: "src/ui/history/main.ts",
  shell: "src/shell/main.ts",
  "type-service": "src/shell/types/service-main.ts",
  "streaming-values": "src/streaming/values/index.ts",
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
  const entries = Object.entries(ENTRIES).filter(([, f]) => existsSync(at(f)));
  const common = {
    absWorkingDir: root,
    outdir: "dist",
    bundle: true,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    platform: "node",
    target: "node20.19",
    packages: "external",
    // Without it a class that refers to itself is named `_Duration` in a bundle, which inspected values show. See `rewrite`.
    keepNames: true,
    legalComments: "none",
    write: false,
  };
  const define = { __TSPARK_VERSION__: JSON.stringify(version) };
  const result = await build({
    ...common,
    stdin: {
      // Each runs when it is first asked for.
      contents: entries.map(([name, f]) => `exports[${JSON.stringify(name)}] = () => require("./${f}");`).join("\n"),
      resolveDir: root,
      sourcefile: "entries.js",
    },
    entryNames: "tspark",
    sourcemap: "linked",
    define,
    plugins: [placesOfModules(entries)],
  });
  const pack = result.outputFiles.find(f => f.path.endsWith(".cjs"));
  const text = lateBuiltins(rewrite(pack.text));
  checkAscii(text);
  result.outputFiles.splice(result.outputFiles.indexOf(pack), 1, { path: pack.path, contents: text });
  const loader = await build({ ...common, entryPoints: { load: "src/pack/load.ts" }, define });
  // The names that each entry exports.
  const { metafile } = await build({
    ...common,
    entryPoints: Object.fromEntries(entries),
    format: "esm",
    outExtension: {},
    metafile: true,
    define,
  });
  const facades = entries.map(([name]) => ({
    path: at("dist", `${name}.js`),
    contents: facade(name, metafile.outputs[`dist/${name}.js`].exports),
  }));
  result.outputFiles.push(...loader.outputFiles, ...facades);
  const alone = await build({
    ...common,
    entryPoints: { "type-snapshot": "src/shell/types/snapshot-main.ts", launch: "src/shell/launch.ts" },
    // What would need it does not run there.
    define: { ...define, "import.meta.url": '"file:///"' },
  });
  result.outputFiles.push(...alone.outputFiles);
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
 * `dist/load.cjs` reads the file as ASCII. esbuild escapes what is none, but for the texts of tagged templates, whose tags
 * would see the escapes. What stands in comments is no matter.
 */
function checkAscii(text) {
  const wrong = text.split("\n").find(line => /[^\0-\x7f]/.test(line) && !/^\s*(?:\/?\*|\/\/)/.test(line));
  if (wrong === undefined) return;
  throw new Error(
    `A tagged template holds a character that is not ASCII: ${wrong.trim()}\nWrite an entity, or put it in as \${"…"}.`,
  );
}

/**
 * Says for `import.meta.url` in a module where it is now: in the one file, or, since a worker loads a connector by it, the
 * entry point whose folder the module is in.
 */
function placesOfModules(entries) {
  const folders = entries.filter(([, f]) => f.endsWith("/index.ts") && f !== "src/index.ts");
  return {
    name: "places of modules",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path: file }) => {
        const contents = readFileSync(file, "utf8");
        if (!contents.includes("import.meta.url")) return undefined;
        const entry = folders.find(([, f]) => file.startsWith(path.dirname(at(f)) + path.sep));
        const name = entry === undefined ? "tspark.cjs" : `${entry[0]}.js`;
        // What a module asks for only when it needs it, and at once, is a module of the one file, too.
        const asked = contents.replaceAll('createRequire(import.meta.url)("./', 'require("./');
        return { contents: asked.replaceAll("import.meta.url", `__pack.url("${name}")`), loader: "ts" };
      });
    },
  };
}

/** Node shows the line that made an error above one that nobody catches, unless this stands in it. */
const NO_LINE = "/* node-do-not-add-exception-line */ ";
/** `Base` is what the tables of errors call the class of a row. */
const makesError = callee => /(?:Error|^Base)$/.test(callee.text ?? callee.name?.text ?? "");

/**
 * A script has no `import()`: the loader gives one. And where an error of ours ends a user's program its message comes first, not
 * a line of this file.
 *
 * And `keepNames` has every function named by a call of `__name`. For one that is made anew whenever the function around it
 * runs, that takes longer than to make it; V8 names it after its variable anyway.
 */
function rewrite(text) {
  const file = ts.createSourceFile("tspark.cjs", text, ts.ScriptTarget.ES2022);
  const edits = [];
  const visit = (node, depth) => {
    if (ts.isCallExpression(node)) {
      const { expression: callee, arguments: given } = node;
      if (callee.kind === ts.SyntaxKind.ImportKeyword) {
        edits.push({ from: callee.getStart(file), to: callee.end, by: "__pack.import" });
      }
      if (depth > 0 && ts.isIdentifier(callee) && callee.text === "__name") {
        const [named] = given;
        if (ts.isArrowFunction(named) || ts.isFunctionExpression(named) || ts.isIdentifier(named)) {
          const [start, inner] = [node.getStart(file), named.getStart(file)];
          edits.push({ from: start, to: inner, by: "" }, { from: named.end, to: node.end, by: "" });
        }
      }
    }
    if (ts.isThrowStatement(node) || (ts.isNewExpression(node) && makesError(node.expression))) {
      const start = node.getStart(file);
      edits.push({ from: start, to: start, by: NO_LINE });
    }
    // `"src/core/rdd/rdd.ts"() { … }`: a module, which runs once.
    const isModule = ts.isMethodDeclaration(node) && ts.isStringLiteral(node.name);
    const within = depth + (ts.isFunctionLike(node) && !isModule ? 1 : 0);
    ts.forEachChild(node, child => visit(child, within));
  };
  visit(file, 0);
  const inOrder = edits.sort((a, b) => a.from - b.from);
  let at = 0;
  let out = "";
  for (const { from, to, by } of inOrder) {
    out += text.slice(at, from) + by;
    at = to;
  }
  return out + text.slice(at);
}

/** Modules of Node that Node has loaded anyway when it runs a program: asking for them is no work. */
const AT_HAND = new Set(["async_hooks", "buffer", "events", "fs", "path", "timers", "url", "util", "vm"]);

/**
 * Has other modules of Node loaded when something of theirs is first used: most of them are for what a session may never do,
 * and together they take as long as all of our own.
 */
function lateBuiltins(text) {
  const late = new Map();
  const asked = text.replace(/^( +)(import_\w+) = require\("node:([\w/]+)"\);$/gm, (line, space, name, builtin) => {
    if (AT_HAND.has(builtin)) return line;
    late.set(name, builtin);
    return `${space}${name} = () => require("node:${builtin}");`;
  });
  return asked.replace(/\b(import_\w+)\./g, (use, name) => (late.has(name) ? `(${name}()).` : use));
}

/** A module that hands on what the one file exports under a name. */
function facade(name, exported) {
  const load = `import pack from "./load.cjs";\n`;
  const loaded = `pack.load(${JSON.stringify(name)})`;
  return exported.length === 0
    ? `${load}${loaded};\n`
    : `${load}export const { ${[...exported].sort().join(", ")} } = ${loaded};\n`;
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
        "./flume": "./src/connectors/flume/index.js",
        "./kinesis": "./src/connectors/kinesis/index.js",
        "./hdfs": "./src/connectors/hdfs/index.js",
        "./jdbc": "./src/connectors/jdbc/index.js",
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
