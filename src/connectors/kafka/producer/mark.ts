/** What is committed with the offsets of a group: which batch of which output was written with them. */
export interface Mark {
  /**
   * Names a run of streams: from a start without checkpoint, through all the restarts from its checkpoints. Times of batches
   * of different runs say nothing about each other.
   */
  readonly run: string;
  /** Counts the group's marks, through all runs: the highest is the latest. */
  readonly count: number;
  /** The latest batch that was written, ms, by the name of the output. */
  readonly done: Readonly<Record<string, number>>;
}

/** A batch of an output. */
interface OutputBatch {
  readonly run: string;
  readonly output: string;
  readonly batch: number;
}

const PREFIX = "tspark ";

export function writeMark(mark: Mark): string {
  return PREFIX + JSON.stringify(mark);
}

/** The latest of the marks among texts that were committed with offsets; others than ours are passed over. */
export function readMark(texts: readonly string[]): Mark | undefined {
  let latest: Mark | undefined;
  for (const text of new Set(texts)) {
    const mark = parse(text);
    if (mark !== undefined && (latest === undefined || mark.count > latest.count)) latest = mark;
  }
  return latest;
}

/** The latest batch that any output has written, ms. */
export function latestBatch(mark: Mark): number {
  return Math.max(...Object.values(mark.done));
}

/** Whether the batch is among those that the mark says were written. */
export function isWrittenBy(mark: Mark | undefined, { run, output, batch }: OutputBatch): boolean {
  return mark !== undefined && mark.run === run && (mark.done[output] ?? Number.NEGATIVE_INFINITY) >= batch;
}

function parse(text: string): Mark | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  try {
    return JSON.parse(text.slice(PREFIX.length)) as Mark;
  } catch {
    return undefined;
  }
}
