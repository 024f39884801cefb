import { locate } from "../../core/io/file-systems.js";
import type { RDD } from "../../core/rdd/rdd.js";
import type { Time } from "../time.js";

/**
 * The directory of a batch: `prefix-TIME.suffix`, `prefix-TIME` or, without prefix, `TIME.suffix`. What an earlier run of
 * the same batch left there is removed.
 */
async function directoryOf(time: Time, prefix: string, suffix: string): Promise<string> {
  const name = `${prefix === "" ? "" : `${prefix}-`}${time.milliseconds}${suffix === "" ? "" : `.${suffix}`}`;
  const { fs, path } = locate(name);
  if ((await (fs.later ?? fs).status(path)) !== undefined) await fs.remove(path);
  return name;
}

export async function saveBatchAsTextFile<T>(rdd: RDD<T>, time: Time, prefix: string, suffix: string): Promise<void> {
  await rdd.saveAsTextFile(await directoryOf(time, prefix, suffix));
}

export async function saveBatchAsObjectFile<T>(rdd: RDD<T>, time: Time, prefix: string, suffix: string): Promise<void> {
  await rdd.saveAsObjectFile(await directoryOf(time, prefix, suffix));
}
