import { chunksOf } from "../../core/pipeline/evaluate.js";
import { BUSY } from "../../core/plan/chunks.js";
import { OneToOneNode } from "../../core/plan/nodes/one-to-one-node.js";
import type { Partition } from "../../core/plan/partition.js";
import type { PlanNode } from "../../core/plan/plan-node.js";
import { registerNode } from "../../core/plan/travel.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import { killSignal } from "./kill-signal.js";
import { PartitionWriter } from "./postgres/partition-writer.js";
import type { WriteJob } from "./write-job.js";

/** Writes the elements of each partition as rows; its only element is how many they were. */
export class JdbcSaveNode extends OneToOneNode<unknown, number> {
  readonly kind = "JdbcSave";

  constructor(
    parent: PlanNode<unknown>,
    private readonly job: WriteJob,
  ) {
    super(parent);
  }

  override travel() {
    return { kind: "JdbcSave", module: import.meta.url, data: this.job };
  }

  async *compute(split: Partition, context: TaskContext): AsyncGenerator<readonly number[]> {
    context.check();
    const { signal, release } = killSignal(context);
    let writer: PartitionWriter | undefined;
    try {
      for await (const chunk of chunksOf(this.parent, split, context)) {
        context.check();
        if (chunk.length > 0) {
          writer ??= await PartitionWriter.open({ ...this.job, part: split.index, signal });
          // It is written: what else it has need not be made.
          if (writer === undefined) break;
          await writer.add(chunk);
        }
        // The next chunk is made as code of the task, which a function of the user's may ask for.
        yield BUSY;
      }
      if (writer === undefined) return;
      await writer.commit();
      const { rows, bytes } = writer.written;
      writer = undefined;
      context.metrics.outputRecords += rows;
      context.metrics.outputBytes += bytes;
      yield [rows];
    } catch (error) {
      // What a cancelled statement fails with says nothing.
      context.check();
      throw error;
    } finally {
      await writer?.abandon();
      release();
    }
  }
}

registerNode("JdbcSave", (job: WriteJob, [parent]) => new JdbcSaveNode(parent as PlanNode<unknown>, job));
