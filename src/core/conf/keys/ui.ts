import type { ConfigEntry } from "../config-entry.js";
import { atLeast, port } from "./checks.js";

/** Keys of the status port. */
export const UI_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.ui.enabled",
    doc: "Opens the status port. `false` opens none.",
    type: "boolean",
    default: "true",
    since: "0.1.0",
  },
  {
    key: "spark.ui.port",
    doc: "The status port. When it is taken the next ones are tried, `spark.port.maxRetries` of them; 0 takes any free port.",
    type: "int",
    default: "4040",
    since: "0.1.0",
    check: port,
  },
  {
    key: "spark.ui.host",
    doc: "The address the status port listens on. Anything but loopback shows the status to other machines.",
    type: "string",
    default: "127.0.0.1",
    since: "0.1.0",
  },
  {
    key: "spark.ui.allowedHosts",
    doc: "Further names, with commas between them, by which this machine is called in the `Host` header of requests to the status port; other names are answered with 403.",
    type: "string",
    default: "",
    since: "0.1.0",
  },
  {
    key: "spark.ui.retainedJobs",
    doc: "How many finished jobs the status port remembers.",
    type: "int",
    default: "1000",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.ui.retainedStages",
    doc: "How many finished stages the status port remembers.",
    type: "int",
    default: "1000",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.ui.retainedTasks",
    doc: "How many tasks, of all stages together, the status port remembers; those that started first are forgotten first.",
    type: "int",
    default: "100000",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.ui.killEnabled",
    doc: "Shows buttons on the status pages that cancel running jobs and stages. Only the pages themselves can ask for it.",
    type: "boolean",
    default: "true",
    since: "0.1.0",
  },
  {
    key: "spark.tspark.dashboard.retainedBatches",
    doc: "How many batches a chart of `toDashboard` remembers.",
    type: "int",
    default: "300",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.streaming.ui.retainedBatches",
    doc: "How many completed batches the status port remembers.",
    type: "int",
    default: "1000",
    since: "0.1.0",
    check: atLeast(1),
  },
];
