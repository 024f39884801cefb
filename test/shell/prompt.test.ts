import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { KEYS } from "./helpers/keyboard.js";
import { PtyShell } from "./helpers/pty-shell.js";
import { emptyFolder } from "./helpers/run-shell.js";

test("the start: lines, banner, prompt", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  await shell.prompt();
  assert.match(
    shell.screen.text.replace(/Welcome to\n[\s\S]*?version/, "Welcome to\n<banner> version"),
    new RegExp(
      [
        /^Setting default log level to "WARN"\.$/,
        /^To adjust logging level use sc\.setLogLevel\(newLevel\)\.$/,
        /^Spark context Web UI available at http:\/\/localhost:\d+$/,
        /^Spark context available as 'sc' \(master = local\[\*\], app id = local-\d+\)\.$/,
        /^Streaming context available as 'ssc' \(batch = 1000 ms\)\.$/,
        /^Spark session available as 'spark'\.$/,
        /^Welcome to$/,
        /^<banner> version 0\.1\.0$/,
        /^$/,
        /^Using TypeScript version \d+\.\d+\.\d+ \(Node\.js v\d+\.\d+\.\d+\)$/,
        /^Type in expressions to have them evaluated\.$/,
        /^Type :help for more information\.$/,
        /^$/,
        /^tspark>$/,
      ]
        .map(r => r.source.slice(1, -1))
        .join("\n"),
    ),
  );
  assert.equal(await shell.leave(), 0);
});

test("what is typed while it starts is not lost, Ctrl-D neither", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  shell.type("const early = 20 + 1\rearly * 2\r\x04");
  assert.equal((await shell.exited).exitCode, 0);
  assert.match(shell.screen.text, /^early: number = 21$[\s\S]*^res0: number = 42$/m);
});

test("before the prompt nothing is loaded but what it needs", { timeout: 300_000 }, async t => {
  const cwd = emptyFolder();
  const shell = PtyShell.start(t, [], { cwd, env: { NODE_V8_COVERAGE: path.join(cwd, "coverage") } });
  await shell.prompt();
  assert.equal(await shell.leave(), 0);
  const ran = modulesThatRan(path.join(cwd, "coverage"), "bin/tspark-shell");
  // Packages come with the first line that needs them.
  assert.deepEqual(ran.files, ["bin/tspark-shell", "dist/launch.cjs", "dist/load.cjs", "dist/tspark.cjs"]);
  // What else runs makes everybody's start longer: load it when it is first needed, or add it here.
  const needed = [
    "src/index.ts",
    "src/shell/",
    "src/sql/",
    "src/streaming/",
    "src/core/",
    "src/ui/",
    "src/transformer/",
    "src/pack/",
    // That there are such paths; what reads them comes with the first.
    "src/connectors/hdfs/schemes.ts",
  ];
  const strange = ran.modules.filter(module => !needed.some(place => module.startsWith(place)));
  assert.deepEqual(strange, []);
});

/** The files a process ran, and the modules of ours that ran in the one file that holds them all. */
function modulesThatRan(folder: string, program: string) {
  interface Script {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }
  const processes = readdirSync(folder).map(
    file => (JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { result: Script[] }).result,
  );
  const place = (url: string) => path.relative(process.cwd(), fileURLToPath(url));
  const filesOf = (scripts: readonly Script[]) => scripts.filter(s => s.url.startsWith("file:")).map(s => place(s.url));
  const scripts = processes.find(p => filesOf(p).includes(program))!;
  const pack = scripts.find(s => s.url.endsWith("/tspark.cjs"))!;
  // The build makes each module a function that has its name and runs once.
  const modules = pack.functions
    .filter(f => f.functionName.includes("/") && f.ranges[0]!.count > 0)
    .map(f => f.functionName);
  return { files: filesOf(scripts).sort(), modules: modules.sort() };
}

test("half a line typed while a stream prints every 100 ms stands whole after each print", {
  timeout: 300_000,
}, async t => {
  const shell = PtyShell.start(t, ["--batch-duration", "100ms"], { cwd: emptyFolder(), columns: 60, rows: 20 });
  await shell.run("ssc.rateStream(20).map(r => r.value).print(3); ssc.start()");
  await shell.run('setInterval(() => { process.stdout.write("part "); console.error("whole") }, 70).unref(); 0');
  const half = "sc.parallelize([1, 2, 3]).map(x => x";
  shell.type(half);
  const { screen } = shell;
  const batches = () => screen.text.split("Time: ").length - 1;
  for (let n = batches() + 1, until = n + 15; n < until; n++) {
    await screen.until(() => batches() >= n && screen.cursor.line === `tspark> ${half}`);
    assert.equal(screen.cursor.column, `tspark> ${half}`.length);
    // It stands once, and nothing of it anywhere else.
    assert.equal(screen.text.split("sc.parallelize").length - 1, 1);
  }
  for (const line of screen.lines.slice(-60)) {
    assert.match(line, /^(tspark> .*|-{43}|Time: \d+ ms|\d+|\.\.\.|part whole|part|whole|res\d+: .*|)$/, line);
  }
  shell.type(` * 2).collect()${KEYS.enter}`);
  await screen.until(s => /res\d+: number\[\] = \[ 2, 4, 6 \]/.test(s.text));
  await screen.until(s => s.cursor.line === "tspark>");
  assert.equal(await shell.leave(), 0);
});

test("Ctrl-C in every state keeps the session", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  const { screen } = shell;
  assert.equal(await shell.run("const kept = 1"), "kept: number = 1");
  // On an empty line.
  shell.type(KEYS.ctrl("c"));
  await screen.until(s => s.lines.at(-2) === "To leave, press Ctrl-D or type :quit.");
  await shell.prompt();
  // Half a line.
  shell.type("kep");
  await shell.prompt("kep");
  shell.type(KEYS.ctrl("c"));
  await screen.until(s => s.lines.at(-2) === "tspark> kep^C");
  await shell.prompt();
  // Code that runs: each says when it does.
  const running = [
    "console.log('loop'); while (true) {}",
    "await null; console.log('after await'); while (true) {}",
    "console.log('long await'); await new Promise(() => {})",
    "console.log('job'); sc.range(0, 1e12, 1, 4).map(x => x % 7).count()",
  ];
  for (const code of running) {
    const mark = /'(.*)'/.exec(code)![1]!;
    shell.type(code + KEYS.enter);
    await screen.until(s => s.lines.some(line => line === mark));
    shell.type(KEYS.ctrl("c"));
    await screen.until(s => s.lines.at(-2) === "Interrupted." && s.cursor.line === "tspark>");
    assert.match(await shell.run("kept"), /^res\d+: number = 1$/);
  }
  // One word is enough about what is cancelled with its input.
  shell.type(
    `console.log('not awaited'); void sc.range(0, 1e12, 1, 4).count(); await new Promise(() => {})${KEYS.enter}`,
  );
  await screen.until(s => s.lines.some(line => line === "not awaited"));
  shell.type(KEYS.ctrl("c"));
  await screen.until(s => s.lines.at(-2) === "Interrupted." && s.cursor.line === "tspark>");
  await shell.run("await new Promise(setImmediate)");
  assert.doesNotMatch(screen.text, /JobAborted/);
  assert.equal(await shell.leave(), 0);
});

test("Ctrl-C while only the closure of a stream is in a loop stops the stream and keeps the session", {
  timeout: 300_000,
}, async t => {
  const shell = PtyShell.start(t, ["--batch-duration", "100ms"]);
  const { screen } = shell;
  assert.equal(await shell.run("const kept = 1"), "kept: number = 1");
  // Past the screen, which draws when the loop is over.
  await shell.run('import { writeSync } from "node:fs"');
  const loop = "rdd => { console.log('said ' + 'before'); writeSync(1, 'in the ' + 'loop'); for (;;) {} }";
  shell.type(`ssc.rateStream(10).foreachRDD(${loop}); ssc.start()${KEYS.enter}`);
  await screen.until(s => s.text.includes("in the loop"));
  shell.type(KEYS.ctrl("c"));
  await screen.until(s => s.text.includes("a closure of a stream was in a loop, so the streaming context is stopped."));
  assert.match(screen.text, /^said before$/m);
  assert.doesNotMatch(screen.text, /ERROR/);
  await screen.until(s => s.text.includes("ssc is a fresh one"));
  await shell.prompt();
  assert.equal(await shell.run("kept"), "res0: number = 1");
  assert.equal(await shell.run("ssc.getState()"), "res1: StreamingContextState = 'INITIALIZED'");
  assert.equal(await shell.run("sc.range(0, 100, 1, 4).map(x => x * 2).sum()"), "res2: number = 9900");
  assert.equal(await shell.leave(), 0);
});

test("history: kept between sessions, several lines as one entry", { timeout: 300_000 }, async t => {
  const cwd = emptyFolder();
  const first = PtyShell.start(t, [], { cwd });
  await first.run("const first = 1");
  await first.run(`function f() {${KEYS.enter}return 1${KEYS.enter}}`);
  assert.equal(await first.leave(), 0);
  assert.equal(
    readFileSync(path.join(cwd, ".tspark/history"), "utf8"),
    "const first = 1\nfunction f() {\\nreturn 1\\n}\n",
  );
  const second = PtyShell.start(t, [], { cwd });
  await second.prompt();
  second.type(KEYS.up);
  await second.screen.until(s => s.lines.slice(-3).join("\n") === "tspark> function f() {\n     | return 1\n     | }");
  second.type(`${KEYS.ctrl("c")}`);
  await second.screen.until(s => s.cursor.line === "tspark>");
  second.type(`${KEYS.ctrl("r")}first`);
  await second.screen.until(s => s.cursor.line.endsWith("const first = 1"));
  second.type(KEYS.enter);
  await second.screen.until(s => s.lines.at(-2) === "first: number = 1");
  assert.equal(await second.leave(), 0);
});

test("what is typed before the prompt is there, also while an input runs", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  shell.type(`1 + 1${KEYS.enter}2 + 2${KEYS.enter}3 +`);
  await shell.prompt("3 +");
  shell.type(` 3${KEYS.enter}`);
  await shell.screen.until(s => s.lines.at(-2) === "res2: number = 6" && s.cursor.line === "tspark>");
  assert.match(shell.screen.text, /res0: number = 2[\s\S]*res1: number = 4[\s\S]*res2: number = 6/);
  assert.equal(await shell.leave(), 0);
});

test("the rest of a session at the terminal", { timeout: 300_000 }, async t => {
  const cwd = emptyFolder();
  mkdirSync(path.join(cwd, "lib"));
  const shell = PtyShell.start(t, ["--batch-duration", "100ms"], { cwd });
  const { screen } = shell;
  await shell.prompt();

  await t.test("Tab completes members by type", async () => {
    shell.type(`sc.paralle${KEYS.tab}`);
    await shell.prompt("sc.parallelize");
    shell.type(KEYS.ctrl("c"));
  });
  await t.test("Tab completes commands", async () => {
    await screen.until(s => s.cursor.line === "tspark>");
    shell.type(`:pa${KEYS.tab}`);
    await shell.prompt(":paste");
    shell.type(KEYS.ctrl("c"));
    await shell.prompt();
  });
  await t.test(":paste takes lines up to Ctrl-D as one input", async () => {
    const before = screen.lines.length;
    shell.type(`:paste${KEYS.enter}`);
    await screen.until(s => s.lines.some((line, i) => i >= before && line.startsWith("// Paste")));
    shell.type(`const p =${KEYS.enter}  [1, 2]${KEYS.enter}    .length${KEYS.enter}${KEYS.ctrl("d")}`);
    await screen.until(s => s.lines.at(-2) === "p: number = 2");
    await shell.prompt();
  });
  await t.test("a bracketed paste is one input", async () => {
    shell.type(KEYS.paste("const q = {\r  a: 1,\r}\r"));
    await screen.until(s => s.cursor.line === "     | }");
    shell.type(KEYS.enter);
    await screen.until(s => s.lines.at(-2) === "q: { a: number; } = { a: 1 }");
    await shell.prompt();
  });
  await t.test("an error in the background is told, and the session lives", async () => {
    await shell.run("let lost = 5; void Promise.reject(new Error('in the background')); 0");
    await screen.until(s => s.text.includes("Error: in the background"));
    assert.match(await shell.run("lost"), /: number = 5$/);
  });
  await t.test("a streaming context that has stopped is replaced, the context lives", async () => {
    await shell.run("ssc.queueStream([sc.parallelize([1])]).foreachRDD(() => {}); await ssc.start()");
    assert.match(await shell.run("await ssc.stop()"), /The streaming context has stopped: ssc is a fresh one\./);
    assert.match(await shell.run("[ssc.getState(), sc.isStopped]"), /\[ 'INITIALIZED', false \]/);
  });
  await t.test("a context that is stopped says how to make the next one", async () => {
    const said = "The context has stopped; sc = new SparkContext(conf) makes another one.";
    assert.equal(await shell.run("await sc.stop()"), said);
    assert.equal(await shell.run("sc.isStopped"), "res3: boolean = true");
    assert.match(
      await shell.run('sc = new SparkContext(new SparkConf().setMaster("local[2]").setAppName("next"))'),
      /^sc: SparkContext = /,
    );
  });
  await t.test("the terminal may change its size", async () => {
    shell.type("const long = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]");
    await screen.until(s => s.cursor.line.endsWith("12]"));
    shell.resize(30, 20);
    shell.type(".length");
    await screen.until(s => s.cursor.line.endsWith(".length"));
    shell.type(KEYS.enter);
    await screen.until(s => s.lines.at(-2) === "long: number = 12");
  });
  await t.test("SIGTERM ends it with 143", async () => {
    shell.kill("SIGTERM");
    assert.equal((await shell.exited).exitCode, 143);
  });
});

test("process.exit of the user's", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  await shell.prompt();
  shell.type(`1 + 1${KEYS.enter}`);
  await shell.screen.until(s => s.lines.at(-2) === "res0: number = 2");
  shell.type(`process.exit(3)${KEYS.enter}`);
  assert.equal((await shell.exited).exitCode, 3);
  assert.match(shell.screen.text, /process\.exit\(3\)\n$/);
});

test("a dumb terminal: prompts without any cursor movement", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t, [], { cwd: emptyFolder(), env: { TERM: "dumb" } });
  await shell.prompt();
  assert.equal(await shell.run("1 + 1"), "res0: number = 2");
  assert.equal(await shell.run("process.stdout.write('abc')"), "abc\nres1: boolean = true");
  assert.equal(await shell.run(`function f() {${KEYS.enter}return 2 }`), "     | return 2 }\nf: () => number");
  assert.equal(await shell.leave(), 0);
});
