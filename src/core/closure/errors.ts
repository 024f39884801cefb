import { defineErrors } from "../errors/define-errors.js";
import { IllegalArgumentError, TaskNotSerializableError } from "../errors/spark-error.js";

/** The errors of closures that should travel. */
export const E = defineErrors("closure", {
  TASK_NOT_SERIALIZABLE: {
    base: TaskNotSerializableError,
    message: (path: string, what: string) =>
      `Task not serializable: ${path} is ${what}. Only code and data travel to a task: make it inside the closure (once a partition, in mapPartitions or foreachPartition), or capture the plain values it was made from.`,
    doc: "A closure captures something that cannot be sent to a worker; the message gives the path from the closure to it. Only raised with spark.tspark.closure.strict=true or a remote master: otherwise the stage runs in the driver's thread.",
  },
  UNKNOWN_SHIPPED_KIND: {
    base: IllegalArgumentError,
    message: (kind: string) =>
      `a shipped closure holds an object of kind "${kind}", for which this thread has no loader. Call registerLoader("${kind}", …) in the module of its class, and load that module in the worker.`,
    doc: "An object with its own way of travelling arrived where that way is not known.",
  },
});
