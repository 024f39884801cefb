// A text for the benchmarks: words by Zipf's law from 50,000, eight a line, the same each time.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const DATA = path.join(path.dirname(fileURLToPath(import.meta.url)), "data");
const WORDS = 50_000;
/** Picks are looked up in a table of so many entries; words rarer than that share what is left by search. */
const TABLE = 1 << 16;

/** The file of about `mb` megabytes, made when it is not there. */
export function zipfText(mb) {
  const file = path.join(DATA, `zipf-${mb}.txt`);
  if (existsSync(file) && statSync(file).size >= mb * 1e6) return file;
  mkdirSync(DATA, { recursive: true });
  const words = Array.from({ length: WORDS }, (_, i) => Buffer.from(`w${i.toString(36)}${"abcdefgh".slice(0, i % 6)}`));
  const pick = zipf(42);
  const block = Buffer.alloc((1 << 20) + 256);
  const fd = openSync(`${file}.part`, "w");
  for (let written = 0; written < mb * 1e6; ) {
    let at = 0;
    while (at < 1 << 20) {
      for (let i = 0; i < 8; i++) {
        at += words[pick()].copy(block, at);
        block[at++] = i === 7 ? 10 : 32;
      }
    }
    written += writeSync(fd, block, 0, at);
  }
  closeSync(fd);
  renameSync(`${file}.part`, file);
  return file;
}

/** Ranks from 0, each as often as one over itself and one. */
function zipf(seed) {
  const sums = new Float64Array(WORDS);
  for (let i = 0, sum = 0; i < WORDS; i++) sums[i] = sum += 1 / (i + 1);
  const total = sums[WORDS - 1];
  const from = new Uint16Array(TABLE + 1);
  for (let i = 0, word = 0; i <= TABLE; i++) {
    while (word < WORDS - 1 && sums[word] < (i / TABLE) * total) word++;
    from[i] = word;
  }
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = state / 2 ** 32;
    let low = from[Math.floor(x * TABLE)];
    let high = from[Math.floor(x * TABLE) + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle] < x * total) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
