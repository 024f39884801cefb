import type {
  RDDInfo,
  SparkEvents,
  SparkListenerTaskEnd,
  StageInfo,
  TaskInfo,
  TaskMetrics,
} from "../../core/scheduler/events.js";
import { type Json, list, number, numbers, object, strings, text } from "./json-values.js";

/** An event of the engine with the name of the listener's method. */
export type NamedEvent = { [K in keyof SparkEvents]: readonly [name: K, event: SparkEvents[K]] }[keyof SparkEvents];

/** The event that a line of an event log holds; `undefined` for those that the status pages do without. */
export function readEvent(json: Json): NamedEvent | undefined {
  const event = text(json["Event"]);
  return Object.hasOwn(READERS, event) ? READERS[event]!(json) : undefined;
}

const READERS: Readonly<Record<string, (json: Json) => NamedEvent>> = {
  SparkListenerApplicationStart: e => [
    "onApplicationStart",
    {
      appName: text(e["App Name"]),
      appId: text(e["App ID"]),
      time: number(e["Timestamp"]),
      sparkUser: text(e["User"]),
    },
  ],
  SparkListenerApplicationEnd: e => ["onApplicationEnd", { time: number(e["Timestamp"]) }],
  SparkListenerJobStart: e => {
    const stageInfos = list(e["Stage Infos"]).map(stageInfo);
    return [
      "onJobStart",
      {
        jobId: number(e["Job ID"]),
        time: number(e["Submission Time"]),
        stageInfos,
        stageIds: stageInfos.map(stage => stage.stageId),
        properties: strings(e["Properties"]),
      },
    ];
  },
  SparkListenerJobEnd: e => {
    const result = object(e["Job Result"]);
    const failed = text(result["Result"]) !== "JobSucceeded";
    const message = text(object(result["Exception"])["Message"]);
    return [
      "onJobEnd",
      {
        jobId: number(e["Job ID"]),
        time: number(e["Completion Time"]),
        ...(failed ? { jobResult: "JobFailed", error: new Error(message) } : { jobResult: "JobSucceeded" }),
      },
    ];
  },
  SparkListenerStageSubmitted: e => ["onStageSubmitted", { stageInfo: stageInfo(object(e["Stage Info"])) }],
  SparkListenerStageCompleted: e => ["onStageCompleted", { stageInfo: stageInfo(object(e["Stage Info"])) }],
  SparkListenerTaskStart: e => [
    "onTaskStart",
    {
      stageId: number(e["Stage ID"]),
      stageAttemptId: number(e["Stage Attempt ID"]),
      taskInfo: taskInfo(object(e["Task Info"])),
    },
  ],
  SparkListenerTaskEnd: e => ["onTaskEnd", taskEnd(e)],
  SparkListenerUnpersistRDD: e => ["onUnpersistRDD", { rddId: number(e["RDD ID"]) }],
  SparkListenerBlockUpdated: e => {
    const info = object(e["Block Updated Info"]);
    return [
      "onBlockUpdated",
      {
        blockId: text(info["Block ID"]),
        memSize: number(info["Memory Size"]),
        diskSize: number(info["Disk Size"]),
        storageLevel: level(info["Storage Level"]),
      },
    ];
  },
};

function stageInfo(e: Json): StageInfo {
  const [submitted, completed, failure] = [e["Submission Time"], e["Completion Time"], e["Failure Reason"]];
  return {
    stageId: number(e["Stage ID"]),
    attemptNumber: number(e["Stage Attempt ID"]),
    name: text(e["Stage Name"]),
    details: text(e["Details"]),
    numTasks: number(e["Number of Tasks"]),
    rddInfos: list(e["RDD Info"]).map(rddInfo),
    parentIds: numbers(e["Parent IDs"]),
    ...(submitted !== undefined && { submissionTime: number(submitted) }),
    ...(completed !== undefined && { completionTime: number(completed) }),
    ...(failure !== undefined && { failureReason: text(failure) }),
  };
}

function rddInfo(json: unknown): RDDInfo {
  const e = object(json);
  return {
    id: number(e["RDD ID"]),
    name: text(e["Name"]),
    numPartitions: number(e["Number of Partitions"]),
    parentIds: numbers(e["Parent IDs"]),
    storageLevel: level(e["Storage Level"]),
    callSite: text(e["Callsite"]),
  };
}

function level(json: unknown): string {
  const e = object(json);
  const where = [e["Use Disk"] === true ? "Disk" : "", e["Use Memory"] === true ? "Memory" : ""].filter(Boolean);
  const form = e["Deserialized"] === true ? "Deserialized" : "Serialized";
  return [...where, form, `${number(e["Replication"])}x Replicated`].join(" ");
}

function taskInfo(e: Json): TaskInfo {
  const finishTime = number(e["Finish Time"]);
  return {
    taskId: number(e["Task ID"]),
    index: number(e["Index"]),
    attempt: number(e["Attempt"]),
    partitionId: number(e["Partition ID"] ?? e["Index"]),
    launchTime: number(e["Launch Time"]),
    executorId: text(e["Executor ID"]),
    host: text(e["Host"]),
    ...(finishTime > 0 && { finishTime }),
    failed: e["Failed"] === true,
    killed: e["Killed"] === true,
  };
}

function taskEnd(e: Json): SparkListenerTaskEnd {
  const why = object(e["Task End Reason"]);
  const reason = text(why["Kill Reason"] ?? why["Description"] ?? why["Reason"]);
  const info = taskInfo(object(e["Task Info"]));
  const stack = text(why["Full Stack Trace"]);
  return {
    stageId: number(e["Stage ID"]),
    stageAttemptId: number(e["Stage Attempt ID"]),
    taskInfo: info,
    taskMetrics: metrics(object(e["Task Metrics"])),
    reason,
    ...(stack !== "" && { error: Object.assign(new Error(reason), { stack }) }),
  };
}

function metrics(e: Json): TaskMetrics {
  const [input, output] = [object(e["Input Metrics"]), object(e["Output Metrics"])];
  const [read, write] = [object(e["Shuffle Read Metrics"]), object(e["Shuffle Write Metrics"])];
  return {
    executorRunTime: number(e["Executor Run Time"]),
    executorCpuTime: number(e["Executor CPU Time"]) / 1e6,
    jvmGCTime: number(e["JVM GC Time"]),
    resultSize: number(e["Result Size"]),
    memoryBytesSpilled: number(e["Memory Bytes Spilled"]),
    diskBytesSpilled: number(e["Disk Bytes Spilled"]),
    inputBytes: number(input["Bytes Read"]),
    inputRecords: number(input["Records Read"]),
    outputBytes: number(output["Bytes Written"]),
    outputRecords: number(output["Records Written"]),
    shuffleReadBytes: number(read["Local Bytes Read"]) + number(read["Remote Bytes Read"]),
    shuffleReadRecords: number(read["Total Records Read"]),
    shuffleWriteBytes: number(write["Shuffle Bytes Written"]),
    shuffleWriteRecords: number(write["Shuffle Records Written"]),
  };
}
