import assert from "node:assert/strict";
import { test } from "node:test";
import { scalaHint } from "../../src/shell/cells/hints.js";

const HINTS: [scala: string, typescript: string][] = [
  ["val x = 1", "const x = 1"],
  ["val x: Int = 1", "const x: number = 1"],
  ['lazy val xs: Seq[String] = Seq("a")', 'const xs: string[] = ["a"]'],
  ["val (a, b) = pair", "const [a, b] = pair"],
  ["var n: Map[String, Long] = m", "let n: Map<string, number> = m"],
  ["def twice(x: Int): Int = x * 2", "function twice(x: number): number { return x * 2 }"],
  ["def hi(): Unit = { println(1) }", "function hi(): void { console.log(1) }"],
  ["import org.apache.spark.SparkConf", 'import { SparkConf } from "tspark" (it is in scope already)'],
  ["import org.apache.spark.streaming.kafka010.KafkaUtils", 'import { KafkaUtils } from "tspark/kafka"'],
  ["case class P(x: Int, name: String)", "class P { constructor(readonly x: number, readonly name: string) {} }"],
  ["trait Named", "interface Named { … }"],
  ["rdd.map(_ + 1)", "rdd.map(x => x + 1)"],
  ["rdd.reduce(_ + _)", "rdd.reduce((a, b) => a + b)"],
  ["rdd.map(_._1)", "rdd.map(x => x[0])"],
  ["pair._2", "pair[1]"],
  ["println(x)", "console.log(x)"],
  ["sc.parallelize(1 to 10)", "sc.range(1, 10 + 1)"],
];
for (const [scala, typescript] of HINTS) {
  test(`instead of ${scala}`, () => assert.equal(scalaHint(scala), `In TypeScript: ${typescript}`));
}

for (const text of [
  'const n: number = "a"',
  'var n: number = "a"',
  "x.foo",
  'import { a } from "b"',
  "defer(1)",
  "values + 1",
]) {
  test(`is no Scala: ${text}`, () => assert.equal(scalaHint(text), undefined));
}
