import { E } from "../errors/engine-errors.js";
import { HashPartitioner } from "../shuffle/hash-partitioner.js";
import type { MapSink } from "../shuffle/map-side.js";
import type { Partitioner } from "../shuffle/partitioner.js";
import type { ShuffleBlock } from "../shuffle/shuffle-block.js";
import { estimateSize } from "../storage/size-estimate.js";
import { KeyList } from "../table/key-list.js";
import { KeyTable } from "../table/key-table.js";
import type { Sink } from "./codegen.js";

/** All values, as an array. */
export const collectSink: Sink<unknown[], unknown[]> = {
  open: () => [],
  emit: (x, g) => `s.push(${g.one(x)});`,
  close: s => s,
};

/** How many values there are. */
export const countSink: Sink<{ n: number }, number> = {
  open: () => ({ n: 0 }),
  before: "let n=s.n;",
  after: "s.n=n;",
  emit: () => "n++;",
  close: s => s.n,
};

/** The first `n` values; nothing after them is computed. */
export function takeSink(n: number): Sink<{ out: unknown[]; n: number }, unknown[]> {
  return {
    open: () => ({ out: [], n }),
    emit: (x, g) => `s.out.push(${g.one(x)});if(s.out.length>=s.n)${g.stop}`,
    close: s => s.out,
  };
}

/** All values folded into one by `f`; `undefined` when there was none. */
export function reduceSink(f: Function): Sink<{ has: boolean; acc: unknown }, { value: unknown } | undefined> {
  return {
    open: () => ({ has: false, acc: undefined }),
    before: "let has=s.has,acc=s.acc;",
    after: "s.has=has;s.acc=acc;",
    emit: (x, g) => `if(has)acc=${g.closure(f)}(acc,${g.one(x)});else{acc=${g.one(x)};has=true;}`,
    close: s => (s.has ? { value: s.acc } : undefined),
  };
}

/** All values folded by `f` into what `zero()` gives. */
export function foldSink(zero: () => unknown, f: Function): Sink<{ acc: unknown }, unknown> {
  return {
    open: () => ({ acc: zero() }),
    before: "let acc=s.acc;",
    after: "s.acc=acc;",
    emit: (x, g) => `acc=${g.closure(f)}(acc,${g.one(x)});`,
    close: s => s.acc,
  };
}

/** Calls `f` with every value. */
export function foreachSink(f: Function): Sink<undefined, void> {
  return {
    open: () => undefined,
    emit: (x, g) => `rt.notPromise(${g.closure(f)}(${g.one(x)}));`,
    close: () => {},
  };
}

/** Pairs combined by key: a table of keys and, beside it, their combiners. */
export interface Combined {
  table: KeyTable;
  values: unknown[];
}

/** Combines the values of each key; the keys come out in the order in which they were first seen. */
export function combineSink(createCombiner: Function, mergeValue: Function): Sink<Combined, Combined> {
  return {
    open: () => ({ table: new KeyTable(), values: [] }),
    before: "const t=s.table,vs=s.values;",
    emit(x, g) {
      const [k, v, i] = [g.fresh(), g.fresh(), g.fresh()];
      const create = g.closure(createCombiner);
      const merge = g.closure(mergeValue);
      return (
        `${g.pairCheck(x)}const ${k}=${g.key(x)},${v}=${g.value(x)},${i}=t.slot(${k});` +
        `if(${i}===vs.length)vs.push(${create}(${v}));else vs[${i}]=${merge}(vs[${i}],${v});`
      );
    },
    close: s => s,
  };
}

/** Puts combiners of a key together that were made apart. */
export function mergeSink(mergeCombiners: Function): Sink<Combined, Combined> {
  return combineSink(identity, mergeCombiners);
}

const identity = <T>(x: T): T => x;

/** How groups of a key are put together. */
export function appendAll(group: unknown[], others: readonly unknown[]): unknown[] {
  for (let i = 0; i < others.length; i++) group.push(others[i]);
  return group;
}

/** The values of each key, as an array in the order in which they come. */
export const groupSink: Sink<Combined, Combined> = {
  open: () => ({ table: new KeyTable(), values: [] }),
  before: "const t=s.table,vs=s.values;",
  emit(x, g) {
    const [k, i] = [g.fresh(), g.fresh()];
    return (
      `${g.pairCheck(x)}const ${k}=${g.key(x)},${i}=t.slot(${k});` +
      `if(${i}===vs.length)vs.push([${g.value(x)}]);else vs[${i}].push(${g.value(x)});`
    );
  },
  close: s => s,
};

type Blocks = (ShuffleBlock | undefined)[];
interface Buckets {
  readonly partition: (key: unknown) => number;
  keys: (unknown[] | undefined)[];
  values: (unknown[] | undefined)[];
}

/** Elements that are looked at to estimate the size of an array. */
const SAMPLES = 32;
const sizeOfAll = (arrays: readonly (readonly unknown[] | undefined)[]): number => {
  let size = 0;
  // A few of each: there may be many partitions.
  const samples = Math.ceil(SAMPLES / arrays.length) + 1;
  for (const array of arrays) if (array !== undefined) size += estimateSize(array, samples);
  return size;
};

/** Pairs, one block for each partition of `partitioner`. */
export function partitionSink(partitioner: Partitioner): MapSink<Buckets> {
  const n = partitioner.numPartitions;
  return {
    open: () => ({ partition: partitionFunction(partitioner), keys: new Array(n), values: new Array(n) }),
    before: "const part=s.partition,ks=s.keys,vs=s.values;",
    emit(x, g) {
      const [k, v, p, a, b] = [g.fresh(), g.fresh(), g.fresh(), g.fresh(), g.fresh()];
      // As long as each value is its key (sortBy(x => x)) one array is both. 0 and -0 are equal, but not the same.
      const same = `${v}===${k}&&(${k}!==0||1/${k}===1/${v})`;
      return (
        `${g.pairCheck(x)}const ${k}=${g.key(x)},${v}=${g.value(x)},${p}=part(${k}),${a}=ks[${p}];` +
        `if(${a}===undefined){ks[${p}]=[${k}];vs[${p}]=${same}?ks[${p}]:[${v}];}` +
        `else{let ${b}=vs[${p}];if(${b}!==${a}){${a}.push(${k});${b}.push(${v});}else if(${same})${a}.push(${k});` +
        `else{vs[${p}]=${b}=${a}.slice();${a}.push(${k});${b}.push(${v});}}`
      );
    },
    close: s => Array.from(s.keys, (keys, p) => (keys === undefined ? undefined : { keys, values: s.values[p]! })),
    size: s => sizeOfAll(s.keys) + sizeOfAll(s.values),
    reset(s) {
      s.keys = new Array(n);
      s.values = new Array(n);
    },
  };
}

/** So many keys are combined before it is asked whether that shrinks anything; and the part that must have been merged. */
const COMBINED_BEFORE_ASKING = 1 << 16;
const WORTH_COMBINING = 1 / 8;

/**
 * Pairs combined by key, then one block for each partition of `partitioner`. Where nearly all keys are different it stops
 * combining: the reduce side does it anyway.
 */
export function combineAndPartitionSink(
  partitioner: Partitioner,
  createCombiner: Function,
  mergeValue: Function,
): MapSink<Combined> {
  return {
    ...combineSink(createCombiner, mergeValue),
    check(s) {
      const { table } = s;
      if (table.size < COMBINED_BEFORE_ASKING || table.hits > table.size * WORTH_COMBINING) return;
      // The same loop runs on: it finds every key new.
      s.table = new KeyList(table);
    },
    close: s => split(s, partitioner),
    size: s => estimateSize(s.table.keys, SAMPLES) + estimateSize(s.values, SAMPLES) + s.table.overhead,
    reset(s) {
      s.table = s.table instanceof KeyList ? new KeyList() : new KeyTable();
      s.values = [];
    },
  };
}

function split({ table, values }: Combined, partitioner: Partitioner): Blocks {
  const n = partitioner.numPartitions;
  const blocks: ({ keys: unknown[]; values: unknown[] } | undefined)[] = new Array(n);
  if (table.size === 0) return blocks;
  if (n === 1) return [{ keys: table.keys, values }];
  const byHash = partitioner instanceof HashPartitioner && !(table instanceof KeyList);
  const partition = partitionFunction(partitioner);
  for (let i = 0; i < values.length; i++) {
    let p: number;
    if (byHash) {
      p = table.hashes[i]! % n;
      if (p < 0) p += n;
    } else {
      p = partition(table.keys[i]);
    }
    const block = (blocks[p] ??= { keys: [], values: [] });
    block.keys.push(table.keys[i]);
    block.values.push(values[i]);
  }
  return blocks;
}

/** The partitioner's function; one of the user's own is checked. */
function partitionFunction(partitioner: Partitioner): (key: unknown) => number {
  if (partitioner instanceof HashPartitioner) return key => partitioner.getPartition(key);
  const quick = partitioner.quick?.();
  if (quick !== undefined) return quick;
  const n = partitioner.numPartitions;
  return key => {
    const p = partitioner.getPartition(key);
    if (!(Number.isInteger(p) && p >= 0 && p < n)) throw E.BAD_PARTITION(key, p, n);
    return p;
  };
}

interface Spread {
  blocks: unknown[][];
  next: number;
}

/** Values dealt out in turn to `n` blocks, the first to block `start`. */
export function spreadSink(n: number, start: number): MapSink<Spread> {
  const empty = () => Array.from({ length: n }, () => []);
  return {
    open: () => ({ blocks: empty(), next: start % n }),
    emit: (x, g) => `s.blocks[s.next].push(${g.one(x)});if(++s.next===s.blocks.length)s.next=0;`,
    close: s => s.blocks.map(values => (values.length === 0 ? undefined : { keys: undefined, values })),
    size: s => sizeOfAll(s.blocks),
    reset(s) {
      s.blocks = empty();
    },
  };
}

/** Adds the pairs of input `side` to the groups of `sides` inputs: the combiner of a key is an array for each. */
export function cogroupSink(side: number, sides: number): Sink<Combined, Combined> {
  return {
    open: () => ({ table: new KeyTable(), values: [] }),
    before: "const t=s.table,vs=s.values;",
    emit(x, g) {
      const [k, i, v, gs] = [g.fresh(), g.fresh(), g.fresh(), g.fresh()];
      // A literal of one element takes room for one; the first push to an empty array takes room for seventeen.
      const first = `[${Array.from({ length: sides }, (_, s) => (s === side ? `[${v}]` : "[]")).join(",")}]`;
      return (
        `${g.pairCheck(x)}const ${k}=${g.key(x)},${v}=${g.value(x)},${i}=t.slot(${k});` +
        `if(${i}===vs.length)vs.push(${first});else{const ${gs}=vs[${i}];` +
        `if(${gs}[${side}].length===0)${gs}[${side}]=[${v}];else ${gs}[${side}].push(${v});}`
      );
    },
    close: s => s,
  };
}

/** Gives every value to the `add` of an object of the task's own. */
export function addSink<S extends { add(x: unknown): void }, R>(open: () => S, close: (state: S) => R): Sink<S, R> {
  return { open, emit: (x, g) => `s.add(${g.one(x)});`, close };
}
