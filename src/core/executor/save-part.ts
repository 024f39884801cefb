import { codecNamed } from "../io/codec.js";
import { writeObjectPart } from "../io/object-file.js";
import { writeTextPart } from "../io/part-writer.js";
import { chunksOf } from "../pipeline/evaluate.js";
import type { Chunks } from "../plan/chunks.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { Action } from "../scheduler/action.js";
import type { TaskContext } from "../scheduler/task-context.js";
import { formatElement } from "../util/format-element.js";
import { sliceIsOver, turn } from "./time-slice.js";

/** Writes one partition as one part of an output. */
export async function savePart(
  node: PlanNode<unknown>,
  split: Partition,
  context: TaskContext,
  { name, args: [job, codec] }: Extract<Action, { name: "saveText" | "saveObjects" }>,
): Promise<void> {
  const chunks = paced(chunksOf(node, split, context), context);
  const attempt = context.taskAttemptId();
  const written =
    name === "saveObjects"
      ? await writeObjectPart(job, split.index, attempt, chunks)
      : await writeTextPart(
          job,
          split.index,
          attempt,
          asText(chunks),
          codec === undefined ? undefined : codecNamed(codec),
        );
  context.metrics.outputBytes += written.bytes;
  context.metrics.outputRecords += written.records;
}

async function* asText(chunks: AsyncIterable<readonly unknown[]>): AsyncGenerator<readonly string[]> {
  for await (const chunk of chunks) yield chunk.map(formatElement);
}

/** The chunks, with a turn for the event loop now and then; ends when the task is killed. */
async function* paced<T>(chunks: Chunks<T>, context: TaskContext): AsyncGenerator<readonly T[]> {
  for await (const chunk of chunks) {
    context.check();
    if (sliceIsOver()) await turn();
    if (chunk.length > 0) yield chunk;
  }
}
