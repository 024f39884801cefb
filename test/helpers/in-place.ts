import { SparkConf, SparkContext } from "tspark";

/**
 * What `use` gives with a context at `local[2]` whose tasks run in one place, where what cannot travel is an error.
 *
 * @param placement `workers` or `driver`
 */
export async function inPlace<T>(placement: string, use: (sc: SparkContext) => Promise<T>): Promise<T> {
  const conf = new SparkConf(false).setMaster("local[2]").setAppName("t").set("spark.ui.enabled", "false");
  conf.set("spark.tspark.placement", placement).set("spark.tspark.closure.strict", "true");
  const sc = new SparkContext(conf);
  try {
    return await use(sc);
  } finally {
    await sc.stop();
  }
}
