import { systemClock } from "../../../core/clock/clock.js";
import { isExpired } from "../client/failure.js";
import type { KinesisApi, Place, Shard } from "../client/kinesis-api.js";
import { type Patience, Pauses, pause } from "../client/patience.js";
import type { KinesisRecord } from "../kinesis-record.js";
import { unpacked } from "../packed-records.js";
import { MOST_RECORDS } from "../read-range.js";
import type { SequenceRange } from "../sequence-range.js";
import type { Pace } from "./pace.js";
import type { Room } from "./room.js";

/** No stream keeps records for less, ms. */
const LEAST_RETENTION = 24 * 3_600_000;
/** What a read is taken to give before there was one, bytes. */
const FIRST_GUESS = 1 << 20;

/** What a reader works with, and whom it tells. */
export interface ReaderSetup {
  readonly api: KinesisApi;
  readonly pace: Pace;
  readonly room: Room;
  /** What a read that begins is taken to give at least, bytes: also of an idle shard the next one may give something. */
  leastGuess(): number;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** The shard is closed, and everything of it is read: all shards that there are, with those that it was split or merged into. */
  ended(reader: ShardReader, listed: readonly Shard[]): void;
  failed(reader: ShardReader, error: unknown, pauseMs: number): void;
  works(reader: ShardReader): void;
  /** Records that came between these times, ms, are not kept any more. */
  lost(reader: ShardReader, from: number, until: number): void;
}

/** What a batch takes of a shard. */
export interface Taken {
  readonly range: SequenceRange;
  readonly records: readonly KinesisRecord[];
  /** What they weigh, bytes. */
  readonly weight: number;
}

/** Where a shard is, for a checkpoint. */
export interface Position {
  readonly from: Place;
  /** Everything that came before is read, ms; absent where nothing was. */
  readonly until?: number;
}

/**
 * Reads one shard ahead of the batches: from its place on, as long as there is room, until its end. What fails is tried again
 * where it was.
 *
 * ```
 *     taken by batches     |     read ahead      |     not read
 *   ───────────────────────┼─────────────────────┼──────────────────▶ sequence numbers
 *                       position               #place
 * ```
 */
export class ShardReader {
  #place: Place;
  #iterator: string | undefined;
  #position: Position;
  /** When the records that came before were all read, ms. */
  #readUntil: number | undefined;
  readonly #chunks: KinesisRecord[][] = [];
  #count = 0;
  #guess = FIRST_GUESS;
  #behind = 0;
  /** Whether everything of it is read: it is closed. */
  #isRead = false;
  #isAtEnd = false;
  #isStarted = false;
  readonly #pauses: Pauses;

  /** @param iterator of the position, where it was asked for already */
  constructor(
    readonly shardId: string,
    readonly parents: readonly string[],
    position: Position,
    private readonly setup: ReaderSetup,
    iterator?: string,
  ) {
    this.#position = position;
    this.#place = position.from;
    this.#readUntil = position.until;
    this.#iterator = iterator;
    this.#pauses = new Pauses(setup.patience);
  }

  /** Where the batches so far end. */
  get position(): Position {
    return this.#position;
  }

  /** Records that no batch has taken. */
  get count(): number {
    return this.#count;
  }

  /** Whether nothing more comes, and it is known what follows. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** How far it was behind the newest record at the latest read, ms. */
  get behind(): number {
    return this.#behind;
  }

  /** Begins to read; once. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#run();
  }

  /** The first records that no batch has taken: `most`, or a few more where a producer packed several into one. */
  take(most: number): Taken | undefined {
    if (this.#count === 0 || most < 1) return undefined;
    const records: KinesisRecord[] = [];
    while (records.length < most && this.#chunks.length > 0) {
      const chunk = this.#chunks[0]!;
      let n = Math.min(most - records.length, chunk.length);
      while (n < chunk.length && chunk[n]!.sequenceNumber === chunk[n - 1]!.sequenceNumber) n++;
      if (n === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.slice(n);
      for (let i = 0; i < n; i++) records.push(chunk[i]!);
    }
    this.#count -= records.length;
    const [first, last] = [records[0]!, records.at(-1)!];
    const until = this.#count === 0 ? this.#readUntil! : last.approximateArrivalTimestamp.getTime();
    this.#position = { from: { at: "after", number: last.sequenceNumber }, until };
    return {
      range: { shardId: this.shardId, from: first.sequenceNumber, to: last.sequenceNumber, count: records.length },
      records,
      weight: records.reduce((sum, r) => sum + r.weight, 0),
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.setup;
    while (!signal.aborted && !this.#isAtEnd) {
      try {
        if (!this.#isRead) await this.#read();
        const isListed = !this.#isRead || (await this.#end());
        this.setup.works(this);
        if (isListed) this.#pauses.reset();
        else await pause(this.#pauses.next(), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) {
          this.#iterator = undefined;
          continue;
        }
        const ms = this.#pauses.next();
        this.setup.failed(this, error, ms);
        await pause(ms, signal);
      }
    }
  }

  async #read(): Promise<void> {
    const { api, pace, room, signal } = this.setup;
    const guess = this.#guess;
    if (!(await room.enter(guess))) return;
    let weight = 0;
    try {
      await pace.turn(signal);
      if (signal.aborted) return;
      await this.#lookForLoss();
      this.#iterator ??= await api.iterator(this.shardId, this.#place);
      const { records, next, behind } = await api.read(this.#iterator, MOST_RECORDS);
      if (signal.aborted) return;
      let bytes = 0;
      for (const { data } of records) bytes += data.length;
      pace.read(bytes);
      const chunk = records.length === 0 ? [] : records.flatMap(raw => unpacked(raw, this.shardId));
      for (const record of chunk) weight += record.weight;
      if (chunk.length > 0) this.#chunks.push(chunk);
      this.#count += chunk.length;
      // A shard that had nothing once may have much now; one that is idle for long makes room for others.
      this.#guess = Math.max(weight, guess / 2, Math.min(FIRST_GUESS, this.setup.leastGuess()));
      this.#behind = behind;
      this.#readUntil = systemClock.now() - behind;
      if (records.length > 0) this.#place = { at: "after", number: records.at(-1)!.sequenceNumber };
      else if (this.#count === 0) this.#position = { ...this.#position, until: this.#readUntil };
      this.#iterator = next;
      this.#isRead = next === undefined;
    } finally {
      room.change(weight - guess);
    }
  }

  /**
   * `false` where the list, which may be a moment behind, does not have yet what follows: something always does. Ended without
   * that, the shard would leave the checkpoint, and nothing would find what follows any more.
   */
  async #end(): Promise<boolean> {
    const listed = await this.setup.api.listShards();
    if (this.setup.signal.aborted) return true;
    if (!listed.some(({ parents }) => parents.includes(this.shardId))) return false;
    this.#isAtEnd = true;
    this.setup.ended(this, listed);
    return true;
  }

  /** Kinesis goes on with the oldest record it has, and says nothing, where those that are asked for are gone. */
  async #lookForLoss(): Promise<void> {
    const from = this.#readUntil;
    const now = systemClock.now();
    if (from === undefined || now - from < LEAST_RETENTION) return;
    const kept = now - (await this.setup.api.retention());
    if (from < kept) this.setup.lost(this, from, kept);
    // Once.
    this.#readUntil = undefined;
  }
}
