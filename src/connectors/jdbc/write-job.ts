import type { BatchMark } from "./ledger.js";
import type { ConnectionSettings, JdbcSettings } from "./properties.js";
import type { Target } from "./target.js";

/** What tasks need to know to write; all of it can travel. */
export interface WriteJob {
  readonly connection: ConnectionSettings;
  readonly isolationLevel: JdbcSettings["write"]["isolationLevel"];
  readonly target: Target;
  /** Where it is kept which partitions of a batch are written; `undefined` where it is not. */
  readonly ledger: { readonly table: string; readonly mark: BatchMark } | undefined;
}

/** What writing one partition takes. */
export interface PartitionToWrite extends WriteJob {
  readonly part: number;
  /** Aborted when the task is killed. */
  readonly signal: AbortSignal;
}
