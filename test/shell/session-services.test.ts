import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type SessionHarness, startSession } from "./session-harness.js";

let shell: SessionHarness;
before(async () => {
  shell = await startSession();
});
beforeEach(() => shell.session.reset());
after(() => shell.dispose());

/** What `:doc` would say: signatures and the first line of the text. */
async function doc(name: string): Promise<string> {
  const answer = await shell.session.doc(name);
  return answer.status === "found" ? [...answer.signatures, answer.text.split("\n")[0]].join("\n") : answer.status;
}

test("doc: a member by its object, by its class and in a chain", async () => {
  assert.match(await doc("sc.parallelize"), /^(?:sc\.parallelize<T.*\): RDD<T>\n)+An RDD of/);
  assert.match(await doc("RDD.map"), /^(?:RDD\.map<U.*\): RDD<U>\n)+`f` of each element\.$/);
  assert.match(await doc("sc.parallelize([1]).map"), /^(?:sc\.parallelize\(\[1\]\)\.map<U.*number.*\): RDD<U>\n)+`f`/);
  assert.match(await doc("sc.parallelize([1]).map()"), /\.map<U/);
});

test("doc: classes, constants, types, overloads, what Node and JavaScript have", async () => {
  // However long it is, nothing of a declaration is left out.
  const whole = await doc("DStream.reduceByKeyAndWindow");
  assert.match(whole, /\(this: DStream<readonly \[K, V\]>, f: .*, filterFunc\?: .*\): DStream<\[K, V\]>$/m);
  assert.doesNotMatch(whole.split("\n\n")[0]!, /<\.\.\.>|\[\.\.\.\]/);
  assert.match(await doc("SparkContext"), /^class SparkContext\n\w/);
  // Of what classes it is put together is nobody's business: they cannot be imported.
  assert.match(await doc("RDD"), /^class RDD<T> implements AsyncIterable<T>\n\w/);
  assert.match(await doc("RDD.sum"), /^RDD\.sum\(this: RDD<number>\): Promise<number>\n0 when/);
  assert.match(await doc("StorageLevel.MEMORY_ONLY"), /^StorageLevel\.MEMORY_ONLY: StorageLevel\n/);
  assert.match(await doc("Array.map"), /^Array\.map<U>\(.*\): U\[\]\nCalls a defined callback/);
  assert.match(await doc("Math.max"), /^Math\.max\(\.\.\.values: number\[\]\): number\nReturns the larger/);
  assert.match(await doc("Buffer.from"), /^(?:Buffer\.from\(.*\n)+\w/);
});

test("doc: what the session declares, with its own comment; what nobody knows", async () => {
  await shell.type("/** Twice as much. */\nfunction twice(x: number) { return x * 2 }");
  assert.equal(await doc("twice"), "twice(x: number): number\nTwice as much.");
  await shell.type("const xs = [1]");
  // Of a value that nobody has written about: its class.
  await shell.type("/** A pair of numbers. */\nclass Pair { left = 1 }\nconst pair = new Pair()");
  assert.equal(await doc("pair"), "pair: Pair\nA pair of numbers.");
  assert.equal(await doc("pair.left"), "pair.left: number\n");
  assert.match(await doc("sc"), /^sc: SparkContext\n\w/);
  assert.match(await doc("xs.length"), /^xs\.length: number\n\w/);
  for (const name of ["nope", "sc.nope", "1 +", ""]) assert.equal(await doc(name), "unknown", name);
  assert.equal(await shell.type("xs[0]"), "res0: number = 1");
});

test("inputs: those that ran to their end, with what they said and the results' names", async () => {
  await shell.type("const a = 1");
  await shell.type("nope");
  await shell.type("a + 1");
  await shell.type("throw new Error()");
  const { inputs } = shell.session;
  assert.deepEqual(
    inputs.map(i => [i.text, i.origin, i.statements.map(s => s.kind), i.results.map(r => r.name)]),
    [
      ["const a = 1", "<console>", ["declare"], []],
      ["a + 1", "<console>", ["expression"], ["res0"]],
    ],
  );
  await shell.session.reset();
  assert.deepEqual(shell.session.inputs, []);
});

test("timing: of the input before; what was refused did not run", async () => {
  await shell.type("1 + 1");
  const { check, run } = shell.session.timing;
  assert.ok(check > 0 && run > 0);
  await shell.type("nope");
  assert.equal(shell.session.timing.run, 0);
});
