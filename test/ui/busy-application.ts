import type { RDD, SparkContext } from "tspark";

/** What gives every page something to show: jobs in groups, a shuffle, a failure; returns the RDD that is cached. */
export async function makeBusy(sc: SparkContext): Promise<RDD<[string, number]>> {
  sc.setJobGroup("reports", "Numbers of the quarter");
  await sc
    .range(0, 20_000, 1, 4)
    .map(n => n * 2)
    .sum();
  const orders = sc
    .range(0, 5000, 1, 4)
    .map((n): [string, number] => [["de", "fr", "it", "es"][n % 4]!, n])
    .setName("orders by country");
  await orders.persist().count();
  await orders
    .reduceByKey((a, b) => a + b, 3)
    .sortByKey()
    .collect();
  sc.setJobGroup("clean-up", "What is old goes");
  await sc.parallelize(["a", "b", "c"], 2).distinct().count();
  await sc
    .parallelize([1, 2, 3], 3)
    .map(n => {
      if (n === 3) throw new RangeError("order 3 has no price");
      return n;
    })
    .collect()
    .catch(() => {});
  sc.clearJobGroup();
  await sc
    .range(0, 1000, 1, 8)
    .keyBy(n => n % 10)
    .groupByKey()
    .mapValues(list => [...list].length)
    .collect();
  return orders;
}
