import type { Shard } from "../client/kinesis-api.js";

/** Whether a shard was split or merged, over any number of others, from one of `those`. */
export function isAfter(
  { parents }: Shard,
  those: { has(id: string): boolean },
  listed: ReadonlyMap<string, Shard>,
): boolean {
  return parents.some(id => {
    if (those.has(id)) return true;
    const parent = listed.get(id);
    return parent !== undefined && isAfter(parent, those, listed);
  });
}
