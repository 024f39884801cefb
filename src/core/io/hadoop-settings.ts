const PREFIX = "spark.hadoop.";

/** Keys of Hadoop's configuration with their values. */
export type HadoopSettings = Readonly<Record<string, string>>;

let settings: HadoopSettings = {};

/** What the context's configuration sets of Hadoop's: its keys that begin with `spark.hadoop.`, without that. Another object after each change. */
export function hadoopSettings(): HadoopSettings {
  return settings;
}

/** Takes them over from the configuration of the context that begins. */
export function takeHadoopSettings(all: Iterable<readonly [key: string, value: string]>): void {
  const hadoop = [...all].filter(([key]) => key.startsWith(PREFIX));
  settings = Object.fromEntries(hadoop.map(([key, value]) => [key.slice(PREFIX.length), value]));
}

/** In another thread: they are those of the driver's. */
export function adoptHadoopSettings(driver: HadoopSettings): void {
  settings = driver;
}
