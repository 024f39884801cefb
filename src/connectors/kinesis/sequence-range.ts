/** Records of one shard that follow each other: what a batch has of it. Spark's name: `SequenceNumberRange`. */
export interface SequenceRange {
  readonly shardId: string;
  /** The sequence numbers of the first record and of the last one. */
  readonly from: string;
  readonly to: string;
  /** How many there are, each by itself that a producer packed. */
  readonly count: number;
}

/** A range as a checkpoint has it. */
export type SavedRange = readonly [shardId: string, from: string, to: string, count: number];

export const savedRange = ({ shardId, from, to, count }: SequenceRange): SavedRange => [shardId, from, to, count];

export const rangeOf = ([shardId, from, to, count]: SavedRange): SequenceRange => ({ shardId, from, to, count });

/** Compares sequence numbers: decimal numbers that are too large for a number. */
export function compareSequence(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
