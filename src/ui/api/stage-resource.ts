import { type Answer, json, notFound, text } from "../server/answer.js";
import type { Application } from "../status/application.js";
import type { StageRecord } from "../status/stage-record.js";
import type { TaskRecord } from "../status/task-record.js";
import { memoryMetricsJson } from "./metrics-json.js";
import { badValue, integerIn, isAnswer, isNumber, statusesIn, withStatus } from "./query.js";
import { stageDetailsJson, stageJson, stageSummariesJson } from "./stage-json.js";
import { taskJson } from "./task-json.js";
import { taskSummaryJson } from "./task-summary.js";

/** Spark's quantiles where a request names none: of the tasks, and of a stage with summaries. */
const TASK_QUANTILES = "0.05,0.25,0.5,0.75,0.95";
const STAGE_QUANTILES = "0.0,0.25,0.5,0.75,1.0";

/** `stages[/{id}[/{attempt}[/taskSummary|taskList|records]]]`; `undefined`: no such path. */
export function stageResource(app: Application, rest: readonly string[], query: URLSearchParams): Answer | undefined {
  const [id, attempt, what, ...more] = rest;
  const stages = app.jobs.stages();
  const quantiles = quantilesIn(query, what === "taskSummary" ? TASK_QUANTILES : STAGE_QUANTILES);
  if (isAnswer(quantiles)) return quantiles;
  const taskStatus = statusesIn(query, "taskStatus", "task");
  if (isAnswer(taskStatus)) return taskStatus;
  const summaries = (stage: StageRecord) =>
    query.get("withSummaries") === "true" ? stageSummariesJson(stage, app, quantiles) : undefined;
  // Made once for all stages of a list.
  const memory = memoryMetricsJson(app);
  const plain = (stage: StageRecord) =>
    stageJson(stage, stage.submissionTime === undefined ? undefined : memory, undefined, summaries(stage));
  const detailed = (stage: StageRecord) => stageDetailsJson(stage, app, taskStatus, summaries(stage));
  if (id === undefined) {
    const statuses = statusesIn(query, "status", "stage");
    if (isAnswer(statuses)) return statuses;
    const list = withStatus(stages, statuses);
    if (query.get("details") !== "true") return json(list.map(plain));
    return json(list.filter(stage => hasTasks(stage, taskStatus)).map(detailed));
  }
  if (!isNumber(id) || more.length > 0) return undefined;
  const attempts = stages.filter(stage => stage.stageId === Number(id));
  if (attempts.length === 0) return notFound(`unknown stage: ${id}`);
  const show = query.get("details") === "false" ? plain : detailed;
  if (attempt === undefined) return json(attempts.map(show));
  if (!isNumber(attempt)) return undefined;
  const stage = attempts.find(s => s.attemptId === Number(attempt));
  if (stage === undefined) {
    const ids = attempts.map(s => s.attemptId).join(",");
    return notFound(`unknown attempt for stage ${id}.  Found attempts: [${ids}]`);
  }
  if (what === undefined) return json(show(stage));
  if (what === "taskSummary") return summary(app, stage, quantiles);
  if (what === "taskList") return list(app, stage, query);
  if (what === "records") return json(recordsJson(stage));
  return undefined;
}

/** Whether a stage has tasks of one of these statuses, as Spark's list with `details` and `taskStatus` wants it. */
function hasTasks(stage: StageRecord, wanted: readonly string[]): boolean {
  const { numTasks, numActiveTasks, numCompleteTasks, numFailedTasks, numKilledTasks } = stage;
  const tasks: Readonly<Record<string, number>> = {
    RUNNING: numActiveTasks,
    SUCCESS: numCompleteTasks,
    FAILED: numFailedTasks,
    KILLED: numKilledTasks,
    UNKNOWN: numTasks - numActiveTasks - numCompleteTasks - numFailedTasks - numKilledTasks,
  };
  return wanted.length === 0 || Object.keys(tasks).some(s => tasks[s]! > 0 && wanted.includes(s));
}

/** Some records of each operator, as text; none where they are not kept. tspark's own. */
function recordsJson({ rdds, samples }: StageRecord) {
  return rdds.map(({ id, name, callSite }) => ({ rddId: id, name, callSite, records: samples.get(id) ?? [] }));
}

function summary(app: Application, stage: StageRecord, quantiles: readonly number[]): Answer {
  const answer = taskSummaryJson(app.jobs.tasks(stage), quantiles);
  return answer === undefined
    ? notFound(`No tasks reported metrics for ${stage.stageId} / ${stage.attemptId} yet.`)
    : json(answer);
}

/** The quantiles that a query asks for, in ascending order as Spark gives them, or what is wrong with them. */
function quantilesIn(query: URLSearchParams, byDefault: string): readonly number[] | Answer {
  const wanted = (query.get("quantiles") ?? byDefault).split(",");
  if (wanted.length > 100) return badParameter("quantiles", "list of at most 100 doubles", `${wanted.length} of them`);
  const quantiles: number[] = [];
  for (const text of wanted) {
    const quantile = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isNaN(quantile)) return badParameter("quantiles", "double", text);
    // Past 1 it is the largest value, as in Spark.
    if (quantile < 0) return badParameter("quantiles", "double from 0 to 1", text);
    quantiles.push(quantile);
  }
  return quantiles.sort((a, b) => a - b);
}

/** By the names of Spark's `TaskSorting`. */
const SORTING: Readonly<Record<string, (a: TaskRecord, b: TaskRecord) => number>> = {
  ID: (a, b) => a.info.taskId - b.info.taskId,
  runtime: (a, b) => runTime(a) - runTime(b),
  "-runtime": (a, b) => runTime(b) - runTime(a),
};

const SORTING_NAMES: Readonly<Record<string, string>> = {
  id: "ID",
  runtime: "runtime",
  increasing_runtime: "runtime",
  "-runtime": "-runtime",
  decreasing_runtime: "-runtime",
};

function list(app: Application, stage: StageRecord, query: URLSearchParams): Answer {
  const offset = integerIn(query, "offset") ?? 0;
  if (isAnswer(offset)) return offset;
  const length = integerIn(query, "length") ?? 20;
  if (isAnswer(length)) return length;
  const sortBy = query.get("sortBy") ?? "ID";
  const name = new Map(Object.entries(SORTING_NAMES)).get(sortBy.toLowerCase());
  if (name === undefined) return badValue("sortBy", `one of ${Object.keys(SORTING).join(", ")}`, sortBy);
  const statuses = statusesIn(query, "status", "task");
  if (isAnswer(statuses)) return statuses;
  const tasks = withStatus(app.jobs.tasks(stage), statuses).slice().sort(SORTING[name]!);
  const now = app.now();
  const first = Math.max(0, offset);
  return json(tasks.slice(first, first + Math.max(0, length)).map(task => taskJson(task, now)));
}

function runTime(task: TaskRecord): number {
  return task.metrics?.executorRunTime ?? -1;
}

function badParameter(name: string, expected: string, actual: string): Answer {
  return text(400, `Bad value for parameter "${name}".  Expected a ${expected}, got "${actual}"`);
}
