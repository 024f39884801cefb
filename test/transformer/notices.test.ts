import assert from "node:assert/strict";
import { describe, it } from "node:test";
import ts from "typescript";
import { closureNotices } from "../../src/transformer/notices.js";

const syntactic = (text: string) =>
  closureNotices(ts, ts.createSourceFile("a.ts", text, ts.ScriptTarget.ES2022, true)).map(
    n => `${n.code} ${n.name} ${n.operation} ${text.slice(n.start, n.start + n.length)}`,
  );

const TYPES = `
  declare class RDD<T> { map<U>(f: (x: T) => U): RDD<U>; filter(f: (x: T) => boolean): RDD<T>; foreach(f: (x: T) => void): Promise<void>; collect(): Promise<T[]> }
  declare class KafkaRDD<T> extends RDD<T> {}
  declare const rdd: RDD<number>, kafka: KafkaRDD<number>, xs: number[];
  let n = 0;
`;
const typed = (text: string) => {
  const all = TYPES + text;
  const host = ts.createCompilerHost({});
  const file = ts.createSourceFile("a.ts", all, ts.ScriptTarget.ES2022, true);
  const program = ts.createProgram(
    ["a.ts"],
    { noLib: true, types: [] },
    { ...host, getSourceFile: name => (name === "a.ts" ? file : undefined) },
  );
  return closureNotices(ts, file, program.getTypeChecker()).map(n => `${n.code} ${n.name} ${n.operation}`);
};

describe("notices without types", () => {
  const cases: Record<string, readonly [string, readonly string[]]> = {
    "an assignment in a closure of a chain that begins at sc": [
      "let n = 0; sc.parallelize([1]).map(x => { n += x })",
      ["ASSIGNS_CAPTURED n map n"],
    ],
    "in a chain that was named before": [
      "let n = 0; const a = sc.range(9); const b = a.filter(x => x > 1); b.map(x => n++)",
      ["ASSIGNS_CAPTURED n map n"],
    ],
    "each place": [
      "let n = 0; sc.range(9).foreach(x => { n = x; n = 1 })",
      ["ASSIGNS_CAPTURED n foreach n", "ASSIGNS_CAPTURED n foreach n"],
    ],
    "in an inner function": [
      "let n = 0; sc.range(9).map(x => [1].forEach(y => { n = y }))",
      ["ASSIGNS_CAPTURED n map n"],
    ],
    "an undeclared name": ["sc.range(9).map(x => { n = x })", ["ASSIGNS_CAPTURED n map n"]],
    "an operation that only RDDs and streams have": [
      "let n = 0; stream.reduceByKey((a, b) => { n = a; return b })",
      ["ASSIGNS_CAPTURED n reduceByKey n"],
    ],
    "an array's map": ["let n = 0; [1].map(x => { n += x }); xs.filter(x => (n = x))", []],
    "an array that came from an RDD": [
      "let n = 0; const xs = await sc.range(9).collect(); xs.map(x => { n += x })",
      [],
    ],
    "a local of the closure": ["sc.range(9).map(x => { let n = 0; n += x; return n })", []],
    "a member of a captured object": ["const o = { n: 0 }; sc.range(9).map(x => { o.n = x })", []],
    "foreachRDD runs in the driver": ["let n = 0; stream.foreachRDD(async rdd => { n++ })", []],
    "a task inside of foreachRDD does not": [
      "let n = 0; stream.foreachRDD(rdd => rdd.foreach(x => { n++ }))",
      ["ASSIGNS_CAPTURED n foreach n"],
    ],
    "an async closure": ["sc.range(9).map(async x => x)", ["ASYNC_CLOSURE map map async x => x"]],
    "async where it is awaited": [
      "sc.range(9).mapAsync(async x => x); sc.range(9).foreachPartition(async it => {})",
      [],
    ],
    "async in an array's map": ["await Promise.all(xs.map(async x => x))", []],
  };
  for (const [name, [text, expected]] of Object.entries(cases))
    it(name, () => assert.deepEqual(syntactic(text), expected));
  it("say what to write instead", () => {
    const text = "let count = 0; sc.range(9).foreach(x => { count += x }); sc.range(1).map(async x => x)";
    const [assigns, isAsync] = closureNotices(ts, ts.createSourceFile("a.ts", text, ts.ScriptTarget.ES2022, true));
    assert.match(assigns!.message, /sc\.longAccumulator\("count"\)/);
    assert.match(isAsync!.message, /mapAsync/);
  });
});

describe("notices with types", () => {
  const cases: Record<string, readonly [string, readonly string[]]> = {
    "an RDD": ["rdd.filter(x => x > 1).map(x => { n += x })", ["ASSIGNS_CAPTURED n map"]],
    "a subclass": ["kafka.map(x => { n += x })", ["ASSIGNS_CAPTURED n map"]],
    "an array": ["xs.map(x => { n += x })", []],
    async: ["rdd.map(async x => x); xs.map(async x => x)", ["ASYNC_CLOSURE map map"]],
  };
  for (const [name, [text, expected]] of Object.entries(cases)) it(name, () => assert.deepEqual(typed(text), expected));
});
