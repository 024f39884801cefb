import { after } from "node:test";
import { SparkConf, SparkContext } from "tspark";

/** A context for the tests of one file, stopped when they have run. */
export function testContext(master = "local[2]", settings: Readonly<Record<string, string>> = {}): SparkContext {
  const conf = new SparkConf(false)
    .setMaster(master)
    .setAppName("test")
    .set("spark.ui.enabled", "false")
    .setAll(settings);
  const sc = new SparkContext(conf);
  after(() => sc.stop());
  return sc;
}

/** Runs `f` with a context of its own. */
export async function withContext<R>(
  master: string,
  f: (sc: SparkContext) => Promise<R>,
  settings: Readonly<Record<string, string>> = {},
): Promise<R> {
  const conf = new SparkConf(false)
    .setMaster(master)
    .setAppName("test")
    .set("spark.ui.enabled", "false")
    .setAll(settings);
  const sc = new SparkContext(conf);
  try {
    return await f(sc);
  } finally {
    await sc.stop();
  }
}

/** The pairs sorted by key, for results whose order does not matter. */
export function byKey<K, V>(pairs: readonly (readonly [K, V])[]): (readonly [K, V])[] {
  return [...pairs].sort(([a], [b]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** The numbers in order. */
export function sorted(xs: readonly number[]): number[] {
  return [...xs].sort((a, b) => a - b);
}
