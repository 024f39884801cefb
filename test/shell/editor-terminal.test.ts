import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { KEYS } from "./helpers/keyboard.js";
import { PtyShell, UNENDING } from "./helpers/pty-shell.js";
import { emptyFolder } from "./helpers/run-shell.js";

const COLOURS = { NO_COLOR: "" };

test("colours while typing, and the rest of an earlier input in grey", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t, [], { cwd: emptyFolder(), env: COLOURS });
  const { screen } = shell;
  assert.match(await shell.run("const first = 'one'"), /^first: string = 'one'$/);
  shell.type("const f");
  await screen.until(
    s => s.cursor.line === "tspark> const first = 'one'" && s.cursor.column === "tspark> const f".length,
  );
  assert.ok(
    screen.written.includes("\x1b[35mconst\x1b[39m f\x1b[90mirst = 'one'\x1b[39m"),
    JSON.stringify(screen.written.slice(-300)),
  );
  shell.type(`${KEYS.right}.length${KEYS.enter}`);
  await screen.until(s => s.lines.at(-2) === "first: number = 3" && s.cursor.line === "tspark>");
  assert.equal(await shell.leave(), 0);
});

test("NO_COLOR: nothing is coloured and nothing suggested", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t);
  await shell.run("const first = 'one'");
  shell.type("const f");
  await shell.prompt("const f");
  shell.type(KEYS.ctrl("c"));
  await shell.prompt();
  assert.doesNotMatch(shell.screen.written, /\x1b\[\d+m/);
  assert.equal(await shell.leave(), 0);
});

test("Tab: members, keys of objects and of the configuration, files, commands and what they take", {
  timeout: 300_000,
}, async t => {
  const cwd = emptyFolder();
  mkdirSync(path.join(cwd, "jobs"));
  writeFileSync(path.join(cwd, "jobs", "count.ts"), "");
  writeFileSync(path.join(cwd, "words.txt"), "");
  const shell = PtyShell.start(t, [], { cwd, columns: 60 });
  const { screen } = shell;
  await shell.run(
    "const order = { price: 1, 'unit-price': 2 }; const pairs = sc.parallelize([['a', 1]] as [string, number][])",
  );
  for (const [typed, completed] of [
    ["pairs.reduceByKeyL", "pairs.reduceByKeyLocally"],
    ["order.pr", "order.price"],
    ['order["pr', 'order["price'],
    ['sc.getConf().get("spark.ui.po', 'sc.getConf().get("spark.ui.port'],
    ['sc.textFile("wo', 'sc.textFile("words.txt'],
    ["sc.textFile('jo", "sc.textFile('jobs/"],
    [":he", ":help"],
    [":load jobs/c", ":load jobs/count.ts"],
  ] as const) {
    shell.type(typed + KEYS.tab);
    await shell.prompt(completed);
    shell.type(KEYS.ctrl("c"));
    await shell.prompt();
  }
  // What is not certain is listed in columns.
  shell.type(`pairs.leftO${KEYS.tab}${KEYS.ctrl("w")}sc.stop${KEYS.tab}`);
  await shell.prompt("sc.stop");
  shell.type(`${KEYS.ctrl("u")}pairs.map${KEYS.tab}`);
  await shell.prompt("pairs.map");
  shell.type(KEYS.tab);
  await screen.until(s =>
    /^map +mapPartitionsWithIndex\nmapAsync +mapValues\nmapPartitions\ntspark> pairs\.map$/m.test(s.text),
  );
  shell.type(KEYS.ctrl("c"));
  assert.equal(await shell.leave(), 0);
});

test("a terminal of 20 columns, with wide characters and accents, that changes its size", {
  timeout: 300_000,
}, async t => {
  const shell = PtyShell.start(t, ["--batch-duration", "100ms"], {
    cwd: emptyFolder(),
    columns: 20,
    rows: 30,
    env: COLOURS,
  });
  const { screen } = shell;
  // Blanks at the end of a row are not told from none.
  const joined = () => screen.text.replaceAll("\n", "").replaceAll(" ", "");
  assert.match(
    await shell.run(":help doc"),
    /^:doc NAME {2}shows how\na name is declared\nand what is written\nabout it\n/,
  );
  const input = "const 日本 = ['語'.repeat(3), 'e\u0301', '👨‍👩‍👧', 1234567890]";
  shell.type(input);
  await screen.until(() => joined().endsWith(input.replaceAll(" ", "")));
  for (let i = 0; i < 11; i++) shell.type(KEYS.left);
  shell.type("0, ");
  await screen.until(() => joined().endsWith("'👨‍👩‍👧',0,1234567890]"));
  shell.resize(35, 30);
  shell.type(`${KEYS.end}${KEYS.left}, 5${KEYS.end}${KEYS.enter}`);
  await screen.until(s => /日本:\(string\|/.test(joined()) && s.cursor.line === "tspark>");
  assert.match(await shell.run("日本.length"), /= 6$/);
  // Streams draw within it.
  await shell.run("ssc.rateStream(10).map(r => ({ value: r.value, text: 'long '.repeat(9) })).live(); ssc.start()");
  shell.type("half");
  await screen.until(s => s.text.includes("┌") && s.cursor.line === "tspark> half");
  for (const line of screen.lines.slice(-12)) assert.ok(line.length <= 35, line);
  shell.type(KEYS.ctrl("c"));
  assert.equal(await shell.leave(), 0);
});

test("output in pieces of characters and in other encodings; Ctrl-C ends a program and says so on a row of its own", {
  timeout: 300_000,
}, async t => {
  const shell = PtyShell.start(t);
  const { screen } = shell;
  await shell.run("[[0xc3], [0xa9, 0x0a]].forEach(bytes => process.stdout.write(Buffer.from(bytes)))");
  assert.match(await shell.run("process.stdout.write('aGkK', 'base64')"), /^hi\nres0: boolean = true$/);
  assert.match(screen.text, /^é$/m);
  // What the shell says itself stands on a row of its own, below what has not ended its row.
  assert.equal(await shell.run("void process.stdout.write('abc'); 1 + 1"), "abc\nres1: number = 2");
  assert.match(await shell.run("void process.stderr.write('abc'); throw new Error('lost')"), /^abc\nError: lost\n/);
  assert.match(await shell.run("process.stdout.write('red\\n\\x1b[0m')"), /^red\nres2: boolean = true$/);
  shell.type(`:sh ${UNENDING}\r`);
  await screen.until(s => s.lines.includes("begun"));
  shell.type(KEYS.ctrl("c"));
  await screen.until(s => /\^C\nInterrupted\.\ntspark>$/.test(s.text));
  assert.equal(await shell.leave(), 0);
});

test("two shells share a history; a damaged one is told of once", { timeout: 300_000 }, async t => {
  const home = emptyFolder();
  const file = path.join(home, ".tspark", "history");
  mkdirSync(path.dirname(file));
  writeFileSync(file, "old one\n\0\0\0\nhalf");
  const shells = [PtyShell.start(t, [], { home }), PtyShell.start(t, [], { home })] as const;
  for (const shell of shells) await shell.prompt();
  for (const [i, shell] of shells.entries()) {
    assert.equal(shell.screen.text.replaceAll(/\s/g, "").split("cannotbereadastext").length - 1, 1);
    shell.type(KEYS.up);
    await shell.prompt("half");
    shell.type(KEYS.ctrl("u"));
    await shell.run(`const x${i} = 1`);
  }
  await shells[0].run("const x2 = 1");
  for (const shell of shells) assert.equal(await shell.leave(), 0);
  assert.match(readFileSync(file, "utf8"), /\nhalf\n(?:\n?const x\d = 1\n){3}$/);
});

test("a result that is higher than the screen is a table cut to it; :last shows all of it in the pager", {
  timeout: 300_000,
}, async t => {
  const cwd = emptyFolder();
  const shell = PtyShell.start(t, [], { cwd, columns: 90, rows: 20, env: { PAGER: "cat > paged; echo shown" } });
  await shell.prompt();
  const said = await shell.run("sc.range(40).map((x): [string, number] => ['word' + x, x]).collect()");
  assert.match(said, /^res0: \[string, number\]\[\] =\n┌─/);
  assert.match(said, /\n… 29 more rows: :last shows all$/);
  assert.equal(await shell.run(":last"), "shown");
  assert.equal(readFileSync(path.join(cwd, "paged"), "utf8").split("\n").length, 40 + 5 + 1);
  await shell.run(":mode json");
  assert.match(await shell.run("[{ a: 1 }, { a: 2 }]"), /^\[\{"a":1\},\{"a":2\}\]$/);
  assert.equal(await shell.leave(), 0);
});
