import assert from "node:assert/strict";
import { test } from "node:test";
import { KEYS } from "./helpers/keyboard.js";
import { PtyShell } from "./helpers/pty-shell.js";
import { emptyFolder, runShell } from "./helpers/run-shell.js";

const BATCH = ["--batch-duration", "100ms"];
/** Two tasks at a time: it takes six rounds, on a machine with however many cores. */
const SLOW_JOB = "sc.range(0, 12, 1, 12).mapAsync(x => new Promise(done => setTimeout(done, 300, x))).count()";

/** How often a text stands on the screen and above it. */
const times = (text: string, part: string) => text.split(part).length - 1;

test("live() and plot() are drawn in one place above half a line typed, and stay when the stream stops", {
  timeout: 300_000,
}, async t => {
  const shell = PtyShell.start(t, BATCH, { cwd: emptyFolder(), columns: 90, rows: 40 });
  const { screen } = shell;
  await shell.run("const rows = ssc.rateStream(50).map((r): [string, number] => ['v' + (r.value % 2), r.value])");
  await shell.run("rows.live(2); rows.count().plot(); await ssc.start()");
  const half = "rows.map(r => r";
  shell.type(half);
  const seen = new Set<string>();
  while (seen.size < 12) {
    await screen.until(s => {
      const time = /Time: (\d+) ms {2}live at/.exec(s.text)?.[1];
      return time !== undefined && !seen.has(time) && s.cursor.line === `tspark> ${half}`;
    });
    seen.add(/Time: (\d+) ms {2}live at/.exec(screen.text)![1]!);
    assert.equal(times(screen.text, "live at"), 1, screen.text);
    assert.ok(times(screen.text, "plot at") <= 1, screen.text);
    assert.equal(times(screen.text, half), 1, screen.text);
    assert.equal(screen.cursor.column, `tspark> ${half}`.length);
  }
  await screen.until(s => /│ v\d +│/.test(s.text) && /[⠁-⣿]/.test(s.text));
  // What is printed meanwhile stands above both.
  shell.type(`${KEYS.ctrl("c")}console.log("in between")${KEYS.enter}`);
  await screen.until(s => {
    const at = (text: string) => s.lines.findIndex(line => line.startsWith(text));
    return at("in between") >= 0 && at("in between") < at("Time:") && s.cursor.line === "tspark>";
  });
  shell.type(`await ssc.stop()${KEYS.enter}`);
  await screen.until(s => s.text.includes("ssc is a fresh one") && s.cursor.line === "tspark>");
  await shell.run("const after = 1");
  assert.equal(times(screen.text, "live at"), 1, screen.text);
  assert.equal(times(screen.text, "plot at"), 1, screen.text);
  assert.equal(await shell.leave(), 0);
});

test("a script on a terminal draws in place too, and leaves the last state", { timeout: 300_000 }, async t => {
  const code = "ssc.rateStream(20).map(r => r.value).live(1); await ssc.start(); await ssc.awaitBatches(5)";
  const shell = PtyShell.start(t, ["-e", code, ...BATCH]);
  assert.equal((await shell.exited).exitCode, 0);
  assert.equal(times(shell.screen.text, "live at"), 1, shell.screen.text);
});

test("in a pipe live() prints a table a batch, and plot() a line", { timeout: 300_000 }, async () => {
  const input = `ssc.queueStream([sc.parallelize([["a", 1], ["b", 2]] as [string, number][]), sc.parallelize([["c", 3]] as [string, number][])]).live()
ssc.queueStream([sc.parallelize([5])]).plot()
await ssc.start()
await ssc.awaitBatches(2)
`;
  const { stdout, code } = await runShell([...BATCH, "-q"], { input });
  assert.equal(code, 0);
  assert.match(
    stdout,
    /-{43}\nTime: \d+ ms\n-{43}\n\+---\+---\+\n\| _1\| _2\|\n\+---\+---\+\n\| {2}a\| {2}1\|\n\| {2}b\| {2}2\|\n/,
  );
  assert.match(stdout, /\| {2}c\| {2}3\|\n/);
  assert.match(stdout, /^Time: \d+ ms {2}5 \*{40}$/m);
});

test("a long job shows its progress on a terminal and leaves nothing of it", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t, ["--master", "local[2]"], { cwd: emptyFolder(), columns: 90, rows: 30 });
  const { screen } = shell;
  await shell.prompt();
  shell.type(`${SLOW_JOB}${KEYS.enter}`);
  await screen.until(s => /^\[Stage 0:[= ]*>[ ]*\(\d+ \+ \d+\) \/ 12\]/m.test(s.text));
  await screen.until(s => /\/ 12\] \S+ tasks\/s, \d+ s left$/m.test(s.text));
  await screen.until(s => /^res0: number = 12$/m.test(s.text) && s.cursor.line === "tspark>");
  assert.doesNotMatch(screen.text, /\[Stage/);
  // The same while a line is typed.
  await shell.run(`const counting = { done: ${SLOW_JOB} }; 0`);
  const half = "const half = 1";
  shell.type(half);
  await screen.until(s => {
    const { lines } = s;
    return lines.at(-1) === `tspark> ${half}` && /^\[Stage \d+:.*\/ 12\]/.test(lines.at(-2) ?? "");
  });
  await screen.until(s => !s.text.includes("[Stage") && s.cursor.line === `tspark> ${half}`);
  shell.type(KEYS.enter);
  await screen.until(s => s.text.includes("half: number = 1"));
  assert.equal(await shell.leave(), 0);
});

test("progress is for a terminal, and for those who want it", { timeout: 300_000 }, async t => {
  const piped = await runShell(["--master", "local[2]", "-e", SLOW_JOB]);
  assert.equal(piped.stdout, "res0: number = 12\n");
  assert.doesNotMatch(piped.stderr, /Stage/);
  const shell = PtyShell.start(t, ["--master", "local[2]", "-c", "spark.ui.showConsoleProgress=false", "-e", SLOW_JOB]);
  let seen = false;
  void shell.screen.until(s => (seen ||= s.text.includes("[Stage"))).catch(() => {});
  assert.equal((await shell.exited).exitCode, 0);
  assert.equal(seen, false);
});
