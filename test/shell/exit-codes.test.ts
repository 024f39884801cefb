import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { emptyFolder, type RunOptions, runShell, shellEnvironment } from "./helpers/run-shell.js";

/** What only a process shows; what scripts say and where they stop is in script-modes.test.ts. */
interface Case {
  readonly what: string;
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly code: number;
  readonly stdout?: string | RegExp;
  /** What standard error holds besides the lines of the start. */
  readonly stderr?: RegExp;
}

async function runCase({ what: _, args, files = {}, input, code, stdout, stderr }: Case): Promise<void> {
  const cwd = emptyFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    writeFileSync(path.join(cwd, name), text);
  }
  const options: RunOptions = { cwd, ...(input === undefined ? {} : { input }) };
  const result = await runShell(args, options);
  assert.equal(result.code, code, result.stderr);
  if (typeof stdout === "string") assert.equal(result.stdout, stdout);
  else if (stdout) assert.match(result.stdout, stdout);
  if (stderr) assert.match(result.stderr, stderr);
}

/** Wrong usage and configuration: one clear message, exit code 2, nothing on standard output, no stack. */
const WRONG: readonly (readonly [string, readonly string[], RegExp, Readonly<Record<string, string>>?])[] = [
  ["--conf without =", ["--conf", "x"], /^--conf x has no "=".*\n$/],
  ["an unknown option", ["--mastre", "local"], /^unknown option --mastre: did you mean --master\?.*\n$/],
  ["a master that is none", ["--master", "foo"], /^.*'?foo'?.*local\[N\].*\n$/],
  ["a properties file that is missing", ["--properties-file", "no.conf"], /^.*no\.conf.*no such file.*\n$/i],
  ["a port that is no number", ["--conf", "spark.ui.port=abc"], /^spark\.ui\.port=abc.*\n$/],
  [
    "a number of batches that is none",
    ["--max-batches", "many"],
    /^--max-batches many does not fit: it takes a number.*\n$/,
  ],
  [
    "a time to run for that is none",
    ["--run-for", "soon"],
    /^--run-for soon does not fit: it takes a time with its unit.*\n$/,
  ],
  [
    "a time to be idle without its unit",
    ["--until-idle", "30"],
    /^--until-idle 30 does not fit: it takes a time with its unit.*\n$/,
  ],
  ["a file to check that is missing", ["--check", "no.ts"], /^.*no\.ts does not exist.*\n$/],
  [
    "a time that is none",
    ["-c", "spark.streaming.blockInterval=5 parsecs"],
    /^spark\.streaming\.blockInterval=5 parsecs.*\n$/,
  ],
  [
    "a batch that is none",
    ["--batch-duration", "soon"],
    /^spark\.tspark\.batchDuration=soon \(--batch-duration\).*\n$/,
  ],
  ["a log level that is none", ["--log-level", "FOO"], /^.*FOO.*ALL.*WARN.*\n$/],
  ["a size that is none", ["--driver-memory", "lots"], /^spark\.driver\.memory=lots.*\n$/],
  ["a heap in which Node does not start", ["--driver-memory", "1m"], /^spark\.driver\.memory=1m.*at least 32m.*\n$/],
  ["a FILE that is missing", ["no.ts"], /^.*no\.ts.*\n$/],
  ["a FILE that is a folder", ["."], /^.*\..*directory.*\n$/],
  ["a FILE whose name no file can have", ["x".repeat(300)], /^the file x+ cannot be read \(ENAMETOOLONG\).*\n$/],
  ["an -i FILE that is missing", ["-i", "no.ts", "-e", "1"], /^.*no\.ts.*\n$/],
  [
    "a wrong value in a properties file",
    ["--properties-file", "p.conf"],
    /^spark\.ui\.port=x \(properties file p\.conf\).*\n$/,
    { "p.conf": "spark.ui.port x" },
  ],
];

for (const [what, args, message, files] of WRONG) {
  test(`wrong input: ${what}`, async () => {
    const cwd = emptyFolder();
    for (const [name, text] of Object.entries(files ?? {})) writeFileSync(path.join(cwd, name), text);
    const result = await runShell(args, { cwd });
    assert.equal(result.code, 2, result.stderr);
    assert.equal(result.stdout, "");
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /^\s+at /m);
  });
}

const CASES: readonly Case[] = [
  { what: "-e", args: ["-e", "1 + 1"], code: 0, stdout: "res0: number = 2\n" },
  {
    what: "-e with arguments",
    args: ["-e", "process.argv.slice(2)", "--", "a", "-b"],
    code: 0,
    stdout: "res0: string[] = [ 'a', '-b' ]\n",
  },
  {
    what: "a piped script stops at its first error",
    args: [],
    input: "1\nnope\n3\n",
    code: 1,
    stdout: "res0: number = 1\n",
    stderr: /<console>:2:1 - error TS2304/,
  },
  {
    what: "a result and an error stand on rows of their own, below output that has not ended its row",
    args: [],
    input: "process.stdout.write('abc')\n:sh printf 'd'; printf 'ef'\nvoid process.stderr.write('g'); nope\n",
    code: 1,
    stdout: "abc\nres0: boolean = true\ndef",
    stderr: /^<console>:3:/m,
  },
  {
    what: "--quiet adds nothing to what was printed",
    args: ["--quiet"],
    input: "process.stdout.write('abc')\nprocess.stdout.write('def')\n",
    code: 0,
    stdout: "abcdef",
  },
  {
    what: "--quiet says nothing of its own",
    args: ["--quiet"],
    input: "1\nconsole.log('hi')\n",
    code: 0,
    stdout: "hi\n",
    stderr: /^$/,
  },
  {
    what: "-i FILE comes before the rest",
    args: ["-i", "a.ts"],
    files: { "a.ts": "const a = 2" },
    input: "a * 2",
    code: 0,
    stdout: /res0: number = 4\n$/,
  },
  {
    what: "predef",
    args: ["-e", "a"],
    files: { ".tspark/predef.ts": "const a = 7" },
    code: 0,
    stdout: /res0: number = 7\n$/,
  },
  {
    what: "--no-predef",
    args: ["--no-predef", "-e", "a"],
    files: { ".tspark/predef.ts": "const a = 7" },
    code: 1,
    stderr: /TS2304/,
  },
  {
    what: "--transpile-only checks no types",
    args: ["--transpile-only", "-e", 'const a: number = "x"'],
    code: 0,
    stdout: /^a.* = 'x'\n$/,
  },
  {
    what: "an unhandled rejection in a script",
    args: [],
    input: 'void Promise.reject(new Error("lost"))\nawait new Promise(r => setTimeout(r, 1000))\n',
    code: 1,
    stderr: /Error: lost/,
  },
  {
    what: "--keep-going, and :quit behind an error",
    args: ["--keep-going", "-q"],
    input: "nope\n:quit\nconsole.log(1)\n",
    code: 1,
    stdout: "",
  },
  {
    what: "process.exitCode of the user's",
    args: ["job.ts"],
    files: { "job.ts": "process.exitCode = 4\nconsole.log(1)\n" },
    code: 4,
    stdout: "1\n",
  },
  { what: "process.exit of the user's", args: ["-e", "process.exit(7)"], code: 7 },
  {
    what: "FILE",
    args: ["job.ts", "a", "--b"],
    files: { "job.ts": "const args: string[] = process.argv.slice(2)\nconsole.log(args.join(), sc.master)\n1 + 1\n" },
    code: 0,
    stdout: "a,--b local[*]\n",
  },
  {
    what: "FILE with a type error",
    args: ["job.ts"],
    files: { "job.ts": 'console.log(1)\nconst a: number = "x"\n' },
    code: 1,
    stdout: "",
    stderr: /job\.ts:2:7 - error TS2322/,
  },
  {
    what: "FILE that throws",
    args: ["job.ts"],
    files: { "job.ts": 'function f(): never { throw new Error("boom") }\nf()\n' },
    code: 1,
    stderr: /Error: boom\n\s+at f \(job\.ts:1:29\)/,
  },
  {
    what: "--version",
    args: ["--version"],
    code: 0,
    stdout: /^tspark 0\.1\.0 \(TypeScript [56]\.\d+\.\d+, Node\.js v\d+\.\d+\.\d+\)\n$/,
    stderr: /^$/,
  },
  {
    what: "--check runs nothing of what has no errors",
    args: ["--check", "job.ts"],
    files: {
      "job.ts": 'import { twice } from "./lib.js"\nconsole.log(twice(sc.defaultParallelism))\n',
      "lib.ts": "export const twice = (n: number) => n * 2\n",
    },
    code: 0,
    stdout: "",
    stderr: /^$/,
  },
  {
    what: "--check tells the errors of a file and of what it imports",
    args: ["--check", "job.ts"],
    files: { "job.ts": 'import { twice } from "./lib"\nsc.nope()\n', "lib.ts": 'export const twice: number = "x"\n' },
    code: 1,
    stdout: "",
    stderr: /^job\.ts:2:4 - error TS2339[\s\S]*^lib\.ts:1:14 - error TS2322/m,
  },
  {
    what: "--check tells of a file that is missing, also where it is imported for its effect only",
    args: ["--check", "job.ts"],
    files: {
      "job.ts":
        'import "node:fs"\nimport "./lib.js"\nimport "./data.json"\nimport "./no-lib"\nimport "./look.css"\n' +
        'import "tspark"\nimport "tspark/kafka"\n',
      "lib.ts": "1\n",
      "data.json": "{}",
      "look.css": "",
    },
    code: 1,
    stdout: "",
    stderr: /^job\.ts:4:8 - error TS2307: Cannot find module '\.\/no-lib'.*\n.*\n *\^+\n$/,
  },
  {
    what: "--check tells what is wrong with a graph of streams",
    args: ["--check", "job.ts", "--batch-duration", "2s"],
    files: {
      "job.ts":
        "const words = ssc.socketTextStream('localhost', 9999).map((w): [string, number] => [w, 1])\nconst s = words.updateStateByKey((vs: number[], n: number | undefined) => vs.length + (n ?? 0))\nconst w = words.window(Seconds(4), Seconds(3))\nawait ssc.start()\n",
    },
    code: 1,
    stdout: "",
    stderr:
      /^job\.ts:4:7 - error: no output operation[\s\S]*^job\.ts:2:11 - error: updateStateByKey keeps state[\s\S]*^job\.ts:3:36 - error: 3000 ms is no multiple of the batch, 2000 ms/m,
  },
  {
    what: "--check knows that mapWithState needs a checkpoint directory",
    args: ["--check", "job.ts"],
    files: {
      "job.ts":
        "const words = ssc.socketTextStream('localhost', 9999).map((w): [string, number] => [w, 1])\nwords.mapWithState(StateSpec.function((w: string, n: number | undefined, s: State<number>) => w)).print()\nawait ssc.start()\n",
    },
    code: 1,
    stdout: "",
    stderr: /^job\.ts:2:1 - error: mapWithState keeps state, which needs a checkpoint directory/m,
  },
  {
    what: "--check has nothing against a graph that is right",
    args: ["--check", "job.ts"],
    files: {
      "job.ts":
        "ssc.checkpoint('c')\nconst w = ssc.socketTextStream('localhost', 9999).map((w): [string, number] => [w, 1])\nw.updateStateByKey((vs: number[], n: number | undefined) => vs.length + (n ?? 0)).window(Seconds(4), Seconds(3)).print()\nawait ssc.start()\n",
    },
    code: 0,
    stdout: "",
    stderr: /^$/,
  },
  {
    what: "--max-batches ends a stream, also one that the script does not wait for",
    args: ["--max-batches", "3", "--batch-duration", "50ms", "job.ts"],
    files: { "job.ts": "let n = 0\nssc.rateStream(100).foreachRDD(() => console.log(++n <= 3))\nvoid ssc.start()\n" },
    code: 0,
    stdout: /^true\ntrue\ntrue\n/,
  },
  {
    what: "a stream that ends with its script is not followed by a fresh context",
    args: [
      "--max-batches",
      "1",
      "--batch-duration",
      "50ms",
      "-q",
      "-e",
      "ssc.rateStream(1).foreachRDD(() => {}); await ssc.start(); await ssc.awaitTermination()",
    ],
    code: 0,
    stdout: "",
    stderr: /^(?![\s\S]*fresh)/,
  },
  {
    what: "--run-for ends a stream that a script waits for",
    args: ["--run-for", "300ms", "--batch-duration", "50ms", "-q"],
    input: "ssc.rateStream(1).foreachRDD(() => {})\nssc.start()\nawait ssc.awaitTermination()\nconsole.log('over')\n",
    code: 0,
    stdout: "over\n",
  },
  {
    what: "--until-idle ends a stream from which nothing comes any more",
    args: ["--until-idle", "400ms", "--batch-duration", "50ms", "-q"],
    files: { "job.ts": "" },
    input:
      "ssc.queueStream([sc.parallelize([1, 2])]).foreachRDD(async rdd => { for (const x of await rdd.collect()) console.log(x) })\nssc.start()\nawait ssc.awaitTermination()\n",
    code: 0,
    stdout: "1\n2\n",
  },
  {
    what: "a promise that the user's code prints looks as it does elsewhere, though contexts are followed",
    args: ["-e", "console.log(Promise.resolve(1), { p: Promise.resolve([2]) })"],
    code: 0,
    stdout: "Promise { 1 } { p: Promise { [ 2 ] } }\n",
  },
  { what: "--help", args: ["--help"], code: 0, stdout: /^Usage: tspark-shell /, stderr: /^$/ },
  {
    what: "--verbose names the origin of values",
    args: ["--verbose", "--master", "local[3]", "-e", "sc.master"],
    code: 0,
    stdout: "res0: string = 'local[3]'\n",
    stderr: /spark\.master=local\[3\] +\(--master\)[\s\S]*spark\.ui\.retainedJobs=1000 +\(default\)/,
  },
];

for (const c of CASES) test(`exit code ${c.code}: ${c.what}`, () => runCase(c));

test("precedence: flags over the properties file over spark-defaults.conf, and code over all", async () => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, "spark-defaults.conf"), "spark.a defaults\nspark.b defaults\nspark.c defaults\n");
  writeFileSync(path.join(cwd, "p.conf"), "spark.b file\nspark.c file\n");
  const code =
    'const c = new SparkConf().set("spark.d", "code"); ["a", "b", "c", "d"].map(k => c.get("spark." + k)).join()';
  const result = await runShell(
    ["--properties-file", "p.conf", "-c", "spark.c=flag", "-c", "spark.d=flag", "-e", code],
    {
      cwd,
      env: { TSPARK_CONF_DIR: cwd },
    },
  );
  assert.match(result.stdout, /res0: string = 'defaults,file,flag,code'/);
});

test("--driver-memory gives the process that heap", async () => {
  const code = 'import { getHeapStatistics } from "node:v8"; Math.round(getHeapStatistics().heap_size_limit / 2 ** 20)';
  // As in Spark a number without a unit is mebibytes.
  const result = await runShell(["--driver-memory", "333", "-e", code]);
  const heap = Number(/res0: number = (\d+)/.exec(result.stdout)?.[1]);
  // Room for young objects is added, which grew with Node's versions.
  assert.ok(heap >= 333 && heap < 700, `${heap}`);
  assert.equal(result.code, 0);
});

test("a process with a heap of its own that a signal ends: its exit code is the signal's", async () => {
  const code = 'process.kill(process.pid, "SIGUSR2"); await new Promise(() => {})';
  const { code: exit, signal } = await runShell(["--driver-memory", "333m", "--transpile-only", "-e", code]);
  assert.deepEqual([exit, signal], [140, null]);
});

test("a working directory that was removed is wrong usage", () => {
  const cwd = emptyFolder();
  const { status, stdout, stderr } = spawnSync(
    "/bin/sh",
    ["-c", 'rmdir "$1" && exec "$2" "$3" -e 1', "sh", cwd, process.execPath, path.resolve("bin/tspark-shell")],
    { cwd, env: shellEnvironment(emptyFolder()), encoding: "utf8" },
  );
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /^the working directory does not exist any more: .*\n$/);
});

test("a directory as standard input is an error of the script", () => {
  const directory = openSync(emptyFolder(), "r");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/tspark-shell", "-q"], {
    stdio: [directory, "pipe", "pipe"],
    env: shellEnvironment(emptyFolder()),
    encoding: "utf8",
  });
  closeSync(directory);
  assert.deepEqual(
    [status, stdout, stderr],
    [1, "", "standard input is a directory: pipe a script to it, or name a file, tspark-shell FILE\n"],
  );
});
