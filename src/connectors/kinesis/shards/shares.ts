/**
 * How many of `most` records each shard gives that has so many: the same part of each, and what is left over by rounding one
 * each, beginning with those that have most.
 *
 * @example
 * sharesOf([10, 30, 0], 4); // [1, 3, 0]
 */
export function sharesOf(counts: readonly number[], most: number): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total <= most) return [...counts];
  const shares = counts.map(n => Math.floor((n / total) * most));
  let left = most - shares.reduce((sum, n) => sum + n, 0);
  const byCount = counts.map((_, i) => i).sort((a, b) => counts[b]! - counts[a]! || a - b);
  for (const i of byCount) {
    if (left === 0) break;
    if (shares[i]! >= counts[i]!) continue;
    shares[i]!++;
    left--;
  }
  return shares;
}
