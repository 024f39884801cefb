import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OPTIONS } from "../../src/shell/cli/options.js";
import { readByYargs } from "../../src/shell/cli/parse-arguments.js";
import { readPlainly } from "../../src/shell/cli/plain-arguments.js";

const word = fc.constantFrom(
  ...OPTIONS.flatMap(o => [`--${o.name}`, `--${o.name}=x`, `--${o.name}=`, ...("short" in o ? [`-${o.short}`] : [])]),
  ..."true false - -- -- job.ts a=b 1 007 -2 1+1 -qe -cx=1 --nam --no-quiet --no-such --conf.a=1 --runFor=1m".split(
    " ",
  ),
  ...["1 + 1", '"quoted"', "'a", "", " b", "a\nb", "--a b", "--name=a=b", "--conf='x'", "--name=[1]", "é"],
);
const value = fc.constantFrom("a=b", "x y", "local[2]", "1", "a.b", "a'b'", "true", "x\ny=z");
const plain = fc.oneof(
  fc.tuple(fc.constantFrom("--master", "-c", "--conf", "-e", "--init", "--name"), value),
  fc.tuple(fc.constantFrom("--conf", "--name", "--log-level"), value).map(([name, v]) => [`${name}=${v}`]),
  fc.constantFrom(["-q"], ["--quiet"], ["--verbose"], ["--no-predef"]),
);

test("what can be read plainly is read as yargs reads it", async () => {
  const line = fc.oneof(
    fc.array(word, { maxLength: 6 }),
    fc.tuple(fc.array(plain, { maxLength: 4 }), fc.array(word, { maxLength: 3 })).map(([a, b]) => [...a.flat(), ...b]),
  );
  let read = 0;
  await fc.assert(
    fc.asyncProperty(line, async words => {
      const found = readPlainly(words);
      if (found === undefined) return;
      if (words.length > 2) read++;
      const { options, rest } = await readByYargs(words);
      assert.deepEqual(
        { options: new Map([...found.options].sort()), rest: found.rest },
        { options: new Map([...options].sort()), rest },
      );
    }),
    { numRuns: 2000 },
  );
  assert.ok(read > 100, `${read} lines were read plainly`);
});

test("mistakes are yargs's to tell", () => {
  for (const words of [["--nam", "x"], ["--conf"], ["--name", "--quiet"], ["--quiet=no"], ["-qe", "1"]]) {
    assert.equal(readPlainly(words), undefined, words.join(" "));
  }
});
