import { crc32 } from "node:zlib";
import { E } from "../errors.js";

/** The version of the format that is written. Files of a later one are refused, not guessed at. */
export const CHECKPOINT_VERSION = 1;

/** What one input stream had in one batch, so that the batch can be made again: one of three. */
export type SavedBatch =
  /** What the source itself said: offsets, paths. */
  | { readonly value: unknown }
  /** The elements themselves, in a file of the directory. */
  | { readonly data: string; readonly records: number }
  /** Nothing was kept: so many records cannot be had again. */
  | { readonly lost: number };

/** A batch whose inputs are known. An input without records may be absent. */
export interface BatchEntry {
  /** ms */
  readonly batch: number;
  /** Whether its jobs had not all ended. */
  readonly pending: boolean;
  /** By the uid of the input. */
  readonly inputs: Readonly<Record<string, SavedBatch>>;
}

/** An operator that keeps state, or holds batches. */
export interface OperatorEntry {
  /** The uid. */
  readonly operator: string;
  readonly kind: string;
  /** Batches up to this one (ms) are in the state, or in a window that was made. */
  readonly since: number;
  /** The file with the state after the batch `since`; absent when there was no state yet. */
  readonly state?: string;
  /** How the state is spread over partitions; absent where only the program knows. */
  readonly spread?: string;
  /** What it asks its parent for again, where the inputs cannot be. */
  readonly held?: HeldBatches;
  /** How it is made, `recipeOf`: of a window that is made from the one before. */
  readonly recipe?: string;
}

/** RDDs of an operator's parent: what the window of `since` holds, and those that have come since. */
export interface HeldBatches {
  /** The latest batch (ms) that is looked at. */
  readonly until: number;
  /** The file of each, by its time (ms). A time without one had no elements. */
  readonly files: Readonly<Record<string, string>>;
}

/** An input stream. */
export interface InputEntry {
  /** The uid. */
  readonly input: string;
  /** Where the source goes on; absent where it has no position. */
  readonly position?: unknown;
}

/** What is known of a streaming context at one moment, in the order of the lines of its file. */
export interface Checkpoint {
  readonly context: {
    /** ms */
    readonly batchDuration: number;
    /** One batch before the first, ms. */
    readonly zeroTime: number;
    /** The latest batch whose inputs are decided, ms. */
    readonly latest: number;
    /** The run of the streams; absent in older files. */
    readonly run?: string;
    readonly conf: Readonly<Record<string, string>>;
  };
  readonly operators: readonly OperatorEntry[];
  readonly inputs: readonly InputEntry[];
  readonly batches: readonly BatchEntry[];
}

/**
 * The text of a checkpoint file: one JSON object a line.
 *
 * ```
 * {"checkpoint":"tspark","version":1}
 * {"context":{"batchDuration":1000,"zeroTime":0,"latest":5000,"run":"…","conf":{…}}}
 * {"operator":"updateStateByKey#0","kind":"updateStateByKey","since":4000,"state":"data-state-…"}   one for each
 * {"operator":"window#0","kind":"window","since":4000,"held":{"until":5000,"files":{"5000":"data-held-…"}}}
 * {"input":"orders","position":{…}}                                                                 one for each
 * {"batch":5000,"pending":true,"inputs":{"orders":{"value":{…}}}}                                   one for each
 * {"end":true,"crc32":"0123abcd"}                             CRC-32 of every byte before this line
 * ```
 */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { context, operators, inputs, batches } = checkpoint;
  const rows: unknown[] = [
    { checkpoint: "tspark", version: CHECKPOINT_VERSION },
    { context },
    ...operators,
    ...inputs,
    ...batches,
  ];
  const body = rows.map(row => `${JSON.stringify(row)}\n`).join("");
  return `${body}${JSON.stringify({ end: true, crc32: hex(crc32(body)) })}\n`;
}

/**
 * What {@link encodeCheckpoint} wrote.
 *
 * @param name of the file, for messages
 * @throws IllegalStateError `CHECKPOINT_VERSION` for another version, InputOutputError `CHECKPOINT_DAMAGED` else
 */
export function decodeCheckpoint(text: string, name: string): Checkpoint {
  const version = versionOf(text);
  if (version !== undefined && version !== CHECKPOINT_VERSION) {
    throw E.CHECKPOINT_VERSION(name, version, CHECKPOINT_VERSION);
  }
  const end = /\{"end":true,"crc32":"([0-9a-f]{8})"\}\n$/.exec(text);
  if (end === null) throw E.CHECKPOINT_DAMAGED(name, "it is cut short");
  const body = text.slice(0, end.index);
  if (hex(crc32(body)) !== end[1]) throw E.CHECKPOINT_DAMAGED(name, "its checksum does not fit");
  const rows = body
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as Record<string, unknown>);
  const having = (key: string) => rows.filter(row => Object.hasOwn(row, key)) as unknown;
  const [head] = having("context") as { context: Checkpoint["context"] }[];
  if (head === undefined) throw E.CHECKPOINT_DAMAGED(name, "it has no context");
  return {
    context: head.context,
    operators: having("operator") as OperatorEntry[],
    inputs: having("input") as InputEntry[],
    batches: having("batch") as BatchEntry[],
  };
}

/** The version that the first line names; `undefined` where it is none of ours, or cut. */
export function versionOf(text: string): number | undefined {
  try {
    const head = JSON.parse(text.slice(0, text.indexOf("\n"))) as { checkpoint?: unknown; version?: unknown };
    return head.checkpoint === "tspark" && typeof head.version === "number" ? head.version : undefined;
  } catch {
    return undefined;
  }
}

function hex(n: number): string {
  return n.toString(16).padStart(8, "0");
}
