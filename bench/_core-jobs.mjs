// The engine's jobs: with tspark, and written by hand. bench/core-spark.scala has the same for Spark, under the same names.
import { readFileSync } from "node:fs";

/** The lines of a file that may be longer than a string, a piece at a time. */
function eachPiece(file, piece) {
  const bytes = readFileSync(file);
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(bytes.length, from + (64 << 20));
    if (to < bytes.length) to = bytes.lastIndexOf(10, to) + 1;
    piece(bytes.latin1Slice(from, to));
    from = to;
  }
}

/**
 * `what` and `target`, ours against Spark, as the page shows them; `run(sc, file)` and `hand(file)` give the same value.
 * `repeat`: how often it is run for one measurement. `size` scales the data of the jobs that make their own.
 */
export const jobs = size => ({
  words: {
    what: "word count",
    target: 0.45,
    run: async (sc, file) =>
      (
        await sc
          .textFile(file, 8)
          .flatMap(line => line.split(" "))
          .map(w => [w, 1])
          .reduceByKey((a, b) => a + b)
          .collect()
      ).length,
    hand: file => {
      const counts = new Map();
      eachPiece(file, text => {
        for (const line of text.split("\n")) {
          if (line !== "") for (const w of line.split(" ")) counts.set(w, (counts.get(w) ?? 0) + 1);
        }
      });
      return counts.size;
    },
  },
  lines: {
    what: "lines of the text",
    target: 0.7,
    run: (sc, file) => sc.textFile(file, 8).count(),
    hand: file => {
      let n = 0;
      eachPiece(file, text => {
        n += text.split("\n").length - 1;
      });
      return n;
    },
  },
  numbers: {
    what: `${size * 10}M map, filter, reduce`,
    target: 0.3,
    run: sc =>
      sc
        .range(0, size * 10_000_000, 1, 4)
        .map(x => x * 2)
        .filter(x => x % 3 === 0)
        .reduce((a, b) => a + b),
    hand: () => {
      let sum = 0;
      for (let i = 0; i < size * 10_000_000; i++) if ((i * 2) % 3 === 0) sum += i * 2;
      return sum;
    },
  },
  take: {
    what: `sortBy ${size * 5}M ints, take(3)`,
    target: 0.4,
    run: async sc => (await shuffledInts(sc, size).take(3)).join("-"),
    hand: () => sortedInts(size).subarray(0, 3).join("-"),
  },
  sort: {
    what: `sortBy ${size * 5}M ints, count`,
    target: 0.4,
    run: sc => shuffledInts(sc, size).count(),
    hand: () => sortedInts(size).length,
  },
  join: {
    what: `join ${size}M x ${size}M`,
    target: 0.5,
    run: sc => {
      const left = sc.range(0, size * 1_000_000, 1, 4).map(x => [x, x]);
      const right = sc.range(0, size * 1_000_000, 1, 4).map(x => [x, x * 2]);
      return left.join(right).count();
    },
    hand: () => {
      const left = new Map();
      for (let i = 0; i < size * 1_000_000; i++) left.set(i, [i]);
      const out = [];
      for (let i = 0; i < size * 1_000_000; i++) for (const v of left.get(i) ?? []) out.push([i, [v, i * 2]]);
      return out.length;
    },
  },
  group: {
    what: `groupByKey ${size * 2}M on 10k keys`,
    target: 0.7,
    run: sc =>
      sc
        .range(0, size * 2_000_000, 1, 4)
        .map(x => [x % 10_000, x])
        .groupByKey()
        .count(),
    hand: () => {
      const groups = new Map();
      for (let i = 0; i < size * 2_000_000; i++) {
        const group = groups.get(i % 10_000);
        if (group === undefined) groups.set(i % 10_000, [i]);
        else group.push(i);
      }
      return groups.size;
    },
  },
  reduce: {
    what: `reduceByKey ${size * 2}M on 10k keys`,
    target: 0.5,
    run: sc =>
      sc
        .range(0, size * 2_000_000, 1, 4)
        .map(x => [x % 10_000, x])
        .reduceByKey((a, b) => a + b)
        .count(),
    hand: () => {
      const sums = new Map();
      for (let i = 0; i < size * 2_000_000; i++) sums.set(i % 10_000, (sums.get(i % 10_000) ?? 0) + i);
      return sums.size;
    },
  },
  distinct: {
    what: `distinct ${size * 2}M of ${size * 500}k`,
    target: 0.5,
    run: sc =>
      sc
        .range(0, size * 2_000_000, 1, 4)
        .map(x => x % (size * 500_000))
        .distinct()
        .count(),
    hand: () => {
      const seen = new Set();
      for (let i = 0; i < size * 2_000_000; i++) seen.add(i % (size * 500_000));
      return seen.size;
    },
  },
  tiny: {
    what: "tiny job",
    repeat: 100,
    run: sc =>
      sc
        .parallelize([1, 2, 3], 2)
        .map(x => x + 1)
        .count(),
  },
});

const shuffledInts = (sc, size) =>
  sc
    .range(0, size * 5_000_000, 1, 4)
    .map(x => (x * 7919) % 5_000_011)
    .sortBy(x => x);

function sortedInts(size) {
  const xs = new Float64Array(size * 5_000_000);
  for (let i = 0; i < xs.length; i++) xs[i] = (i * 7919) % 5_000_011;
  return xs.sort();
}

/** What a heap of 512 MB does not hold: 20M distinct text keys, summed by key. */
export const bigKeys = (sc, n) =>
  sc
    .range(0, n, 1, 16)
    .map(x => [`key-${x}`, 1])
    .reduceByKey((a, b) => a + b, 16)
    .count();
