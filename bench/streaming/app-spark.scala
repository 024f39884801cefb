// The jobs of bench/streaming/app.mjs on real Spark: loaded by spark-shell, prints `BATCH <due ms> <processing ms> <total ms> <age ms>`
// a batch from the end of the first third on, and then `RESULT <seconds measured> <CPU seconds a second> <resident bytes>`.
import org.apache.spark.streaming.{Milliseconds, StreamingContext}
import org.apache.spark.streaming.scheduler.{StreamingListener, StreamingListenerBatchCompleted}
import org.apache.spark.streaming.dstream.DStream

sc.setLogLevel("OFF")
val job = sys.env("BENCH_JOB")
val interval = sys.env("BENCH_BATCH").toLong
val seconds = sys.env("BENCH_SECONDS").toDouble
val ssc = new StreamingContext(sc, Milliseconds(interval))
val lines = ssc.socketTextStream("127.0.0.1", sys.env("BENCH_PORT").toInt)
def pairs: DStream[(String, Int)] = lines.flatMap(_.split(" ")).map(w => (w, 1))

job match {
  case "count" => pairs.reduceByKey(_ + _).print()
  case "window" =>
    ssc.checkpoint(sys.env("BENCH_DIRECTORY"))
    pairs.reduceByKeyAndWindow((a: Int, b: Int) => a + b, (a: Int, b: Int) => a - b, Milliseconds(20 * interval), Milliseconds(interval)).print()
  case "newest" =>
    lines.map(_.takeWhile(_ != ' ').toDouble).reduce((a, b) => math.max(a, b)).foreachRDD { (rdd, time) =>
      rdd.collect().headOption.foreach { newest =>
        System.setProperty(s"bench.age.${time.milliseconds}", (System.currentTimeMillis - newest).toString)
      }
    }
}

object Batches extends StreamingListener {
  @volatile var on = false
  override def onBatchCompleted(completed: StreamingListenerBatchCompleted): Unit = if (on) {
    val b = completed.batchInfo
    val due = b.batchTime.milliseconds
    // Closures get copies of what the shell's lines define; the properties of the process are one for all.
    val age = sys.props.getOrElse(s"bench.age.$due", "NaN")
    println(s"BATCH $due ${b.processingDelay.get} ${b.processingEndTime.get - due} $age")
  }
}
ssc.addStreamingListener(Batches)
val process = java.lang.management.ManagementFactory.getOperatingSystemMXBean.asInstanceOf[com.sun.management.OperatingSystemMXBean]

def measure(): Unit = {
  ssc.start()
  Thread.sleep((seconds * 1000 / 3).toLong)
  Batches.on = true
  val (cpu, from) = (process.getProcessCpuTime, System.nanoTime)
  Thread.sleep((seconds * 2000 / 3).toLong)
  Batches.on = false
  val elapsed = (System.nanoTime - from) / 1e9
  val used = (process.getProcessCpuTime - cpu) / 1e9 / elapsed
  val status = scala.io.Source.fromFile("/proc/self/status").mkString
  val resident = "VmRSS:\\s*(\\d+)".r.findFirstMatchIn(status).map(_.group(1).toLong * 1024).getOrElse(0L)
  println(s"RESULT $elapsed $used $resident")
}
measure()
System.out.flush()
Runtime.getRuntime.halt(0)
