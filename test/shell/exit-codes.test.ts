import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { test } from "node:test";
import {
  emptyFolder,
  type RunOptions,
  type RunResult,
  runShell,
  shellEnvironment,
  startShell,
} from "./helpers/run-shell.js";

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
    stdout: /^tspark 0\.1\.0 \(TypeScript 5\.\d+\.\d+, Node\.js v\d+\.\d+\.\d+\)\n$/,
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
      "job.ts": 'import "node:fs"\nimport "./lib"\nimport "./data.json"\nimport "./no-lib"\n',
      "lib.ts": "1\n",
      "data.json": "{}",
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
  const result = await runShell(["--driver-memory", "333m", "-e", code]);
  const heap = Number(/res0: number = (\d+)/.exec(result.stdout)?.[1]);
  // Room for young objects is added, which grew with Node's versions.
  assert.ok(heap >= 333 && heap < 700, `${heap}`);
  assert.equal(result.code, 0);
});

/** Runs a script that says "ready" and then goes on until a signal comes. */
async function signalled(script: string, signals: readonly NodeJS.Signals[]): Promise<RunResult> {
  const child = startShell([]);
  let stdout = "";
  let stderr = "";
  const left = [...signals];
  child.stdout.on("data", (text: string) => {
    stdout += text;
    if (stdout.includes("ready")) for (const signal of left.splice(0, 1)) child.kill(signal);
  });
  child.stderr.on("data", (text: string) => {
    stderr += text;
    if (stderr.includes("Stopping the streams")) for (const signal of left.splice(0)) child.kill(signal);
  });
  child.stdin.write(script);
  return new Promise(resolve => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const WAITS = "console.log('ready')\nawait new Promise(() => setInterval(() => {}, 1000))\n";

test("Ctrl-C in a script: 130", async () => assert.equal((await signalled(WAITS, ["SIGINT"])).code, 130));
test("SIGTERM in a script: 143", async () => assert.equal((await signalled(WAITS, ["SIGTERM"])).code, 143));

test("Ctrl-C in a script that is in a loop: 130", async () => {
  const script = "await null; process.stdout.write('ready\\n'); while (true) {}\n";
  assert.equal((await signalled(script, ["SIGINT"])).code, 130);
});

test("SIGTERM in a script that is in a loop: 143", async () => {
  const script = "await null; process.stdout.write('ready\\n'); while (true) {}\n";
  assert.equal((await signalled(script, ["SIGTERM"])).code, 143);
});

test("SIGTERM while the closure of a stream is in a loop: 143", async () => {
  const script = `
ssc.rateStream(10).foreachRDD(() => { process.stdout.write("ready\\n"); for (;;) {} })
await ssc.start()
await ssc.awaitTermination()
`;
  assert.equal((await signalled(script, ["SIGTERM"])).code, 143);
});

test("Ctrl-C while a task of a stream is in a loop: 130, and what comes after is not taken for its code", async () => {
  const script = `
ssc.rateStream(10).map(x => { process.stdout.write("ready\\n"); for (;;) {} }).print()
await ssc.start()
await ssc.awaitTermination()
`;
  const result = await signalled(script, ["SIGINT"]);
  assert.equal(result.code, 130, result.stderr);
  assert.doesNotMatch(result.stderr, /inside a closure/);
});

test("Ctrl-C in a loop that begins jobs and awaits none: 130, though their ends are waiting by then", async () => {
  const script = "process.stdout.write('ready\\n'); while (sc.range(1).isEmpty()) {}\n";
  const result = await signalled(script, ["SIGINT"]);
  assert.equal(result.code, 130, result.stderr);
});

test("a second signal ends a script at once, whatever still runs", async () => {
  const script = `
ssc.rateStream(10).foreachRDD(() => { process.stdout.write("ready\\n"); return new Promise(() => setInterval(() => {}, 1000)) })
await ssc.start()
await ssc.awaitTermination()
`;
  const first = await signalled(script, ["SIGINT", "SIGINT"]);
  assert.equal(first.code, 130);
  // The first signal is answered by how far it has come.
  assert.match(first.stderr, /^Stopping the streams: what was received is processed\./m);
  assert.equal((await signalled(script, ["SIGTERM", "SIGTERM"])).code, 143);
});

for (const [what, round] of [
  ["that awaits", " await new Promise(setImmediate)"],
  ["in a loop that only prints", ""],
] as const) {
  test(`standard output that is closed ends a script ${what} quietly`, async () => {
    const child = startShell([]);
    let stderr = "";
    child.stderr.on("data", (text: string) => (stderr += text));
    child.stdout.once("data", () => child.stdout.destroy());
    child.stdin.on("error", () => {});
    child.stdin.write(`for (;;) { console.log('x'.repeat(1000));${round} }\n`);
    const code = await new Promise(resolve => child.on("close", resolve));
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /EPIPE|Error/);
  });
}

test("standard output that nobody read and that is closed then ends a script in a loop quietly", async () => {
  const child = startShell([]);
  let stderr = "";
  child.stderr.on("data", (text: string) => {
    stderr += text;
    // By now far more was printed than a pipe holds.
    if (text.includes("behind")) child.stdout.destroy();
  });
  child.stdin.on("error", () => {});
  child.stdin.write(
    "for (let n = 0; ; n++) { console.log('x'.repeat(1000)); if (n === 1000) process.stderr.write('behind\\n') }\n",
  );
  const code = await new Promise(resolve => child.on("close", resolve));
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /EPIPE|Error/);
});

test("what was printed before the user's own process.exit() is printed, however slow the reader", async () => {
  const child = startShell([]);
  let printed = 0;
  child.stderr.on("data", (text: string) => {
    if (text.includes("printed")) child.stdout.on("data", (chunk: string) => (printed += chunk.length));
  });
  child.stdin.on("error", () => {});
  child.stdin.write("console.log('x'.repeat(999_999)); void process.stderr.write('printed\\n'); process.exit(3)\n");
  const code = await new Promise(resolve => child.on("close", resolve));
  assert.deepEqual([code, printed], [3, 1_000_000]);
});

/** A server that sends these lines to whoever connects, then stays open. */
async function lineServer(lines: readonly string[]): Promise<{ server: Server; port: number }> {
  const server = createServer(socket => {
    socket.on("error", () => {});
    socket.write(lines.map(l => `${l}\n`).join(""));
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as { port: number }).port };
}

const STREAM = (port: number, rest: string) => `
let seen = 0
ssc.socketTextStream("127.0.0.1", ${port}).foreachRDD(async rdd => {
  seen += await rdd.count()
  if (seen === 1000) process.stdout.write("ready\\n")
})
await ssc.start()
${rest}
`;

test("at the end of a script an active stream is stopped gracefully", async () => {
  const { server, port } = await lineServer(Array.from({ length: 1000 }, (_, i) => `${i}`));
  try {
    const script = STREAM(port, "process.on('exit', () => console.log('seen', seen))\nawait ssc.awaitBatches(1)");
    const result = await runShell(["--batch-duration", "200ms"], { input: script });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /seen 1000\n$/);
  } finally {
    server.close();
  }
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

test("Ctrl-C while a script streams stops gracefully, then 130", async () => {
  const { server, port } = await lineServer(Array.from({ length: 1000 }, (_, i) => `${i}`));
  try {
    const waits = "await ssc.awaitTermination(); console.log('went on')\nconsole.log('went on')";
    const result = await signalled(STREAM(port, waits), ["SIGINT"]);
    assert.equal(result.code, 130, result.stderr);
    assert.doesNotMatch(result.stdout, /went on/);
    assert.match(result.stderr, /Stopping the streams/);
  } finally {
    server.close();
  }
});

test("Ctrl-C while a script streams counts down what is left", async () => {
  const script = `
ssc.rateStream(10).foreachRDD(async () => { console.log("ready"); await new Promise(r => setTimeout(r, 1500)) })
await ssc.start()
await ssc.awaitTermination()
`;
  const result = await signalled(script, ["SIGINT"]);
  assert.equal(result.code, 130, result.stderr);
  assert.match(result.stderr, /^Stopping the streams: .*\nStopping: \d+ batch(?:es)? left/m);
});

test("a batch that fails makes a script end in 1", async () => {
  const script = `
ssc.queueStream([sc.parallelize([1])]).foreachRDD(() => { throw new Error("bad batch") })
await ssc.start()
await ssc.awaitBatches(1)
`;
  const result = await runShell(["--batch-duration", "100ms"], { input: script });
  assert.equal(result.code, 1, result.stderr);
  assert.match(result.stderr, /bad batch/);
});
