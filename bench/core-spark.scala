// The jobs of bench/core.mjs on real Spark: fed to spark-shell, prints `RESULT <job> <ms> <result>` a job.
val file = sys.env("BENCH_FILE")
val runs = sys.env("BENCH_RUNS").toInt
val names = sys.env("BENCH_JOBS").split(",").toSeq

def numbers(n: Long) = sc.range(0, n, 1, 4)

val jobs = Map[String, () => Long](
  "words" -> (() => sc.textFile(file, 8).flatMap(_.split(" ")).map(w => (w, 1)).reduceByKey(_ + _).collect().length.toLong),
  "lines" -> (() => sc.textFile(file, 8).count()),
  "numbers" -> (() => numbers(10000000).map(_ * 2).filter(_ % 3 == 0).reduce(_ + _)),
  "sort" -> (() => numbers(5000000).map(x => (x * 7919) % 5000011).sortBy(x => x).count()),
  "join" -> (() => numbers(1000000).map(x => (x, x)).join(numbers(1000000).map(x => (x, x * 2))).count()),
  "group" -> (() => numbers(2000000).map(x => (x % 10000, x)).groupByKey().count()),
  "reduce" -> (() => numbers(2000000).map(x => (x % 10000, x)).reduceByKey(_ + _).count()),
  "distinct" -> (() => numbers(2000000).map(_ % 500000).distinct().count()),
  "tiny" -> (() => sc.parallelize(Seq(1, 2, 3), 2).map(_ + 1).count()))

for (name <- names; job <- jobs.get(name)) {
  var result = 0L
  val times = (-2 until runs).map { i => val t = System.nanoTime; result = job(); (i, (System.nanoTime - t) / 1e6) }
  val counted = times.filter(_._1 >= 0).map(_._2).sorted
  println(s"RESULT $name ${counted(counted.length / 2)} $result")
}
sys.exit(0)
