import { sleep } from "../../core/clock/clock.js";
import { errorType } from "./client/failure.js";
import type { KafkaClient } from "./client/kafka-client.js";
import { loadCodec, loadedCodec } from "./codecs/codec.js";
import { appendRecords, type ConsumerRecord } from "./consumer-record.js";
import type { Deserializer } from "./deserializers.js";
import { E } from "./errors.js";
import { AbortedTransactions } from "./protocol/aborted-transactions.js";
import type { FetchedPartition } from "./protocol/fetch.js";
import { firstBatchSize, type RecordBatch, recordBatches } from "./protocol/record-batch.js";
import type { TopicPartition } from "./topic-partition.js";

/** Which offsets of a partition are read: `[fromOffset, untilOffset)`. */
export interface Range extends TopicPartition {
  readonly fromOffset: number;
  readonly untilOffset: number;
  /** Whether records up to there were seen before: then they are waited for, as a broker that starts may not have them yet. */
  readonly wasThere: boolean;
}

/** What a record becomes. */
export interface Deserializers<K, V> {
  readonly keyDeserializer: Deserializer<K>;
  readonly valueDeserializer: Deserializer<V>;
}

/** Records handed on at once: enough that the loop over them is what counts, little enough to stay in the cache. */
const CHUNK_RECORDS = 8192;
/** The least a fetch asks for, so that small ranges are one request. */
const LEAST_FETCH = 64 << 10;
/** How long the end of a range is waited for that nobody has seen: the broker may have started a moment ago. */
const UNSEEN_END_MS = 2000;
/** Bytes a record is taken to need before the first ones were seen. */
const FIRST_GUESS = 1024;

/**
 * The records of a range, in order and exactly once, in chunks: what is there in `[fromOffset, untilOffset)` without
 * transactions' markers and, for `read_committed`, without what was aborted. While a chunk is worked on, the next bytes are
 * on their way.
 */
export async function* readRange<K, V>(
  client: KafkaClient,
  range: Range,
  deserializers: Deserializers<K, V>,
): AsyncGenerator<readonly ConsumerRecord<K, V>[]> {
  const { topic, partition, untilOffset } = range;
  const { maxPartitionBytes, checkCrcs } = client.fetchSettings;
  let next = range.fromOffset;
  let least = LEAST_FETCH;
  let bytesPerRecord = FIRST_GUESS;
  let progress = client.clock.monotonic();
  /** Whether the last answer was empty: then it is asked again in a request of its own, which has room for the first batch. */
  let alone = false;

  const ask = (offset: number) => {
    // Room for what is missing and a little more, not for all that lies behind it.
    const needed = Math.max(least, Math.ceil((untilOffset - offset) * bytesPerRecord * 1.1) + 4096);
    const maxBytes = Math.max(least, Math.min(maxPartitionBytes, needed));
    const asked = client.fetch({ topic, partition, offset, maxBytes }, alone);
    // A failure is for whoever awaits it; a reader that was stopped early does not.
    asked.catch(() => {});
    return asked;
  };

  for (let asked = ask(next); next < untilOffset; ) {
    const fetched = await asked.catch(error => explain(client, range, next, error));
    const batches = [...recordBatches(fetched.data, next, checkCrcs, range)];
    const last = batches.at(-1);
    if (last === undefined) {
      const size = firstBatchSize(fetched.data);
      if (size !== undefined) least = size;
      else if (readableEnd(client, fetched) < untilOffset) await mayWait(client, range, next, fetched, progress);
      // Nothing is left of the range, e.g. after compaction.
      else if (alone) return;
      else alone = true;
      asked = ask(next);
      continue;
    }
    alone = false;
    progress = client.clock.monotonic();
    const from = next;
    next = last.lastOffset + 1;
    bytesPerRecord = Math.max(1, fetched.data.length / (next - Math.max(from, batches[0]!.baseOffset)));
    if (next < untilOffset) asked = ask(next);
    yield* decode(client, range, from, batches, fetched, deserializers);
  }
}

/** Where what may be read now ends. */
function readableEnd(client: KafkaClient, fetched: FetchedPartition): number {
  return client.settings.readCommitted ? fetched.lastStableOffset : fetched.highWatermark;
}

/** What may be read ends within the range: a broker that has just started may still be finding its end. */
async function mayWait(
  client: KafkaClient,
  { topic, partition, untilOffset, wasThere }: Range,
  next: number,
  { highWatermark, lastStableOffset, logStartOffset }: FetchedPartition,
  progress: number,
): Promise<void> {
  const waited = client.clock.monotonic() - progress;
  const { patienceMs } = client.settings;
  if (highWatermark < untilOffset) {
    if (!wasThere && waited > Math.min(UNSEEN_END_MS, patienceMs)) {
      throw E.KAFKA_OFFSET_OUT_OF_RANGE(topic, partition, untilOffset, logStartOffset, highWatermark);
    }
    if (waited > patienceMs) throw E.KAFKA_RANGE_GONE(topic, partition, next, untilOffset, highWatermark, waited);
  } else if (waited > patienceMs) {
    throw E.KAFKA_OPEN_TRANSACTION(topic, partition, next, untilOffset, lastStableOffset, waited);
  }
  await sleep(20, client.clock);
}

/** Turns a broker's "out of range" into an error that says what the range is. */
async function explain(client: KafkaClient, range: Range, offset: number, error: unknown): Promise<never> {
  if (errorType((error as { cause?: unknown }).cause ?? error) !== "OFFSET_OUT_OF_RANGE") throw error;
  const [first, end] = await Promise.all([client.earliest([range]), client.latest([range])]);
  const { topic, partition } = range;
  throw E.KAFKA_OFFSET_OUT_OF_RANGE.because(error, topic, partition, offset, first[0]!.offset, end[0]!.offset);
}

async function* decode<K, V>(
  client: KafkaClient,
  range: Range,
  from: number,
  batches: readonly RecordBatch[],
  fetched: FetchedPartition,
  deserializers: Deserializers<K, V>,
): AsyncGenerator<readonly ConsumerRecord<K, V>[]> {
  const { topic, partition, untilOffset } = range;
  const aborted = new AbortedTransactions(client.settings.readCommitted ? fetched.aborted : []);
  let chunk: ConsumerRecord<K, V>[] = [];
  for (const batch of batches) {
    if (batch.baseOffset >= untilOffset) break;
    if (aborted.leavesOut(batch) || batch.count === 0) continue;
    const codec = loadedCodec(batch.codec) ?? (await loadCodec(batch.codec, range));
    const block = {
      bytes: decompress(codec, batch, range),
      topic,
      partition,
      baseOffset: batch.baseOffset,
      baseTimestamp: batch.baseTimestamp,
      appendTime: batch.appendTime,
      ...deserializers,
    };
    const whole = batch.baseOffset >= from && batch.lastOffset < untilOffset;
    const wrong = appendRecords(chunk, block, batch.count, from, untilOffset, whole);
    if (wrong !== undefined) throw E.KAFKA_CORRUPT_BATCH(topic, partition, batch.baseOffset, wrong);
    if (chunk.length >= CHUNK_RECORDS) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function decompress(
  codec: { name: string; decompress(bytes: Buffer): Buffer },
  batch: RecordBatch,
  at: TopicPartition,
): Buffer {
  try {
    return codec.decompress(batch.records);
  } catch (error) {
    const why = `its ${codec.name} compression cannot be undone`;
    throw E.KAFKA_CORRUPT_BATCH.because(error, at.topic, at.partition, batch.baseOffset, why);
  }
}
