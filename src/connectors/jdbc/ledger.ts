/** What a ledger keeps of a batch; all of it can travel. */
export interface BatchMark {
  /** Names the run of the streams: from a start, through all restarts from its checkpoints. */
  readonly run: string;
  /** The uid of the output. */
  readonly output: string;
  /** ms */
  readonly batch: number;
  /** How many partitions it has. */
  readonly parts: number;
  /** Whether a later process may go on with the run: there is a checkpoint directory. */
  readonly durable: boolean;
}

/** What a ledger says to a batch that begins: that it is new, or the latest one that had begun before. */
export type LedgerAnswer = "new" | { readonly batch: number; readonly parts: number };
