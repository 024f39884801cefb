import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { startSession } from "../shell/session-harness.js";
import { normalize, parseTranscript } from "../shell/transcript.js";
import { checkExampleTypes } from "./helpers/check-example-types.js";
import { analyseExample } from "./helpers/example-code.js";
import { namesOf } from "./helpers/example-names.js";

const readme = readFileSync("README.md", "utf8");
/** The fenced blocks with their language. */
const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(m => ({ language: m[1]!, text: m[2]! }));

test("what the README shows at the prompt is what the shell says", async () => {
  const transcripts = blocks.filter(b => b.text.startsWith("tspark> "));
  assert.ok(transcripts.length > 0);
  for (const { text } of transcripts) {
    const shell = await startSession();
    try {
      for (const { input, output } of parseTranscript("README", text).steps) {
        assert.equal(normalize(await shell.type(input)), normalize(output), input);
      }
    } finally {
      await shell.dispose();
    }
  }
});

test("the README's TypeScript has no type error", () => {
  const examples = blocks
    .filter(b => b.language === "ts")
    .map((b, i) => {
      const example = { file: "index.ts", symbol: `README block ${i + 1}`, code: b.text, line: 1, needs: undefined };
      const code = analyseExample(b.text);
      return { example, code, names: namesOf(path.resolve("src"), example, code) };
    });
  assert.ok(examples.length > 0);
  assert.equal([...checkExampleTypes(process.cwd(), examples).values()].flat().join("\n"), "");
});

describe("the README names what exists", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const [, name] of readme.matchAll(/npm (?:run )?(\w+)/g)) {
    if (name === "ci") continue;
    test(`npm ${name}`, () => assert.ok(name! in scripts));
  }
});
