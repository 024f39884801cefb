import type { HadoopSettings } from "../../io/hadoop-settings.js";
import type { SampleSettings } from "../../pipeline/sample-settings.js";
import type { SampledRecords } from "../../pipeline/task-samples.js";
import type { TaskMetrics } from "../../scheduler/events.js";
import type { FileBlock, PackedBlock, PackedColumn } from "../../shuffle/columns/column.js";
import type { OutputFile } from "../../shuffle/output-file.js";
import type { AddedFiles } from "../../spark-files.js";
import type { FilePartition } from "../../storage/block-store.js";
import type { ErrorForm } from "./error-form.js";

/** A closure as a worker gets it, once. */
export interface SentClosure {
  readonly id: number;
  /** A function of the engine, by name; or shipped bytes. */
  readonly name?: string;
  readonly bytes?: Uint8Array;
  /** One copy serves all tasks: nothing it captures can change. */
  readonly constant: boolean;
}

/** What must be in a worker before a task can run there; what it has already is not sent again. */
export interface Supplies {
  readonly memories: readonly (readonly [id: number, memory: SharedArrayBuffer])[];
  readonly broadcasts: readonly (readonly [id: number, value: PackedColumn])[];
  /** By the name of their class; those of the user's own classes as bytes. */
  readonly accumulators: readonly (readonly [id: number, type: string | Uint8Array])[];
  /** What was added with `sc.addFile`. */
  readonly files?: AddedFiles;
  /** What the configuration sets of Hadoop's. */
  readonly hadoop?: HadoopSettings;
  /** What must be loaded before closures and data can be: classes of ours that the core does not know. */
  readonly modules: readonly string[];
  readonly closures: readonly SentClosure[];
  readonly plan?: { readonly id: number; readonly bytes: Uint8Array; readonly closures: readonly number[] };
}

/** Data of the driver's thread that a task reads, in shared memory and in files. */
export interface TaskInputs {
  /** `[row of the plan, partition, elements]` */
  readonly elements: readonly (readonly [row: number, index: number, elements: PackedColumn])[];
  readonly blocks: readonly (readonly [rddId: number, index: number, elements: PackedColumn | FilePartition])[];
  readonly shuffles: readonly {
    readonly shuffleId: number;
    readonly reduceId: number;
    readonly merged: boolean;
    readonly blocks: readonly (PackedBlock | FileBlock)[];
  }[];
}

/** What a task may use. */
export interface TaskLimits {
  /** Bytes that it may hold while it works. */
  readonly memory: number;
  /** Bytes of its map output that may stay in memory; what is more goes to a file. */
  readonly output: number;
  /** The directory of temporary files. */
  readonly directory: string;
}

export interface TaskFacts {
  readonly stageId: number;
  readonly partitionId: number;
  readonly attemptNumber: number;
  readonly taskAttemptId: number;
}

export type ToWorker =
  | {
      readonly type: "task";
      readonly plan: number;
      readonly facts: TaskFacts;
      readonly supplies: Supplies;
      readonly inputs: TaskInputs;
      readonly limits: TaskLimits;
      readonly samples: SampleSettings | undefined;
    }
  | { readonly type: "kill"; readonly taskId: number; readonly reason: string }
  /** Plans, closures and broadcast values that are not needed any more. */
  | {
      readonly type: "forget";
      readonly plans?: readonly number[];
      readonly closures?: readonly number[];
      readonly broadcasts?: readonly number[];
    };

/** What a task that succeeded sends back. */
export interface TaskDone {
  readonly type: "done";
  readonly taskId: number;
  readonly metrics: TaskMetrics;
  /** The result of the action: rows, or one value; `stats` a counter's numbers. */
  readonly result?: { readonly form: "rows" | "one" | "stats"; readonly value: PackedColumn };
  /** The output of a map task. */
  readonly output?: readonly (PackedBlock | undefined)[];
  /** What of it is in a file. */
  readonly outputFile?: OutputFile;
  /** Partitions that are to be cached. */
  readonly kept: readonly (readonly [rddId: number, index: number, elements: PackedColumn | FilePartition])[];
  /** What was added to accumulators: a state, or bytes of one of the user's own class. */
  readonly updates: readonly (readonly [id: number, state: PackedColumn])[];
  readonly samples?: SampledRecords;
}

export type FromWorker =
  | { readonly type: "ready" }
  | TaskDone
  | { readonly type: "failed"; readonly taskId: number; readonly metrics: TaskMetrics; readonly error: ErrorForm }
  /** Something it made cannot leave the worker's thread: the task is to run in the driver's. */
  | { readonly type: "refused"; readonly taskId: number; readonly what: string }
  /** The task was killed, and ends what it waits for outside of this process. */
  | { readonly type: "ending"; readonly taskId: number }
  /** What the user's code printed. */
  | { readonly type: "output"; readonly fd: 1 | 2; readonly text: string };
