// Sentences of the shell's contract that no other file holds: each stands as the title of its test.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { test } from "node:test";
import { KEYS } from "./helpers/keyboard.js";
import { PtyShell, UNENDING } from "./helpers/pty-shell.js";
import { emptyFolder, runShell, startShell } from "./helpers/run-shell.js";

test("`tspark-shell -i FILE` (repeatable): loads the file, then gives the prompt; process.argv holds the user's own words", {
  timeout: 300_000,
}, async t => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, "a.ts"), "const a = 1");
  writeFileSync(path.join(cwd, "b.ts"), "const b = a + 1");
  const shell = PtyShell.start(t, ["--batch-duration", "500ms", "-i", "a.ts", "-i", "b.ts"], { cwd });
  await shell.prompt();
  assert.match(shell.screen.text, /a: number = 1\nb: number = 2\n/);
  assert.equal(await shell.run("a + b"), "res0: number = 3");
  assert.equal(await shell.run("process.argv.length"), "res1: number = 2");
  assert.equal(await shell.leave(), 0);
});

test("Colour only on a terminal; NO_COLOR and FORCE_COLOR are honoured", async () => {
  const colors = async (env: Readonly<Record<string, string>>) => {
    const { stdout } = await runShell(["-e", "[1]"], { env: { NO_COLOR: "", ...env } });
    return stdout.includes("\x1b[");
  };
  assert.equal(await colors({}), false);
  assert.equal(await colors({ FORCE_COLOR: "1" }), true);
  assert.equal(await colors({ FORCE_COLOR: "0" }), false);
});

test("After `sc.stop()` the user makes the next: `sc = new SparkContext(conf)`", async () => {
  const { code, stdout, stderr } = await runShell([], {
    input: `const conf = sc.getConf()
await sc.stop()
sc.isStopped
sc = new SparkContext(conf.setAppName("the next"))
sc.range(0, 10).count()
sc.appName
ssc.sparkContext === sc
`,
  });
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /res0: boolean = true\n[\s\S]*res1: number = 10\nres2: string = 'the next'\nres3: boolean = true\n$/,
  );
});

test("`:reset` keeps the `sc` that the user has made and declared", async () => {
  const { code, stdout, stderr } = await runShell(["--quiet"], {
    input: `await sc.stop()
const sc = new SparkContext(new SparkConf().setMaster("local[1]").setAppName("again"))
:reset
console.log(sc.appName, sc.isStopped, ssc.sparkContext === sc)
`,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^again false true$/m);
});

test("`--quiet` silences the start-up lines and the echo, not warnings", async () => {
  const { code, stdout, stderr } = await runShell(["--quiet", "-c", "spark.ui.prot=1", "-e", "1 + 1"]);
  assert.equal(code, 0);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^\S+ \S+ WARN SparkConf: spark\.ui\.prot \(--conf\) is no key of tspark: did you mean spark\.ui\.port\?\n$/,
  );
});

test("A port that is taken is not an error: the next one is tried, with a WARN line", async () => {
  const taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  try {
    const { code, stderr } = await runShell(["-c", `spark.ui.port=${port}`, "-e", "1"]);
    assert.equal(code, 0);
    assert.match(stderr, new RegExp(`^\\S+ \\S+ WARN \\w+: .*${port}.*$`, "m"));
    assert.match(stderr, /^Spark context Web UI available at http:\/\/localhost:\d+$/m);
  } finally {
    taken.close();
  }
});

test("`:load` of a file that is binary, is missing or is a folder: one clear message, an error of the script", async () => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, "binary.ts"), Buffer.from([0x7f, 0x45, 0, 0, 1]));
  const { code, stdout, stderr } = await runShell(["--quiet", "--keep-going"], {
    cwd,
    input: ":load binary.ts\n:load missing.ts\n:load .\n:paste missing.ts\nconsole.log('on')\n",
  });
  assert.equal(code, 1);
  assert.equal(stdout, "on\n");
  assert.match(
    stderr,
    /^the file binary\.ts is binary.*\nthe file missing\.ts does not exist.*\nthe file \. is a directory.*\nthe file missing\.ts does not exist.*\n$/,
  );
});

test("Standard output closed (`| head -1`) ends quietly", async () => {
  const child = startShell(["-e", "1", "-e", "2"], { merged: false });
  let stderr = "";
  child.stderr.on("data", (text: string) => (stderr += text));
  child.stdout.destroy();
  const code = await new Promise(resolve => child.on("close", resolve));
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /EPIPE|^\s+at /m);
});

test("A terminal of 20 columns: what is typed and what comes back stand there whole", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t, [], { columns: 20, rows: 30 });
  const { screen } = shell;
  await shell.prompt();
  shell.type(`const text = "0123456789"${KEYS.enter}`);
  await screen.until(s => s.cursor.line === "tspark>" && s.text.includes("text: string"));
  assert.match(screen.text.replaceAll("\n", ""), /tspark> const text = "0123456789"text: string = '0123456789'/);
  shell.type(`:help silent${KEYS.enter}`);
  await screen.until(s => s.cursor.line === "tspark>" && s.text.replaceAll("\n", " ").includes("and on again"));
  assert.equal(await shell.leave(), 0);
});

test("`:sh` has the terminal; Ctrl-C ends its program and keeps the session", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  const { screen } = shell;
  assert.equal(await shell.run(":sh echo hello"), "hello");
  shell.type(`:sh ${UNENDING}${KEYS.enter}`);
  await screen.until(s => s.lines.includes("begun"));
  shell.type(KEYS.ctrl("c"));
  await screen.until(s => s.cursor.line === "tspark>" && /^Interrupted\.$/m.test(s.text));
  assert.equal(await shell.run("1 + 1"), "res0: number = 2");
  assert.equal(await shell.leave(), 0);
});

test("`:edit` opens $EDITOR on the terminal and runs what was saved", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t, [], { env: { EDITOR: "sed -i s/20/21/", VISUAL: "" } });
  assert.equal(await shell.run("const a = 20"), "a: number = 20");
  assert.equal(await shell.run(":edit"), "tspark> const a = 21\na: number = 21");
  shell.type(KEYS.up);
  await shell.screen.until(s => s.cursor.line === "tspark> const a = 21");
  shell.type(KEYS.ctrl("c"));
  assert.equal(await shell.leave(), 0);
});

test("`:replay` shows what it runs again", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  await shell.run("let n = 1");
  await shell.run("n * 10");
  assert.equal(await shell.run(":replay"), "tspark> let n = 1\nn: number = 1\ntspark> n * 10\nres0: number = 10");
  assert.equal(await shell.leave(), 0);
});
