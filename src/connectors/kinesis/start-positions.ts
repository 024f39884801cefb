import { getLogger } from "../../core/log/logger.js";
import type { Place, Shard } from "./client/kinesis-api.js";
import type { KinesisClient } from "./client/kinesis-client.js";
import { type Patience, patiently } from "./client/patience.js";
import { InitialPositionInStream, type KinesisInitialPosition, timestampOf } from "./kinesis-initial-positions.js";
import type { FollowedShards, SavedShard } from "./shards/followed-shards.js";
import { isAfter } from "./shards/lineage.js";

const log = getLogger("KinesisInputDStream");

/** So many places are asked for at a time. */
const AT_A_TIME = 32;

/** Follows the shards that there are, from an initial position on. */
export async function followFrom(
  initial: KinesisInitialPosition,
  client: KinesisClient,
  followed: FollowedShards,
  patience: Patience,
): Promise<void> {
  const shards = await patiently(() => client.listShards(), patience);
  const known = new Set(shards.map(({ id }) => id));
  const parentsOf = ({ parents }: Shard) => parents.filter(id => known.has(id));
  const where = initial.getPosition();
  if (where !== InitialPositionInStream.LATEST) {
    const place: Place =
      where === InitialPositionInStream.TRIM_HORIZON ? { at: "horizon" } : { at: "time", ms: timestampOf(initial) };
    for (const shard of shards) followed.follow(shard.id, parentsOf(shard), { from: place });
    return;
  }
  // Where a shard has no record yet there is no number to go on from: then it is from this time on, by Kinesis's clock.
  const ms = client.serverTime;
  const open = shards.filter(shard => shard.isOpen);
  for (let i = 0; i < open.length; i += AT_A_TIME) {
    await Promise.all(
      open.slice(i, i + AT_A_TIME).map(async ({ id }) => {
        const iterator = await patiently(() => client.iterator(id, { at: "latest" }), patience);
        followed.follow(id, [], { from: { at: "time", ms } }, iterator);
      }),
    );
  }
}

/**
 * Goes on from a checkpoint. Shards that it knows and Kinesis does not any more were closed, and their records deleted: what
 * was split or merged from them is read from its beginning, which is told.
 */
export async function followAgain(
  saved: readonly SavedShard[],
  client: KinesisClient,
  followed: FollowedShards,
  patience: Patience,
  name: string,
): Promise<void> {
  const shards = await patiently(() => client.listShards(), patience);
  const listed = new Map(shards.map(shard => [shard.id, shard]));
  const there = saved.filter(({ shard }) => listed.has(shard));
  for (const { shard, parents, from, until } of there) {
    followed.follow(shard, parents, until === undefined ? { from } : { from, until });
  }
  const gone = saved.filter(({ shard }) => !listed.has(shard));
  if (gone.length === 0) return;
  const following = unknownTo(new Set(there.map(({ shard }) => shard)), listed);
  for (const { id, parents } of following) followed.follow(id, parents, { from: { at: "horizon" } });
  const list = gone.map(({ shard, until }) => (until === undefined ? shard : `${shard} (read up to ${dateOf(until)})`));
  log.warn(
    `${name}: shards are not there any more, with all that was not read of them: ${list.join(", ")}. What follows them is read from its beginning: ${following.map(({ id }) => id).join(", ") || "nothing"}. Raise the retention period of stream ${client.streamName} above the time a program may be away`,
  );
}

const dateOf = (ms: number) => new Date(ms).toISOString();

/** The shards that are neither followed nor made from followed ones, which are found when those end, nor what followed ones were made from. */
function unknownTo(followed: ReadonlySet<string>, listed: ReadonlyMap<string, Shard>): Shard[] {
  const before = new Set<string>();
  const goBack = (id: string) => {
    for (const parent of listed.get(id)?.parents ?? []) {
      if (before.has(parent)) continue;
      before.add(parent);
      goBack(parent);
    }
  };
  for (const id of followed) goBack(id);
  return [...listed.values()].filter(
    shard => !followed.has(shard.id) && !before.has(shard.id) && !isAfter(shard, followed, listed),
  );
}
