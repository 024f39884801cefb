import { setMaxListeners } from "node:events";
import type { SparkError } from "../../../core/errors/spark-error.js";
import { getLogger } from "../../../core/log/logger.js";
import { isThrottled, isTransient } from "../client/failure.js";
import type { KinesisApi, Shard } from "../client/kinesis-api.js";
import type { Patience } from "../client/patience.js";
import { isAfter } from "./lineage.js";
import type { Pace } from "./pace.js";
import { Room } from "./room.js";
import { type Position, ShardReader, type Taken } from "./shard-reader.js";
import { sharesOf } from "./shares.js";

const log = getLogger("KinesisInputDStream");

/** A pause from which on it is worth a line that Kinesis throttles, ms: shorter ones belong to its everyday. */
const WORTH_TELLING = 1000;

/** A shard that is followed, as a checkpoint has it. */
export interface SavedShard extends Position {
  readonly shard: string;
  /** Those followed ones that come before it. */
  readonly parents: readonly string[];
}

/** What {@link FollowedShards} work with. */
export interface FollowSetup {
  /** How the stream is named in log lines. */
  readonly name: string;
  readonly api: KinesisApi;
  readonly patience: Patience;
  /** Bytes that may be in memory. */
  readonly limit: number;
  pace(shardId: string): Pace;
}

/**
 * The shards of a stream that are read, each until its end, and then those that it was split or merged into. Records of a key
 * stay in order: a shard is read when its parents have been, and its records go into a batch after the one with the last of
 * theirs.
 *
 * ```
 *   parent   ──────────────────| end
 *   child                       ──────────────────────▶
 *   batches     1   |   2   |   3   |   4    ...              the child's first in 4
 * ```
 */
export class FollowedShards {
  readonly #readers = new Map<string, ShardReader>();
  readonly #room: Room;
  readonly #stopping = new AbortController();
  /** What each reader failed with that has not worked since. */
  readonly #failures = new Map<ShardReader, SparkError>();

  constructor(private readonly setup: FollowSetup) {
    this.#room = new Room(setup.limit);
    // As many as there are shards.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** The shards, as a checkpoint has them: where the batches so far end. */
  save(): SavedShard[] {
    return [...this.#readers.values()].map(({ shardId, parents, position }) => ({
      shard: shardId,
      parents: parents.filter(parent => this.#readers.has(parent)),
      ...position,
    }));
  }

  has(shardId: string): boolean {
    return this.#readers.has(shardId);
  }

  /** Follows a shard from a position on, beginning with {@link start}, or as soon as those of its parents that are followed end. */
  follow(shardId: string, parents: readonly string[], position: Position, iterator?: string): void {
    if (this.#readers.has(shardId)) return;
    const { api, patience } = this.setup;
    const setup = {
      api,
      patience,
      room: this.#room,
      // So that all of them may read where nothing else is in memory, and fewer the more there is.
      leastGuess: () => this.setup.limit / this.#readers.size,
      pace: this.setup.pace(shardId),
      signal: this.#stopping.signal,
      ended: (reader: ShardReader, listed: readonly Shard[]) => this.#ended(reader, listed),
      failed: (reader: ShardReader, error: unknown, pauseMs: number) => this.#failed(reader, error, pauseMs),
      works: (reader: ShardReader) => void this.#failures.delete(reader),
      lost: (reader: ShardReader, from: number, until: number) => this.#tellLost(reader, from, until),
    };
    this.#readers.set(shardId, new ShardReader(shardId, parents, position, setup, iterator));
  }

  /** Begins to read what is not read yet and has nobody to wait for. */
  start(): void {
    for (const reader of this.#readers.values()) {
      if (reader.parents.every(parent => this.#readers.get(parent)?.isAtEnd ?? true)) reader.start();
    }
  }

  /** Records that were read and that no batch has taken. */
  get count(): number {
    let sum = 0;
    for (const reader of this.#readers.values()) sum += reader.count;
    return sum;
  }

  /** How far the shard that is farthest behind was at its latest read, ms. */
  get behind(): number {
    let most = 0;
    for (const reader of this.#readers.values()) most = Math.max(most, reader.behind);
    return most;
  }

  /** Why nothing can be read of a shard that will not be over by itself. */
  get failure(): SparkError | undefined {
    for (const error of this.#failures.values()) if (!isTransient(error)) return error;
    return undefined;
  }

  /** What the next batch has: at most about `most` records, of each shard as large a part. */
  take(most: number): Taken[] {
    const ready = [...this.#readers.values()].filter(({ parents }) => !parents.some(id => this.#readers.has(id)));
    const shares = sharesOf(
      ready.map(reader => reader.count),
      most,
    );
    const taken = ready.flatMap((reader, i) => reader.take(shares[i]!) ?? []);
    for (const reader of ready) if (reader.isAtEnd && reader.count === 0) this.#readers.delete(reader.shardId);
    return taken.sort((a, b) => (a.range.shardId < b.range.shardId ? -1 : 1));
  }

  /** The batch with records of this weight has ended. */
  release(weight: number): void {
    this.#room.change(-weight);
  }

  /** Reads nothing more. What was read is still there to be taken. */
  stop(): void {
    this.#stopping.abort();
    this.#room.close();
  }

  #ended(reader: ShardReader, shards: readonly Shard[]): void {
    const listed = new Map(shards.map(shard => [shard.id, shard]));
    const following = shards.filter(({ parents }) => parents.includes(reader.shardId));
    const names = following.map(({ id }) => id);
    log.info(`${this.setup.name}: ${reader.shardId} is closed and read; ${names.join(" and ")} follows it`);
    for (const shard of following) {
      if (!this.#isTooSoon(shard, listed)) this.follow(shard.id, shard.parents, { from: { at: "horizon" } });
    }
    this.start();
  }

  /** Whether a shard was merged with one that is not followed yet, as it comes of one that is: the other's end finds it again. */
  #isTooSoon({ parents }: Shard, listed: ReadonlyMap<string, Shard>): boolean {
    return parents.some(id => {
      const parent = listed.get(id);
      return parent !== undefined && !this.#readers.has(id) && isAfter(parent, this.#readers, listed);
    });
  }

  #failed(reader: ShardReader, error: unknown, pauseMs: number): void {
    const { message } = error as SparkError;
    const isTold = [...this.#failures.values()].some(other => other.message === message);
    const isQuiet = isThrottled(error) && pauseMs < WORTH_TELLING;
    if (isTold || isQuiet) log.debug(() => `${this.setup.name}, ${reader.shardId}: ${message}`);
    else log.warn(`${this.setup.name}: ${message} Trying again`);
    if (!isQuiet) this.#failures.set(reader, error as SparkError);
  }

  #tellLost({ shardId }: ShardReader, from: number, until: number): void {
    const [first, last] = [from, until].map(ms => new Date(ms).toISOString());
    log.warn(
      `${this.setup.name}: records that came to ${shardId} from ${first} to ${last} were not read in time and are lost: stream ${this.setup.api.streamName} does not keep them any longer. Going on with the oldest that it has; raise its retention period above the time a program may be away`,
    );
  }
}
