import { executorJson } from "../api/executor-json.js";
import { heapLimit } from "../api/metrics-json.js";
import { threadsJson } from "../api/threads-json.js";
import type { Application } from "../status/application.js";
import { bytes, duration } from "./format.js";
import type { Page } from "./layout.js";
import { facts, pill, section, table } from "./table.js";

/** `/executors/` */
export function executorsPage(app: Application): Page {
  const e = executorJson(app);
  const rows = [
    [
      e.id,
      e.hostPort,
      pill(e.isActive ? "Active" : "Dead"),
      e.rddBlocks,
      `${bytes(e.memoryUsed)} / ${bytes(e.maxMemory)}`,
      bytes(e.diskUsed),
      e.totalCores,
      e.activeTasks,
      e.failedTasks,
      e.completedTasks,
      e.totalTasks,
      duration(e.totalDuration),
      bytes(e.totalInputBytes),
      bytes(e.totalShuffleRead),
      bytes(e.totalShuffleWrite),
    ],
  ];
  const columns = [
    "Executor ID",
    "Address",
    "Status",
    "RDD Blocks",
    "Storage Memory",
    "Disk Used",
    "Cores",
    "Active Tasks",
    "Failed Tasks",
    "Complete Tasks",
    "Total Tasks",
    "Task Time",
    "Input",
    "Shuffle Read",
    "Shuffle Write",
  ];
  const memory = [
    ["Heap in use", bytes(e.peakMemoryMetrics.JVMHeapMemory)],
    ["Heap at most", bytes(heapLimit())],
    ["For cache and tasks", bytes(e.maxMemory)],
    ["Outside the heap", bytes(e.peakMemoryMetrics.JVMOffHeapMemory)],
    ["Resident set", bytes(e.peakMemoryMetrics.ProcessTreeJVMRSSMemory)],
    ["Cached in memory", bytes(e.memoryUsed)],
    ["Cached on disk", bytes(e.diskUsed)],
  ] as const;
  const threads = threadsJson(app).map(t => [t.threadId, t.threadName, pill(t.threadState)]);
  return {
    title: "Executors",
    tab: "/executors/",
    main: [
      section("executors", "Executors", table("Executors", columns, rows)),
      app.isHistory ? undefined : section("memory", "Memory of the process", facts(memory)),
      app.isHistory
        ? undefined
        : section("threads", "Threads", table("Threads", ["Thread ID", "Thread Name", "Thread State"], threads)),
    ],
  };
}
