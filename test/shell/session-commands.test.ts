import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { getLogger, setLogSink } from "../../src/core/log/logger.js";
import { Milliseconds, Receiver, type SparkContext, StreamingContext } from "../../src/index.js";
import { emptyFolder } from "./helpers/run-shell.js";
import { type SessionHarness, startSession } from "./session-harness.js";

let shell: SessionHarness;
before(async () => {
  shell = await startSession();
});
after(() => shell.dispose());
beforeEach(() => shell.session.reset());

/** Sets EDITOR to a program that runs `script` with the file as `$1`. */
function editor(script: string): () => void {
  const before = process.env["EDITOR"];
  const file = path.join(emptyFolder(), "editor");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env["EDITOR"] = file;
  return () => {
    if (before === undefined) delete process.env["EDITOR"];
    else process.env["EDITOR"] = before;
  };
}

test(":edit opens the last input that is no command, and runs what was saved", async () => {
  const restore = editor('sed -i s/20/21/ "$1"');
  try {
    await shell.type("const a = 20");
    await shell.type(":imports");
    assert.equal(await shell.type(":edit"), "a: number = 21");
    assert.equal(shell.shell.history.entries.at(-1), "const a = 21");
  } finally {
    restore();
  }
});

test(":edit N opens an input of the history", async () => {
  const restore = editor('echo "b + 1" >> "$1"');
  try {
    await shell.type("const b = 1");
    const number = shell.shell.history.entries.length;
    await shell.type("b + b");
    assert.equal(await shell.type(`:edit ${number}`), "b: number = 1\nres1: number = 2");
  } finally {
    restore();
  }
});

test(":edit runs nothing that was not changed, and nothing that the editor refused", async () => {
  await shell.type("1 + 1");
  const saved = editor("exit 0");
  assert.equal(await shell.type(":edit"), "Nothing was changed: nothing is run.");
  saved();
  const refused = editor('echo 5 > "$1"; exit 1');
  assert.match(await shell.type(":edit"), /editor ended with exit code 1, where 0 means success$/);
  refused();
  assert.match(await shell.type(":edit 9999"), /^the history has no input 9999: it holds \d+;/);
});

test(":why tells every frame, every cause and what the documentation says", async () => {
  await shell.type('function f(): never { throw new TypeError("outer", { cause: new RangeError("inner") }) }');
  await shell.type("f()");
  const story = await shell.type(":why");
  assert.match(story, /TypeError: outer\n\s+at f \(<console>:1:29\)/);
  assert.match(story, /\[cause\]: RangeError: inner/);
  await shell.type('sc.textFile("no-such-file").count()');
  assert.match(await shell.type(":why"), /no-such-file[\s\S]*^[A-Z_]+: .+$/m);
  // One in which nothing of the user's own took part.
  await shell.type(":log LOUD");
  assert.match(await shell.type(":why"), /^IllegalArgumentError: .*LOUD/);
});

test(":why says first what was warned of since, and what it is about", async () => {
  const silence = setLogSink(() => {});
  const log = getLogger("Somewhere");
  try {
    await shell.type('throw new TypeError("mine")');
    log.info("nobody asks about this");
    log.warn("The disk is nearly full", new RangeError("1 %"));
    assert.match(
      await shell.type(":why"),
      /^\S+ \S+ WARN Somewhere: The disk is nearly full\nRangeError: 1 %\n[\s\S]*This is a warning: what it tells of goes on\. ":log ERROR Somewhere" silences such lines\.\n\nWhat failed last, before that:\nTypeError: mine\n/,
    );
    // What failed since is the news again; a line of the log that tells of it is none.
    await shell.type('const lost = new Error("newer"); throw lost');
    log.error("A job failed", new Error("outer", { cause: shell.session.lastError }));
    assert.match(await shell.type(":why"), /^Error: newer\n/);
    // What a line was warned of itself.
    await shell.type("let n = 0; await sc.parallelize([1]).foreach(x => { n += x })");
    assert.match(
      await shell.type(":why"),
      /^<console>:1:\d+ - warning: [\s\S]*\nThis is a warning: the input has run\.\n\nWhat failed last, before that:\nError: newer\n/,
    );
  } finally {
    silence();
  }
});

test(":time waits for what the input awaits, and tells of no time for what failed", async () => {
  assert.match(await shell.type(":time await sc.range(0, 10).count()"), /^res0: number = 10\nTime: [\d.]+ (?:ms|s)$/);
  assert.doesNotMatch(await shell.type(':time throw new Error("x")'), /Time:/);
  assert.equal(await shell.type(":time"), ":time is used as :time EXPR");
});

test(":streams shows rates and delays; :why the failure of a batch", async () => {
  const sc = shell.session.get("sc") as SparkContext;
  const clock = new ManualClock();
  const ssc = new StreamingContext(sc, Milliseconds(500), { clock });
  ssc.queueStream([sc.parallelize([1, 2, 3]), sc.parallelize([4])]).foreachRDD(async rdd => {
    if ((await rdd.count()) === 1) throw new Error("only one");
  });
  ssc.rateStream(6).foreachRDD(() => {});
  await ssc.start();
  try {
    await clock.advance(500);
    const said = await shell.type(":streams");
    assert.match(said, /^Streaming for 500 ms, batch 500 ms: 1 batch completed, 0 running, 0 waiting\.$/m);
    assert.match(said, /│ Queue stream \[0\] +│ - +│ - +│ - +│ polled +│/);
    assert.match(said, /│ Rate stream \[1\] +│ 3 +│ 6 +│ 3 +│ polled +│/);
    assert.match(said, /^Latest batch: scheduling delay .*, processing time .*, total delay .*\.$/m);
    assert.doesNotMatch(said, /failed/);
    await clock.advance(500);
    assert.match(
      await shell.type(":streams"),
      /^1 batch failed, the latest with Error: only one \(:why tells the whole story\)$/m,
    );
    assert.match(await shell.type(":why"), /Error: only one/);
  } finally {
    await ssc.stop(false);
  }
  assert.equal(await shell.type(":streams"), "No stream is active.");
});

test(":streams tells a receiver's last error apart from what it does now", async () => {
  class Complaining extends Receiver<number> {
    override onStart(): void {
      this.reportError("a bad line", new Error("not a number"));
    }
    override onStop(): void {}
  }
  const ssc = new StreamingContext(shell.session.get("sc") as SparkContext, Milliseconds(500), {
    clock: new ManualClock(),
  });
  ssc.receiverStream(new Complaining()).foreachRDD(() => {});
  const complained = new Promise<void>(resolve => ssc.addStreamingListener({ onReceiverError: () => resolve() }));
  await ssc.start();
  try {
    await complained;
    const rows = (await shell.type(":streams")).split("\n").filter(line => line.startsWith("│"));
    // Its cell takes several lines here.
    const state = rows.map(line => line.split("│").at(-2)!.slice(1, -1)).join("");
    assert.match(state, /receiving; last error: a bad line - not a number/);
  } finally {
    await ssc.stop(false);
  }
});

test(":paste FILE and :load FILE name the file in their messages", async () => {
  const file = path.join(emptyFolder(), "broken.ts");
  writeFileSync(file, "const fine = 1\nnope\n");
  for (const command of ["paste", "load"]) {
    assert.match(await shell.type(`:${command} ${file}`), new RegExp(`^${file}:2:1 - error TS2304`));
  }
});

test(":replay runs again what ran to its end, from a clean state and with its output", async () => {
  for (const input of ["let n = 1", "nope", "n += 1", "throw new Error('x')", "n * 10"]) await shell.type(input);
  assert.equal(await shell.type(":replay"), "n: number = 1\nn: number = 2\nres0: number = 20");
  assert.equal(await shell.type("n"), "res1: number = 2");
  // What was replayed can be replayed.
  assert.equal(await shell.type(":rep"), "n: number = 1\nn: number = 2\nres0: number = 20\nres1: number = 2");
});

test(":replay reads files again that were loaded, and stops at the first error", async () => {
  const file = path.join(emptyFolder(), "a.ts");
  writeFileSync(file, "const a = 1");
  await shell.type(`:load ${file}`);
  await shell.type("a");
  writeFileSync(file, "const a = 2");
  assert.equal(await shell.type(":replay"), "a: number = 2\nres0: number = 2");
  writeFileSync(file, "nope");
  assert.match(await shell.type(":replay"), /^\S+a\.ts:1:1 - error TS2304.*\n.*\n.*$/);
});

test(":reset stops the streams, and begins at res0 with a fresh ssc", async () => {
  const sc = shell.session.get("sc") as SparkContext;
  const ssc = new StreamingContext(sc, Milliseconds(500), { clock: new ManualClock() });
  ssc.rateStream(1).foreachRDD(() => {});
  await ssc.start();
  await shell.type("const a = 1; a + 1");
  assert.equal(await shell.type(":reset"), "All names are forgotten: sc is the same, ssc is a fresh one.");
  assert.equal(ssc.getState(), "STOPPED");
  assert.equal(await shell.type("ssc.getState()"), "res0: StreamingContextState = 'INITIALIZED'");
  assert.match(await shell.type("a"), /TS2304/);
});

test(":require of a package that is not there, or of nothing", async () => {
  assert.match(
    await shell.type(":require no-such-package-of-ours"),
    /^the package no-such-package-of-ours is not found from .*: install it there, e\.g\. with npm install/,
  );
  assert.match(await shell.type(":require"), /^:require is used as :require PACKAGE/);
});
