/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: the optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/**
 * The name of `known` that `text` most likely meant to be: the closest within a third of its length, else one it begins;
 * `undefined` when none is close.
 *
 * @example
 * nearest("spark.ui.prot", ["spark.ui.port", "spark.master"]); // "spark.ui.port"
 */
export function nearest(text: string, known: Iterable<string>): string | undefined {
  const wanted = text.toLowerCase();
  let best: string | undefined;
  let bestCost = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const candidate = name.toLowerCase();
    if (Math.abs(candidate.length - wanted.length) >= bestCost) continue;
    const cost = editDistance(wanted, candidate);
    if (cost < bestCost) {
      best = name;
      bestCost = cost;
    }
  }
  if (best === undefined && wanted.length >= 2) {
    for (const name of known) if (name.toLowerCase().startsWith(wanted)) return name;
  }
  return best;
}
