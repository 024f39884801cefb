import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ARROWS } from "./helpers/arrows.js";

interface Import {
  readonly specifier: string;
  /** `import type` and `export type` leave nothing at run time. */
  readonly typeOnly: boolean;
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter(f => f.endsWith(".ts"))
  .map(f => f.replaceAll("\\", "/"));
const text = new Map(files.map(f => [f, readFileSync(path.join("src", f), "utf8")]));

/** The file's text without comments: examples in doc comments import what the file itself does not. */
function code(file: string): string {
  return (
    text
      .get(file)!
      // What the linter was told to allow, with the line it is about.
      .replace(/^\s*\/\/ biome-ignore lint\/suspicious\/noExplicitAny.*\n.*\n/gm, "")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/^\s*\/\/.*$/gm, "")
  );
}

function importsOf(file: string): Import[] {
  const out: Import[] = [];
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
  for (const m of code(file).matchAll(statement)) out.push({ specifier: m[2]!, typeOnly: m[1] !== undefined });
  // `import("x").Name` and `typeof import("x")` are types; `(await import("x")).name` and `import("x")` load.
  for (const m of code(file).matchAll(/(\btypeof\s+)?\bimport\(\s*"([^"]+)"\s*\)(\.[A-Z])?/g)) {
    out.push({ specifier: m[2]!, typeOnly: m[1] !== undefined || m[3] !== undefined });
  }
  for (const m of code(file).matchAll(/\brequire\(\s*"([^"]+)"\s*\)/g)) out.push({ specifier: m[1]!, typeOnly: false });
  return out;
}

function layerOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : path.basename(file, ".ts");
}

test("imports point down the list of layers only", () => {
  const wrong: string[] = [];
  for (const file of files) {
    const layer = layerOf(file);
    const allowed = ARROWS[layer];
    assert.ok(allowed, `src/${file} is in no known layer: add it to helpers/arrows.ts`);
    for (const { specifier } of importsOf(file)) {
      if (!specifier.startsWith(".")) continue;
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
      const to = layerOf(target.replace(/\.js$/, ".ts"));
      if (to !== layer && !allowed.includes(to)) wrong.push(`${file} -> ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("no import goes round in a circle: what a class extends would not be there yet", () => {
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (file: string, above: readonly string[]): void => {
    if (state.get(file) === "open") circles.push([...above.slice(above.indexOf(file)), file].join(" -> "));
    if (state.has(file)) return;
    state.set(file, "open");
    for (const { specifier, typeOnly } of importsOf(file)) {
      const target = path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, ".ts");
      if (!typeOnly && specifier.startsWith(".") && text.has(target)) visit(target, [...above, file]);
    }
    state.set(file, "done");
  };
  for (const file of files) visit(file, []);
  assert.deepEqual(circles, []);
});

test("each npm package is imported by one file", () => {
  const importers = new Map<string, Set<string>>();
  for (const file of files) {
    for (const { specifier, typeOnly } of importsOf(file)) {
      if (typeOnly || specifier.startsWith(".") || specifier.startsWith("node:")) continue;
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      if (!importers.has(name)) importers.set(name, new Set());
      importers.get(name)!.add(file);
    }
  }
  const shared = [...importers].filter(([, by]) => by.size > 1).map(([name, by]) => `${name}: ${[...by].join(", ")}`);
  assert.deepEqual(shared, []);
});

test("no module has a top-level await, so that the package can be required", () => {
  const wrong = files.filter(f => /^(?:const .*= |let .*= )?await /m.test(code(f)));
  assert.deepEqual(wrong, []);
});

test("time is asked from a clock", () => {
  const layers = new Set(["core", "streaming", "connectors", "sql", "ui"]);
  const wrong = files.filter(
    f =>
      layers.has(layerOf(f)) &&
      f !== "core/clock/clock.ts" &&
      /\bDate\.now\(|\bperformance\.now\(|(?<![.\w])setTimeout\(|(?<![.\w])setInterval\(/.test(code(f)),
  );
  assert.deepEqual(wrong, []);
});

test("public types have no any", () => {
  // A text that begins so is a type the shell writes into what the user typed.
  const wrong = files.filter(f => /(?<!["'`])[:<,|]\s*any\b(?!\w)/.test(code(f)));
  assert.deepEqual(wrong, []);
});
