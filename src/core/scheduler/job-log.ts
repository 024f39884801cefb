import { getLogger } from "../log/logger.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { TaskInfo } from "./events.js";
import { ShuffleStage, type Stage } from "./stage.js";

// What Spark writes at INFO about jobs, stages and tasks, in its words. Callers ask `tellsJobs()` first: off, it costs nothing.

const dag = getLogger("DAGScheduler");
const sets = getLogger("TaskSchedulerImpl");
const tasks = getLogger("TaskSetManager");
const context = getLogger("SparkContext");

/** Whether the lines of this file are wanted. */
export const tellsJobs = (): boolean => dag.isEnabled("INFO");

const nameOf = (stage: Stage): string =>
  `${stage instanceof ShuffleStage ? "ShuffleMapStage" : "ResultStage"} ${stage.id}`;
const rddOf = (n: PlanNode<unknown>): string =>
  `${n.name === undefined ? "" : `${n.name} `}${n.kind}[${n.id}] at ${n.callSite?.short ?? "<unknown>"}`;
const list = (stages: readonly Stage[]): string => `List(${stages.map(nameOf).join(", ")})`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;
/** `0.0 in stage 1.0 (TID 4)` */
const taskOf = (stage: Stage, stageAttempt: number, { index, attempt, taskId }: TaskInfo): string =>
  `${index}.${attempt} in stage ${stage.id}.${stageAttempt} (TID ${taskId})`;

export function tellJobStart(jobId: number, final: Stage, partitions: number): void {
  const { short } = final.callSite;
  context.info(`Starting job: ${short}`);
  for (const parent of final.parents) {
    const { shuffleId } = parent.dependency;
    if (!parent.available)
      dag.info(`Registering RDD ${parent.node.id} (${parent.callSite.short}) as input to shuffle ${shuffleId}`);
  }
  dag.info(`Got job ${jobId} (${short}) with ${partitions} output partitions`);
  dag.info(`Final stage: ${nameOf(final)} (${short})`);
  dag.info(`Parents of final stage: ${list(final.parents)}`);
  dag.info(`Missing parents: ${list(final.parents.filter(p => !p.available))}`);
}

export function tellJobEnd(jobId: number, final: Stage, took: number, succeeded: boolean): void {
  const how = succeeded ? "finished" : "failed";
  dag.info(`Job ${jobId} ${how}: ${final.callSite.short}, took ${seconds(took)}`);
}

export function tellStageStart(stage: Stage, attempt: number, partitions: readonly number[]): void {
  const first = partitions.slice(0, 15).join(", ");
  dag.info(`Submitting ${nameOf(stage)} (${rddOf(stage.node)}), which has no missing parents`);
  dag.info(
    `Submitting ${partitions.length} missing tasks from ${nameOf(stage)} (${rddOf(stage.node)}) (first 15 tasks are for partitions Vector(${first}))`,
  );
  sets.info(`Adding task set ${stage.id}.${attempt} with ${partitions.length} tasks`);
}

export function tellStageEnd(stage: Stage, attempt: number, took: number, failure: string | undefined): void {
  const what = `${nameOf(stage)} (${stage.callSite.short})`;
  if (failure !== undefined) dag.info(`${what} failed in ${seconds(took)} due to ${failure}`);
  else {
    sets.info(`Removed TaskSet ${stage.id}.${attempt}, whose tasks have all completed, from pool`);
    dag.info(`${what} finished in ${seconds(took)}`);
  }
}

export function tellTaskStart(stage: Stage, stageAttempt: number, info: TaskInfo): void {
  tasks.info(
    `Starting task ${taskOf(stage, stageAttempt, info)} (${info.host}, executor ${info.executorId}, partition ${info.partitionId}, PROCESS_LOCAL)`,
  );
}

/** @param done how many tasks of the stage have ended well, this one included */
export function tellTaskEnd(stage: Stage, stageAttempt: number, info: TaskInfo, took: number, done: string): void {
  const task = taskOf(stage, stageAttempt, info);
  tasks.info(`Finished task ${task} in ${Math.round(took)} ms on ${info.host} (executor ${info.executorId}) (${done})`);
}
