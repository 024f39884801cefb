import { isExpired } from "./client/failure.js";
import type { KinesisApi, Place } from "./client/kinesis-api.js";
import { type Patience, patiently } from "./client/patience.js";
import { E } from "./errors.js";
import type { KinesisRecord } from "./kinesis-record.js";
import { unpacked } from "./packed-records.js";
import { compareSequence, type SequenceRange } from "./sequence-range.js";
import type { Pace } from "./shards/pace.js";

/** The most that Kinesis gives to one read. */
export const MOST_RECORDS = 10_000;

/**
 * Reads a range of a shard again: the same records, in the same order, or an error.
 *
 * @throws InputOutputError when not all of them are there any more
 */
export async function* readRange(
  api: KinesisApi,
  range: SequenceRange,
  pace: Pace,
  patience: Patience,
  check: () => void = () => {},
): AsyncGenerator<readonly KinesisRecord[]> {
  const { shardId, from, to, count } = range;
  const gone = (why: string) => E.KINESIS_RANGE_GONE(api.streamName, shardId, from, to, count, why);
  const ask = <T>(question: () => Promise<T>) => patiently(question, patience);
  const iteratorAt = async (place: Place) => {
    try {
      return await ask(() => api.iterator(shardId, place));
    } catch (error) {
      const { code, message } = error as { readonly code?: string; readonly message: string };
      if (code === "KINESIS_UNKNOWN_SHARD" || code === "KINESIS_REFUSED") throw gone(message);
      throw error;
    }
  };
  let place: Place = { at: "sequence", number: from };
  let iterator: string | undefined;
  let got = 0;
  while (got < count) {
    check();
    await pace.turn();
    let answer: Awaited<ReturnType<KinesisApi["read"]>>;
    try {
      iterator ??= await iteratorAt(place);
      const at = iterator;
      answer = await ask(() => api.read(at, Math.min(MOST_RECORDS, count - got)));
    } catch (error) {
      if (!isExpired(error)) throw error;
      iterator = undefined;
      continue;
    }
    pace.read(answer.records.reduce((sum, r) => sum + r.data.length, 0));
    const first = answer.records[0]?.sequenceNumber;
    if (got === 0 && first !== undefined && first !== from) throw gone(`the shard has nothing before ${first}`);
    const within = answer.records.filter(r => compareSequence(r.sequenceNumber, to) <= 0);
    const records = within.flatMap(raw => unpacked(raw, shardId));
    got += records.length;
    const last = within.at(-1)?.sequenceNumber;
    const isOver = last === to || within.length < answer.records.length;
    const isEnd = answer.next === undefined || (answer.records.length === 0 && answer.behind === 0);
    if (got !== count && (isOver || isEnd)) throw gone(`${got} are there`);
    if (records.length > 0) yield records;
    iterator = answer.next;
    if (last !== undefined) place = { at: "after", number: last };
  }
}
