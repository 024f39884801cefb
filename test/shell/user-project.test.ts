import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { startSession } from "./session-harness.js";

test("the folder's tsconfig.json counts for files: paths, decorators; a folder of ES modules is as good, and so are its own imports", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-project-"));
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    strict: true,
    experimentalDecorators: true,
    verbatimModuleSyntax: true,
    paths: { "@lib/*": ["./lib/*"] },
  };
  write("tsconfig.json", JSON.stringify({ compilerOptions }));
  const imports = { "#scale": "./lib/scale.ts", "#parts/*": { browser: "./none.js", default: "./lib/*.ts" } };
  write("package.json", JSON.stringify({ type: "module", imports }));
  write("lib/scale.ts", "export const scale = (x: number): number => x * 10;\n");
  write("lib/part.ts", "export const part: string = 'part';\n");
  write("lib/sum.ts", "export const sum = (a: number, b: number): number => a + b;\n");
  write(
    "main.ts",
    `import { sum } from "@lib/sum";
import { scale } from "#scale";
import { part } from "#parts/part";
import { minus } from "./lib/minus.js";
function named(target: Function): void {
  console.log(target.name);
}
@named
class Marked {}
console.log(sum(1, 2), minus(3, 1), new Marked() instanceof Marked);
console.log(await sc.parallelize([1, 2], 1).map(x => scale(sum(x, 1)) + part).collect());
export {};
`,
  );
  write("lib/minus.ts", "export const minus = (a: number, b: number): number => a - b;\n");
  const shell = await startSession({ directory: folder });
  try {
    assert.equal(await shell.runFile("main.ts"), "Marked\n3 2 true\n[ '20part', '30part' ]");
  } finally {
    await shell.dispose();
    rmSync(folder, { recursive: true });
  }
});

test("a tsconfig.json says no target, options that TypeScript has given up, and a rootDir that is not the script's", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-project-"));
  const shell = await startSession({ directory: folder });
  try {
    const compilerOptions = { module: "esnext", moduleResolution: "node", keyofStringsOnly: false, rootDir: "lib" };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    mkdirSync(path.join(folder, "src"));
    writeFileSync(path.join(folder, "src", "one.ts"), "export const one: number = 1;\n");
    writeFileSync(
      path.join(folder, "src", "main.ts"),
      `import { one } from "./one";
class Kept { readonly n = 3n }
for (const [key, value] of new Map([["a", one]])) console.log(key, value, new Kept().n, [2, 1].toSorted());
`,
    );
    assert.equal(await shell.runFile("src/main.ts"), "a 1 3n [ 1, 2 ]");
  } finally {
    await shell.dispose();
    rmSync(folder, { recursive: true });
  }
});
