import type {
  RDDInfo,
  SparkEvents,
  SparkListenerTaskEnd,
  StageInfo,
  TaskInfo,
  TaskMetrics,
} from "../../core/scheduler/events.js";
import { withoutOwnFrames } from "../../core/util/own-frames.js";
import type { Environment, Property } from "../status/environment.js";
import { jobGroupOf } from "../status/job-record.js";
import { systemUser } from "../status/system-user.js";

/** An event as a line of the log: `{ Event: "SparkListenerJobStart", "Job ID": 0, … }`. */
export type EventJson = Readonly<{ Event: string } & Record<string, unknown>>;

type Writers = {
  readonly [K in keyof SparkEvents]: (event: SparkEvents[K], hide: (p: Properties) => Properties) => EventJson;
};
type Properties = Readonly<Record<string, string>>;

/** What Spark's `JsonProtocol` makes of each event: its names, its nesting, its units (ms, CPU time in ns, bytes). */
const WRITERS: Writers = {
  onApplicationStart: ({ appName, appId, time, sparkUser }) => ({
    Event: "SparkListenerApplicationStart",
    "App Name": appName,
    "App ID": appId,
    Timestamp: time,
    User: sparkUser || systemUser(),
  }),
  onApplicationEnd: ({ time }) => ({ Event: "SparkListenerApplicationEnd", Timestamp: time }),
  onJobStart: ({ jobId, time, stageInfos, properties }, hide) => ({
    Event: "SparkListenerJobStart",
    "Job ID": jobId,
    "Submission Time": time,
    "Stage Infos": stageInfos.map(stageInfo),
    "Stage IDs": stageInfos.map(info => info.stageId),
    Properties: hide(withoutOwnGroup(properties)),
  }),
  onJobEnd: ({ jobId, time, error }) => ({
    Event: "SparkListenerJobEnd",
    "Job ID": jobId,
    "Completion Time": time,
    "Job Result":
      error === undefined
        ? { Result: "JobSucceeded" }
        : { Result: "JobFailed", Exception: { Message: error.message, "Stack Trace": [] } },
  }),
  onStageSubmitted: event => ({
    Event: "SparkListenerStageSubmitted",
    "Stage Info": stageInfo(event.stageInfo),
    Properties: {},
  }),
  onStageCompleted: event => ({ Event: "SparkListenerStageCompleted", "Stage Info": stageInfo(event.stageInfo) }),
  onTaskStart: ({ stageId, stageAttemptId, taskInfo }) => ({
    Event: "SparkListenerTaskStart",
    "Stage ID": stageId,
    "Stage Attempt ID": stageAttemptId,
    // Should it have ended meanwhile, that belongs to the other event.
    "Task Info": taskJson({ ...taskInfo, finishTime: 0, failed: false, killed: false }),
  }),
  onTaskEnd: event => ({
    Event: "SparkListenerTaskEnd",
    "Stage ID": event.stageId,
    "Stage Attempt ID": event.stageAttemptId,
    "Task Type": "ResultTask",
    "Task End Reason": endReason(event),
    "Task Info": taskJson(event.taskInfo),
    "Task Executor Metrics": {},
    "Task Metrics": metricsJson(event.taskMetrics),
  }),
  onUnpersistRDD: ({ rddId }) => ({ Event: "SparkListenerUnpersistRDD", "RDD ID": rddId }),
  onBlockUpdated: ({ blockId, memSize, diskSize, storageLevel: level }) => ({
    Event: "SparkListenerBlockUpdated",
    "Block Updated Info": {
      "Block Manager ID": DRIVER,
      "Block ID": blockId,
      "Storage Level": levelJson(level),
      "Memory Size": memSize,
      "Disk Size": diskSize,
    },
  }),
};

function withoutOwnGroup(properties: Properties): Properties {
  if (jobGroupOf(properties) !== undefined) return properties;
  const { "spark.jobGroup.id": _, ...others } = properties;
  return others;
}

// There is no port, and Spark reads none below 1.
const DRIVER = { "Executor ID": "driver", Host: "localhost", Port: 1 };

/** An event as the log has it. @param hide redacts properties */
export function eventJson<K extends keyof SparkEvents>(
  name: K,
  event: SparkEvents[K],
  hide: (properties: Properties) => Properties,
): EventJson {
  return (WRITERS[name] as Writers[K])(event, hide);
}

/** What stands before the first event: the version, the environment, the one executor there is. */
export function headerJson(version: string, environment: Environment, time: number, cores: number, memory: number) {
  const start: EventJson = { Event: "SparkListenerLogStart", "Spark Version": version };
  const then: EventJson[] = [
    {
      Event: "SparkListenerBlockManagerAdded",
      "Block Manager ID": DRIVER,
      "Maximum Memory": memory,
      Timestamp: time,
      "Maximum Onheap Memory": memory,
      "Maximum Offheap Memory": 0,
    },
    {
      Event: "SparkListenerEnvironmentUpdate",
      "JVM Information": {
        "Java Home": environment.runtime.javaHome,
        "Java Version": environment.runtime.javaVersion,
        "Scala Version": environment.runtime.scalaVersion,
      },
      "Spark Properties": record(environment.sparkProperties),
      "Hadoop Properties": record(environment.hadoopProperties),
      "System Properties": record(environment.systemProperties),
      "Metrics Properties": {},
      "Classpath Entries": {},
    },
    {
      Event: "SparkListenerExecutorAdded",
      Timestamp: time,
      "Executor ID": "driver",
      "Executor Info": {
        Host: "localhost",
        "Total Cores": cores,
        "Log Urls": {},
        Attributes: {},
        Resources: {},
        "Resource Profile Id": 0,
        "Registration Time": time,
        "Request Time": time,
      },
    },
  ];
  return { start, then };
}

function record(properties: readonly Property[]): Properties {
  return Object.fromEntries(properties);
}

function stageInfo(info: StageInfo) {
  return {
    "Stage ID": info.stageId,
    "Stage Attempt ID": info.attemptNumber,
    "Stage Name": info.name,
    "Number of Tasks": info.numTasks,
    "RDD Info": info.rddInfos.map(rddJson),
    "Parent IDs": info.parentIds,
    Details: info.details,
    ...(info.submissionTime !== undefined && { "Submission Time": info.submissionTime }),
    ...(info.completionTime !== undefined && { "Completion Time": info.completionTime }),
    ...(info.failureReason !== undefined && { "Failure Reason": info.failureReason }),
    Accumulables: [],
    "Resource Profile Id": 0,
    "Shuffle Push Enabled": false,
    "Shuffle Push Mergers Count": 0,
  };
}

function rddJson(rdd: RDDInfo) {
  return {
    "RDD ID": rdd.id,
    Name: rdd.name,
    Scope: JSON.stringify({ id: String(rdd.id), name: rdd.callSite.replace(/ at .*/, "") || rdd.name }),
    Callsite: rdd.callSite,
    "Parent IDs": rdd.parentIds,
    "Storage Level": levelJson(rdd.storageLevel),
    Barrier: false,
    DeterministicLevel: "DETERMINATE",
    "Number of Partitions": rdd.numPartitions,
    "Number of Cached Partitions": 0,
    "Memory Size": 0,
    "Disk Size": 0,
  };
}

/** @param description `Disk Memory Deserialized 1x Replicated` */
function levelJson(description: string) {
  const kept = /\b(?:Disk|Memory)\b/.test(description);
  return {
    "Use Disk": /\bDisk\b/.test(description),
    "Use Memory": /\bMemory\b/.test(description),
    "Use Off Heap": false,
    Deserialized: kept && /\bDeserialized\b/.test(description),
    Replication: Number(/(\d+)x/.exec(description)?.[1] ?? 1),
  };
}

function taskJson(info: TaskInfo) {
  return {
    "Task ID": info.taskId,
    Index: info.index,
    Attempt: info.attempt,
    "Partition ID": info.partitionId,
    "Launch Time": info.launchTime,
    "Executor ID": info.executorId,
    Host: info.host,
    Locality: "PROCESS_LOCAL",
    Speculative: false,
    "Getting Result Time": 0,
    "Finish Time": info.finishTime ?? 0,
    Failed: info.failed ?? false,
    Killed: info.killed ?? false,
    Accumulables: [],
  };
}

function endReason({ taskInfo, reason, error }: SparkListenerTaskEnd) {
  if (taskInfo.killed) return { Reason: "TaskKilled", "Kill Reason": reason, "Accumulator Updates": [] };
  if (!taskInfo.failed) return { Reason: "Success" };
  return {
    Reason: "ExceptionFailure",
    "Class Name": error?.name ?? "Error",
    Description: error?.message ?? reason,
    "Stack Trace": [],
    "Full Stack Trace": withoutOwnFrames(error?.stack ?? reason),
    "Accumulator Updates": [],
  };
}

function metricsJson(m: TaskMetrics) {
  return {
    "Executor Deserialize Time": 0,
    "Executor Deserialize CPU Time": 0,
    "Executor Run Time": Math.round(m.executorRunTime),
    "Executor CPU Time": Math.round(m.executorCpuTime * 1e6),
    "Peak Execution Memory": 0,
    "Result Size": m.resultSize,
    "JVM GC Time": Math.round(m.jvmGCTime),
    "Result Serialization Time": 0,
    "Memory Bytes Spilled": m.memoryBytesSpilled,
    "Disk Bytes Spilled": m.diskBytesSpilled,
    "Shuffle Read Metrics": {
      "Remote Blocks Fetched": 0,
      "Local Blocks Fetched": 0,
      "Fetch Wait Time": 0,
      "Remote Bytes Read": 0,
      "Remote Bytes Read To Disk": 0,
      "Local Bytes Read": m.shuffleReadBytes,
      "Total Records Read": m.shuffleReadRecords,
      "Remote Requests Duration": 0,
    },
    "Shuffle Write Metrics": {
      "Shuffle Bytes Written": m.shuffleWriteBytes,
      "Shuffle Write Time": 0,
      "Shuffle Records Written": m.shuffleWriteRecords,
    },
    "Input Metrics": { "Bytes Read": m.inputBytes, "Records Read": m.inputRecords },
    "Output Metrics": { "Bytes Written": m.outputBytes, "Records Written": m.outputRecords },
    "Updated Blocks": [],
  };
}
