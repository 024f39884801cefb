import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { COMMANDS, findCommand } from "../../src/shell/commands/commands.js";
import { completeCommandLine } from "../../src/shell/commands/complete-command.js";
import { emptyFolder } from "./helpers/run-shell.js";

test("a command is found by its name and by any beginning of it", () => {
  for (const command of COMMANDS) {
    assert.equal(findCommand(command.name), command);
    // Of several that fit, the first of the table is meant.
    const first = COMMANDS.find(c => c.name.startsWith(command.name[0]!));
    assert.equal(findCommand(command.name[0]!), first);
  }
});

test("an unknown command names the nearest, if one is near", () => {
  assert.throws(() => findCommand("hepl"), { message: ":hepl is no command: did you mean :help?; :help lists them" });
  assert.throws(() => findCommand("zzzzzz"), {
    message: ":zzzzzz is no command; :help lists them",
  });
  assert.throws(() => findCommand("nosuch"), { message: ":nosuch is no command; :help lists them" });
  assert.throws(() => findCommand("hsitroy"), { message: /did you mean :history\?/ });
  assert.throws(() => findCommand("dco"), { message: /did you mean :doc\?/ });
  // A colon alone, as in Scala's shell.
  assert.equal(findCommand("").name, "help");
});

const session = {
  complete: async (text: string, cursor: number) => ({
    start: text.lastIndexOf(".", cursor) + 1,
    items: [{ name: "range", kind: "method" }],
  }),
};
const complete = async (text: string) => {
  const { start, items } = await completeCommandLine(session, text, text.length);
  return { start, names: items.map(i => i.name).filter(n => n.startsWith(text.slice(start))) };
};

test("completion of commands and of what they take", async () => {
  assert.deepEqual(await complete(":lo"), { start: 0, names: [":load", ":log"] });
  assert.deepEqual(await complete(":type sc.ra"), { start: 9, names: ["range"] });
  assert.deepEqual(await complete(":help lo"), { start: 6, names: ["load", "log"] });
  assert.deepEqual(await complete(":conf spark.ui.po"), { start: 6, names: ["spark.ui.port"] });
  assert.deepEqual(await complete(":log W"), { start: 5, names: ["WARN"] });
  assert.deepEqual(await complete(":quit x"), { start: 7, names: [] });
  const folder = emptyFolder();
  mkdirSync(path.join(folder, "jobs"));
  writeFileSync(path.join(folder, "job.ts"), "");
  writeFileSync(path.join(folder, "jo b"), "");
  const files = [`${folder}/job.ts`, `${folder}/jobs/`];
  assert.deepEqual((await complete(`:load ${folder}/jo`)).names.sort(), [`${folder}/jo b`, ...files]);
  assert.deepEqual(await complete(`:sh ls -l ${folder}/jo`), { start: 10, names: files });
});
