import assert from "node:assert/strict";
import { test } from "node:test";
import { helpText } from "../../src/shell/cli/help.js";
import { OPTIONS } from "../../src/shell/cli/options.js";
import { type Invocation, parseArguments } from "../../src/shell/cli/parse-arguments.js";

const parses = (words: readonly string[], expected: Partial<Invocation>) =>
  test(`tspark-shell ${words.join(" ")}`, async () => {
    const invocation = await parseArguments(words);
    const shown = Object.fromEntries(Object.keys(expected).map(k => [k, invocation[k as keyof Invocation]]));
    assert.deepEqual(shown, expected);
  });

parses([], { file: undefined, args: [], settings: [], predef: true, quiet: false });
parses(["-"], { file: undefined, args: [] });
parses(["job.ts", "--quiet", "-x", "a"], { file: "job.ts", args: ["--quiet", "-x", "a"], quiet: false });
parses(["-q", "job.ts", "-q", "--", "b"], { file: "job.ts", args: ["-q", "--", "b"], quiet: true });
parses(["--", "-odd.ts", "--help"], { file: "-odd.ts", args: ["--help"], help: false });
parses(["-c", "spark.a=1=2", "--conf=spark.b=x y", "--conf", "spark.c="], {
  settings: [
    { key: "spark.a", value: "1=2", flag: "--conf" },
    { key: "spark.b", value: "x y", flag: "--conf" },
    { key: "spark.c", value: "", flag: "--conf" },
  ],
});
parses(["--master", "local[2]", "-c", "spark.master=local"], {
  settings: [
    { key: "spark.master", value: "local", flag: "--conf" },
    { key: "spark.master", value: "local[2]", flag: "--master" },
  ],
});
parses(["--batch-duration=500ms", "--log-level", "INFO", "--driver-memory", "2g", "--name", "n"], {
  settings: [
    { key: "spark.app.name", value: "n", flag: "--name" },
    { key: "spark.driver.memory", value: "2g", flag: "--driver-memory" },
    { key: "spark.tspark.batchDuration", value: "500ms", flag: "--batch-duration" },
    { key: "spark.log.level", value: "INFO", flag: "--log-level" },
  ],
});
parses(["-e", "1 + 1", "-e", "-2", "-qe", "x"], { code: ["1 + 1", "-2", "x"], quiet: true });
parses(["-cspark.a=1", "-c=spark.b=2", "-qcspark.c=3", "-qe", "-Math.PI"], {
  settings: [
    { key: "spark.a", value: "1", flag: "--conf" },
    { key: "spark.b", value: "2", flag: "--conf" },
    { key: "spark.c", value: "3", flag: "--conf" },
  ],
  quiet: true,
  code: ["-Math.PI"],
});
parses(["-e1 + 1", "-e'a'", "-e", "-qx", "-ia.ts", "job.ts", "-cx"], {
  code: ["1 + 1", "'a'", "-qx"],
  initFiles: ["a.ts"],
  file: "job.ts",
  args: ["-cx"],
});
parses(["-i", "a.ts", "--init", "b.ts"], { initFiles: ["a.ts", "b.ts"], file: undefined });
parses(["--keep-going", "--transpile-only", "--no-predef", "--verbose", "--properties-file", "p.conf"], {
  keepGoing: true,
  transpileOnly: true,
  predef: false,
  verbose: true,
  propertiesFile: "p.conf",
});
parses(["--max-batches", "5", "--until-idle=10s", "--run-for", "2m"], {
  limits: { maxBatches: 5, untilIdle: 10_000, runFor: 120_000 },
});
parses(["--check", "job.ts"], { check: "job.ts", limits: {} });
parses(["--name", "5", "--conf", "spark.n=007"], {
  settings: [
    { key: "spark.n", value: "007", flag: "--conf" },
    { key: "spark.app.name", value: "5", flag: "--name" },
  ],
});

const refuses = (words: readonly string[], message: RegExp) =>
  test(`tspark-shell ${words.join(" ")} is refused`, () => assert.rejects(() => parseArguments(words), { message }));

refuses(["--conf", "x"], /^--conf x has no "=": write --conf KEY=VALUE/);
refuses(["-c", "=1"], /^--conf =1 has no "="/);
refuses(["--mster", "local"], /^unknown option --mster: did you mean --master\?; tspark-shell --help/);
refuses(["--queit"], /did you mean --quiet\?/);
refuses(["-x"], /^unknown option -x; tspark-shell --help/);
refuses(["-qx"], /^unknown option -x in -qx; /);
refuses(["-e", "-q"], /^option --eval needs a value: --eval CODE$/);
refuses(["-conf", "a=b"], /^unknown option -conf: did you mean --conf\?/);
refuses(["-master=local"], /^unknown option -master: did you mean --master\?/);
refuses(["-verson"], /^unknown option -verson: did you mean --version\?/);
refuses(["-cspark.a"], /^--conf spark\.a has no "="/);
refuses(["--zzz=1", "f.ts"], /^unknown option --zzz; /);
refuses(["--master"], /^option --master needs a value: --master URL$/);
refuses(["-e"], /^option --eval needs a value: --eval CODE$/);
refuses(["--master", "--quiet"], /^option --master needs a value/);

test("the help has a line for every option, and no option has two names", () => {
  const help = helpText();
  for (const option of OPTIONS)
    assert.match(help, new RegExp(`^ .*--${option.name}\\b.*${option.doc.slice(0, 10)}`, "m"));
  const names = OPTIONS.flatMap(o => [o.name, ...("short" in o ? [o.short] : [])]);
  assert.equal(new Set(names).size, names.length);
});
