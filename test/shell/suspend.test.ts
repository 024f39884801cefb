import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { KEYS } from "./helpers/keyboard.js";
import { PtyShell } from "./helpers/pty-shell.js";

const SHELL = `'${process.execPath}' '${path.resolve("bin/tspark-shell")}' -q`;

/** A bash with job control that has started `program`, whose prompt stands. */
async function inBash(t: TestContext, program: string): Promise<PtyShell> {
  const bash = PtyShell.start(t, [], {
    command: ["bash", "--norc", "--noprofile", "--noediting", "-i"],
    columns: 200,
    env: { PS1: "bash> " },
  });
  await bash.screen.until(s => s.cursor.line === "bash>");
  bash.type(`${program}${KEYS.enter}`);
  await bash.prompt();
  return bash;
}

/** Ctrl-Z: resolves with what was shown until bash's prompt stands. */
async function stop(bash: PtyShell): Promise<string> {
  const before = bash.screen.lines.length;
  bash.type(KEYS.ctrl("z"));
  await bash.screen.until(s => s.cursor.line === "bash>");
  return bash.screen.lines.slice(before, -1).join("\n");
}

async function goOn(bash: PtyShell, typed = ""): Promise<void> {
  bash.type(`fg${KEYS.enter}`);
  await bash.prompt(typed);
}

async function end(bash: PtyShell): Promise<void> {
  bash.type(KEYS.ctrl("d"));
  await bash.screen.until(s => s.cursor.line === "bash>");
  bash.type(`exit${KEYS.enter}`);
  await bash.exited;
}

test("Ctrl-Z stops the shell without a word, fg draws the line again, and Ctrl-C ends loops as before", {
  timeout: 300_000,
}, async t => {
  const bash = await inBash(t, SHELL);
  const { screen } = bash;
  await bash.run("console.log(1 + 1)");
  bash.type("console.log(3");
  await bash.prompt("console.log(3");
  assert.match(await stop(bash), /^\n?\[1\]\+ +Stopped +.*$/);
  assert.ok(screen.written.lastIndexOf("\x1b[?2004l") > screen.written.lastIndexOf("\x1b[?2004h"), "pastes are plain");
  bash.type(`stty -a${KEYS.enter}`);
  await screen.until(s => s.cursor.line === "bash>" && /(?<!-)icanon/.test(s.text));
  await goOn(bash, "console.log(3");
  assert.ok(screen.written.lastIndexOf("\x1b[?2004h") > screen.written.lastIndexOf("\x1b[?2004l"), "pastes are marked");
  bash.type(` * 4)${KEYS.enter}`);
  await screen.until(s => s.lines.at(-2) === "12" && s.cursor.line === "tspark>");
  for (const code of ["console.log('loop'); while (true) {}", "await null; console.log('awaited'); while (true) {}"]) {
    await stop(bash);
    await goOn(bash);
    bash.type(code + KEYS.enter);
    await screen.until(s => s.lines.includes(/'(.*)'/.exec(code)![1]!));
    bash.type(KEYS.ctrl("c"));
    await screen.until(s => s.lines.at(-2) === "Interrupted." && s.cursor.line === "tspark>");
  }
  await end(bash);
});

test("Ctrl-Z stops what has started the shell as well: npm start, npx, a script", { timeout: 300_000 }, async t => {
  const bash = await inBash(t, `sh -c "${SHELL}; echo over"`);
  await stop(bash);
  await goOn(bash);
  bash.type(`console.log(6 * 7)${KEYS.enter}`);
  await bash.screen.until(s => s.lines.at(-2) === "42" && s.cursor.line === "tspark>");
  await end(bash);
  assert.ok(bash.screen.lines.includes("over"));
});

test("where nothing could continue the shell Ctrl-Z leaves the line as it is", { timeout: 300_000 }, async t => {
  const shell = PtyShell.start(t, ["-q"]);
  await shell.prompt();
  shell.type(`console.log(5${KEYS.ctrl("z")} * 5)${KEYS.enter}`);
  await shell.screen.until(s => s.lines.at(-2) === "25" && s.cursor.line === "tspark>");
  assert.equal(await shell.leave(), 0);
});
