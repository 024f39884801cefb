import assert from "node:assert/strict";
import { test } from "node:test";
import typescript from "typescript";
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
  ["import org.apache.spark.streaming.flume.FlumeUtils", 'import { FlumeUtils } from "tspark/flume"'],
  [
    "import org.apache.spark.streaming.kinesis.KinesisInputDStream",
    'import { KinesisInputDStream } from "tspark/kinesis"',
  ],
  ["import org.apache.spark.rdd.JdbcRDD", 'import { JdbcRDD } from "tspark/jdbc"'],
  ["import org.apache.spark.streaming.flume._", 'import * as flume from "tspark/flume"'],
  ["case class P(x: Int, name: String)", "class P { constructor(readonly x: number, readonly name: string) {} }"],
  ["trait Named", "interface Named { … }"],
  ["rdd.map(_ + 1)", "rdd.map(x => x + 1)"],
  ["rdd.reduce(_ + _)", "rdd.reduce((a, b) => a + b)"],
  ["rdd.map(_._1)", "rdd.map(x => x[0])"],
  ["pair._2", "pair[1]"],
  ["println(x)", "console.log(x)"],
  ["sc.parallelize(1 to 10)", "sc.range(1, 10 + 1)"],
  [
    'val counts = lines.flatMap(line => line.split(" ")).map(word => (word, 1)).reduceByKey(_ + _)',
    'const counts = lines.flatMap(line => line.split(" ")).map(word => [word, 1]).reduceByKey((a, b) => a + b)',
  ],
  ["rdd.map(x => (x, (1, 2)))", "rdd.map(x => [x, [1, 2]])"],
  ["rdd.reduce((a, b) => (a, b))", "rdd.reduce((a, b) => [a, b])"],
  [
    "sc.parallelize(1 to 100, 4).filter(_ % 2 == 0).count",
    "sc.range(1, 100 + 1, 1, 4).filter(x => x % 2 == 0).count()",
  ],
  ["sc.parallelize(0 until n)", "sc.range(0, n)"],
  ["(1 to 3).map(_ * 2)", "sc.range(1, 3 + 1).map(x => x * 2)"],
  ["rdd.foreach(println)", "rdd.foreach(x => console.log(x))"],
  ['println("from 1 to 10 (a, b)")', 'console.log("from 1 to 10 (a, b)")'],
  ['println(f"$x%.2f of ${y + 1}%.1f, $z%d")', "console.log(`${x.toFixed(2)} of ${(y + 1).toFixed(1)}, ${z}`)"],
  ["var total: Long = 0L", "let total: number = 0"],
  ['val m = Map("a" -> 1, "b" -> 2)', 'const m = new Map([["a", 1], ["b", 2]])'],
  ['val t: (Int, String) = (1, "a")', 'const t: [number, string] = [1, "a"]'],
  ["val f: Int => Int = x => x + 1", "const f: (a: number) => number = x => x + 1"],
  [
    "val g: (Int, Seq[Int => Unit]) => Option[Long] = h",
    "const g: (a: number, b: ((a: number) => void)[]) => number | undefined = h",
  ],
  ["val f = (x: Int, y: Option[String]) => x", "const f = (x: number, y: string | undefined) => x"],
  ["val xs = for (i <- 1 to 3) yield i * 2", "const xs = sc.range(1, 3 + 1).map(i => i * 2)"],
  ["for (x <- xs) yield x + 1", "xs.map(x => x + 1)"],
  ["for (x <- xs) println(x)", "for (const x of xs) console.log(x)"],
  ['val y = if (a > 1) "many" else "few"', 'const y = a > 1 ? "many" : "few"'],
  ["sizes.reduce((a, b) => if (a > b) a else b)", "sizes.reduce((a, b) => a > b ? a : b)"],
  ["ns.map(n => if (n < 0) f(n, 1) else if (n > 9) 9 else n)", "ns.map(n => n < 0 ? f(n, 1) : n > 9 ? 9 : n)"],
  ['sc.parallelize([("a", 1), ("b", 2)])', 'sc.parallelize([["a", 1], ["b", 2]])'],
  ["val z = { 1 }", "const z = 1"],
  ["1 :: 2 :: Nil", "[1, 2]"],
  ["if (found.isEmpty) None else Some(found.first())", "found.isEmpty ? undefined : found.first()"],
  ["rdd.map { x => x * 2 }", "rdd.map(x => x * 2)"],
  ["pairs.map { case (k, v) => k + v }", "pairs.map(([k, v]) => k + v)"],
  ["pairs.sortBy(-_._2)", "pairs.sortBy(x => -x[1])"],
  ["lines.map(_.trim.toInt)", "lines.map(x => Number(x.trim()))"],
  ['words.mkString(", ")', 'words.join(", ")'],
  ["x.asInstanceOf[Seq[Int]]", "(x as number[])"],
  ['throw new IllegalStateException("x")', 'throw new Error("x")'],
  [
    "class P(val x: Int, var y: String, z: Any)",
    "class P { constructor(readonly x: number, public y: string, private readonly z: unknown) {} }",
  ],
  ["type Table = Map[String, Seq[Int]]", "type Table = Map<string, number[]>"],
  ["@transient lazy val conf = new SparkConf()", "const conf = new SparkConf()"],
  [
    'def hello(name: String) { println(s"hello $name") }',
    "function hello(name: string) { console.log(`hello ${name}`) }",
  ],
  ["import org.apache.hadoop.fs.{FileSystem, Path}", 'import { FileSystem } from "tspark/hdfs"'],
  [
    "import org.apache.kafka.common.serialization.StringDeserializer",
    'import { StringDeserializer } from "tspark/kafka"',
  ],
  ['x match { case 1 => "one" }', 'switch (x) { case 1: "one"; break; … }'],
];
for (const [scala, instead] of HINTS) {
  test(`instead of ${scala}`, () => {
    assert.equal(scalaHint(scala), `In TypeScript: ${instead}`);
    if (instead.includes("…")) return;
    const { diagnostics } = typescript.transpileModule(instead.replace(/ \(it is in scope already\)$/, ""), {
      reportDiagnostics: true,
    });
    assert.deepEqual(
      diagnostics?.map(d => d.messageText),
      [],
      "a hint is TypeScript",
    );
  });
}

for (const text of [
  'const n: number = "a"',
  'var n: number = "a"',
  "x.foo",
  'import { a } from "b"',
  "defer(1)",
  "values + 1",
  "n => { if (n > 1) a(nope) \n else b() }",
  "[(a), f(nope, 1)]",
  "while (i-->0) { nope }",
  "function f(a: number, b: string) { nope }",
  'log("1 to 10", nope)',
  "nope // from 1 to 10, or None",
]) {
  test(`is no Scala: ${text}`, () => assert.equal(scalaHint(text), undefined));
}
