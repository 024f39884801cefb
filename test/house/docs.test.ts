import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { pages } = (await import(pathToFileURL(path.resolve("scripts/docs.mjs")).href)) as {
  pages(): Promise<Record<string, string>>;
};

test("the pages made from tables say what the tables say (npm run docs writes them)", async () => {
  for (const [name, text] of Object.entries(await pages())) {
    assert.equal(existsSync(`docs/${name}`) ? readFileSync(`docs/${name}`, "utf8") : "", text, `docs/${name}`);
  }
});

test("every relative link of the documentation leads somewhere", () => {
  const files = ["README.md", "DESIGN.md", "CHANGELOG.md", ...readdirSync("docs").map(f => `docs/${f}`)];
  const broken: string[] = [];
  for (const file of files.filter(f => f.endsWith(".md"))) {
    for (const [, target] of readFileSync(file, "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      if (!existsSync(path.join(path.dirname(file), target!))) broken.push(`${file}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("every configuration key that the sources read is in the table", async () => {
  const page = (await pages())["configuration.md"]!;
  const missing = new Set<string>();
  for (const file of readdirSync("src", { recursive: true, encoding: "utf8" }).filter(f => f.endsWith(".ts"))) {
    const text = readFileSync(path.join("src", file), "utf8")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/^\s*\/\/.*$/gm, "");
    for (const [, key] of text.matchAll(
      /\.(?:get|getInt|getLong|getDouble|getBoolean|getTimeAsMs|getTimeAsSeconds|getSizeAsBytes)\(\s*"(spark\.[^"]+)"/g,
    )) {
      if (!page.includes(`\`${key}\``)) missing.add(`${key} (src/${file})`);
    }
  }
  assert.deepEqual([...missing], []);
});

test("the code of an error stands in one table only", async () => {
  const codes = [...(await pages())["errors.md"]!.matchAll(/^\| `([A-Z_\d]+)` \|/gm)].map(([, code]) => code!);
  assert.ok(codes.length > 100, "the page lists codes");
  assert.deepEqual(
    codes.filter((code, i) => codes.indexOf(code) !== i),
    [],
  );
});
