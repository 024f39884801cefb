import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { completeString, openString } from "../../src/shell/commands/complete-string.js";
import { emptyFolder } from "./helpers/run-shell.js";

const content = (text: string) => openString(text)?.content;

test("the string in which a text ends", () => {
  assert.equal(content('conf.set("spark.ui'), "spark.ui");
  assert.equal(content("f('"), "");
  assert.equal(content('f("a", "b'), "b");
  assert.equal(content('f("a\\"b'), 'a\\"b');
  assert.equal(content('"a\\\\"'), undefined);
  assert.equal(content('f("a")'), undefined);
  assert.equal(content("// it's \""), undefined);
  assert.equal(content('`"${"x'), "x");
  assert.equal(content("`a 'b"), undefined);
});

/** A type service that knows the keys of one object. */
const session = {
  complete: async (text: string, cursor: number) =>
    text.includes("obj[")
      ? { start: cursor, items: [{ name: "price", kind: "property" }] }
      : { start: cursor, items: [] },
};

async function names(text: string): Promise<string[] | undefined> {
  return (await completeString(session, text, text.length))?.items.map(i => i.name);
}

test("keys of the configuration where a call takes one", async () => {
  for (const call of [
    "conf.set(",
    "new SparkConf().get(",
    "sc.getConf().getOption(",
    "spark.conf.set(",
    'conf.set("a", "b").set(',
  ]) {
    assert.deepEqual(await names(`${call}"spark.ui.po`), ["spark.ui.port"], call);
  }
  assert.deepEqual(await names('map.set("spark.ui.po'), []);
});

test("keys of an object, as its type says", async () => {
  assert.deepEqual(await names('obj["'), ["price"]);
});

test("names of files in any other string, hidden ones when they are asked for", async () => {
  const folder = emptyFolder();
  mkdirSync(path.join(folder, "data"));
  for (const name of ["day.csv", ".secret", "it's"]) writeFileSync(path.join(folder, name), "");
  assert.deepEqual(await names(`sc.textFile("${folder}/`), [`${folder}/data/`, `${folder}/day.csv`]);
  assert.deepEqual(await names(`sc.textFile("${folder}/da`), [`${folder}/data/`, `${folder}/day.csv`]);
  assert.deepEqual(await names(`sc.textFile('${folder}/.`), [`${folder}/.secret`]);
  assert.deepEqual(await names('sc.textFile("/no/such/folder/'), []);
  assert.equal(await names("sc."), undefined);
  for (const text of ['import { X } from "', "export * from '", 'import("', 'require("'])
    assert.deepEqual(await names(`${text}${folder}/`), [], "the name of a module is none of just any file");
});
