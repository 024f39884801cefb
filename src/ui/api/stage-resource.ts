import { type Answer, json, notFound, text } from "../server/answer.js";
import type { Application } from "../status/application.js";
import type { StageRecord } from "../status/stage-record.js";
import type { TaskRecord } from "../status/task-record.js";
import { memoryMetricsJson } from "./metrics-json.js";
import { isNumber, withStatus } from "./query.js";
import { stageDetailsJson, stageJson, stageSummariesJson } from "./stage-json.js";
import { taskJson } from "./task-json.js";
import { DEFAULT_QUANTILES, taskSummaryJson } from "./task-summary.js";

/** `stages[/{id}[/{attempt}[/taskSummary|taskList|records]]]`; `undefined`: no such path. */
export function stageResource(app: Application, rest: readonly string[], query: URLSearchParams): Answer | undefined {
  const [id, attempt, what, ...more] = rest;
  const stages = app.jobs.stages();
  const quantiles = quantilesIn(query);
  if ("status" in quantiles) return quantiles;
  const summaries = (stage: StageRecord) =>
    query.get("withSummaries") === "true" ? stageSummariesJson(stage, app, quantiles) : undefined;
  // Made once for all stages of a list.
  const memory = memoryMetricsJson(app);
  const plain = (stage: StageRecord) =>
    stageJson(stage, stage.submissionTime === undefined ? undefined : memory, undefined, summaries(stage));
  if (id === undefined) {
    const details = query.get("details") === "true";
    const list = withStatus(stages, query);
    return json(list.map(stage => (details ? stageDetailsJson(stage, app, summaries(stage)) : plain(stage))));
  }
  if (!isNumber(id) || more.length > 0) return undefined;
  const attempts = stages.filter(stage => stage.stageId === Number(id));
  if (attempts.length === 0) return notFound(`unknown stage: ${id}`);
  const show =
    query.get("details") === "false" ? plain : (stage: StageRecord) => stageDetailsJson(stage, app, summaries(stage));
  if (attempt === undefined) return json(attempts.map(stage => show(stage)));
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

/** The quantiles that a query asks for, or what is wrong with them. */
function quantilesIn(query: URLSearchParams): readonly number[] | Answer {
  const wanted = query.get("quantiles")?.split(",") ?? DEFAULT_QUANTILES;
  if (wanted.length > 100) return badParameter("quantiles", "at most 100 doubles", `${wanted.length} of them`);
  const quantiles: number[] = [];
  for (const q of wanted) {
    const number = typeof q === "number" ? q : q.trim() === "" ? Number.NaN : Number(q);
    if (!(number >= 0 && number <= 1)) return badParameter("quantiles", "a double from 0 to 1", String(q));
    quantiles.push(number);
  }
  return quantiles;
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
  const offset = query.get("offset") ?? "0";
  if (!isNumber(offset)) return badParameter("offset", "integer", offset);
  const length = query.get("length") ?? "20";
  if (!isNumber(length)) return badParameter("length", "integer", length);
  const sortBy = query.get("sortBy") ?? "ID";
  const name = new Map(Object.entries(SORTING_NAMES)).get(sortBy.toLowerCase());
  if (name === undefined) return badParameter("sortBy", Object.keys(SORTING).join(", "), sortBy);
  const tasks = withStatus(app.jobs.tasks(stage), query).slice().sort(SORTING[name]!);
  const now = app.now();
  return json(tasks.slice(Number(offset), Number(offset) + Number(length)).map(task => taskJson(task, now)));
}

function runTime(task: TaskRecord): number {
  return task.metrics?.executorRunTime ?? -1;
}

function badParameter(name: string, expected: string, actual: string): Answer {
  return text(400, `Bad value for parameter "${name}".  Expected a ${expected}, got "${actual}"`);
}
