// The jobs of bench/_core-jobs.mjs on real Spark: loaded by spark-shell, prints `RESULT <job> <ms,ms,…> <result>` a job.
val file = sys.env("BENCH_FILE")
val runs = sys.env("BENCH_RUNS").toInt
val seconds = sys.env("BENCH_SECONDS").toDouble
val size = sys.env("BENCH_SIZE").toDouble
val names = sys.env("BENCH_JOBS").split(",").toSeq

def numbers(millions: Double) = sc.range(0, (size * millions * 1e6).toLong, 1, 4)
def sorted = numbers(5).map(x => (x * 7919) % 5000011).sortBy(x => x)

val jobs: Map[String, () => Any] = Map(
  "words" -> (() => sc.textFile(file, 8).flatMap(_.split(" ")).map(w => (w, 1)).reduceByKey(_ + _).collect().length),
  "lines" -> (() => sc.textFile(file, 8).count()),
  "numbers" -> (() => numbers(10).map(_ * 2).filter(_ % 3 == 0).reduce(_ + _)),
  "take" -> (() => sorted.take(3).mkString("-")),
  "sort" -> (() => sorted.count()),
  "join" -> (() => numbers(1).map(x => (x, x)).join(numbers(1).map(x => (x, x * 2))).count()),
  "group" -> (() => numbers(2).map(x => (x % 10000, x)).groupByKey().count()),
  "reduce" -> (() => numbers(2).map(x => (x % 10000, x)).reduceByKey(_ + _).count()),
  "distinct" -> (() => { val n = (size * 500000).toLong; numbers(2).map(_ % n).distinct().count() }),
  "tiny" -> (() => sc.parallelize(Seq(1, 2, 3), 2).map(_ + 1).count()))

def measure(name: String, job: () => Any): Unit = {
  val repeat = if (name == "tiny") 20 else 1
  val begun = System.nanoTime
  def late = (System.nanoTime - begun) / 1e9 > seconds
  val times = scala.collection.mutable.ArrayBuffer[Double]()
  var result: Any = null
  var i = -2
  while (i < runs && !(late && times.length >= math.min(3, runs))) {
    if (late && i < 0) i = 0
    val start = System.nanoTime
    for (_ <- 1 to repeat) result = job()
    if (i >= 0) times += (System.nanoTime - start) / 1e6 / repeat
    i += 1
  }
  println(s"RESULT $name ${times.mkString(",")} $result")
}

println(s"VERSION ${sc.version}")
for (name <- names; job <- jobs.get(name)) measure(name, job)
sys.exit(0)
