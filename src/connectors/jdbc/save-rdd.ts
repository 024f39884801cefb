import { RDD } from "../../core/rdd/rdd.js";
import { withCallSite } from "../../core/util/call-site.js";
import { prepareForRDD } from "./prepare-table.js";
import type { SaveRequest } from "./save.js";
import { JdbcSaveNode } from "./save-node.js";
import type { WriteJob } from "./write-job.js";

/** So many elements tell the types of the columns of a table that is created. */
export const SAMPLE = 100;

/** Writes an RDD to a table. */
export async function saveRDD(rdd: RDD<unknown>, request: SaveRequest): Promise<void> {
  const sample = () => withCallSite(request.callSite, () => rdd.take(SAMPLE));
  const target = await prepareForRDD(request, sample);
  if (target === undefined) return;
  const { connection, write } = request.settings;
  const job = { connection, isolationLevel: write.isolationLevel, target, ledger: undefined };
  await runWriteJob(limited(rdd, request), job, request);
}

/** Not more partitions than may write at a time. */
export function limited(rdd: RDD<unknown>, { settings, callSite }: SaveRequest): RDD<unknown> {
  const most = settings.write.numPartitions;
  if (most === undefined || rdd.getNumPartitions() <= most) return rdd;
  return withCallSite(callSite, () => rdd.coalesce(most));
}

/** Writes each partition, and resolves when all are written. */
export async function runWriteJob(rdd: RDD<unknown>, job: WriteJob, { callSite }: SaveRequest): Promise<void> {
  await withCallSite(callSite, () => new RDD(rdd.sparkContext, new JdbcSaveNode(rdd.node, job)).count());
}
