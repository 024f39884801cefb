/**
 * CRC-32C of pieces of up to {@link PIECE} bytes in WebAssembly, whose text is put together here, since no compiler is at
 * hand where this is built.
 *
 * **Folding.** A CRC is the remainder of the message, seen as a polynomial, modulo P. With y = x^128 there is
 * y^79 = y^75 + y^71 + y^58 + y^18 + y^12 + y + 1 (mod P), found by looking for sums of few powers that are 0. So a word of 16
 * bytes may be left out when it is added (xor) to the seven words that are 4, 8, 21, 61, 67, 78 and 79 behind it: eight loads
 * and a store, where tables need twenty loads. What is left are the last 79 words, for the tables.
 *
 * **Tables.** Slicing by 16, as in crc32c.ts.
 */
const DISTANCES = [4, 8, 21, 61, 67, 78, 79];
const FOLDED = 79;
const WORD = 16;

/** Memory: the tables, then words that are 0 and stand for what is before the message, then the message. */
const TABLES = 16 * 1024;
const MESSAGE = TABLES + FOLDED * WORD;
/** The most bytes at once: they stay in the cache. */
export const PIECE = 32 << 10;
/** Shorter ones are left to the tables. */
const LEAST_TO_FOLD = 2 * FOLDED * WORD;

// The instructions that are used, by their names in the specification.
const I32 = 0x7f;
const EMPTY = 0x40;
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const BR = 0x0c;
const BR_IF = 0x0d;
const GE_U = 0x4f;
const GT_U = 0x4b;
const ADD = 0x6a;
const SUB = 0x6b;
const AND = 0x71;
const XOR = 0x73;
const SHL = 0x74;
const SHR_U = 0x76;

type Code = readonly (number | Code)[];

const unsigned = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...unsigned(n >>> 7)]);
const signed = (n: number): number[] => (n >= -64 && n < 64 ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)]);
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const constant = (n: number): Code => [0x41, ...signed(n)];
const load = (offset: number): Code => [0x28, 2, ...unsigned(offset)];
const loadByte: Code = [0x2d, 0, 0];
const store: Code = [0x36, 2, 0];
const loadWord: Code = [0xfd, ...unsigned(0), 0, 0];
const storeWord: Code = [0xfd, ...unsigned(11), 0, 0];
const xorWords: Code = [0xfd, ...unsigned(0x51)];
const plus = (local: number, n: number): Code => [get(local), constant(n), ADD, set(local)];
/** `while (!(stop)) body` */
const until = (stop: Code, body: Code): Code => [BLOCK, EMPTY, LOOP, EMPTY, stop, BR_IF, 1, body, BR, 0, END, END];

// Locals: the parameters (where, end, crc), then four words of a table's turn, the end of what is folded, a limit.
const AT = 0;
const LAST = 1;
const CRC = 2;
const FIRST_WORD = 3;
const FOLD_END = 7;
const LIMIT = 8;

/** crc ^= the word at `at - distance * 16`, as sixteen bytes on the stack. */
const wordBefore = (distance: number): Code => [get(AT), constant(distance * WORD), SUB, loadWord];

const fold: Code = [
  // The state so far belongs to the first four bytes.
  [get(AT), get(AT), load(0), get(CRC), XOR, store, constant(0), set(CRC)],
  [get(LAST), get(AT), SUB, constant(-WORD), AND, get(AT), ADD, constant(FOLDED * WORD), SUB, set(FOLD_END)],
  until(
    [get(AT), get(FOLD_END), GE_U],
    [get(AT), get(AT), loadWord, DISTANCES.map(d => [wordBefore(d), xorWords]), storeWord, plus(AT, WORD)],
  ),
  // The words that are left take only from those that are left out.
  DISTANCES.map(d => [
    [get(FOLD_END), set(AT), get(FOLD_END), constant(d * WORD), ADD, set(LIMIT)],
    until(
      [get(AT), get(LIMIT), GE_U],
      [get(AT), get(AT), loadWord, wordBefore(d), xorWords, storeWord, plus(AT, WORD)],
    ),
  ]),
  [get(FOLD_END), set(AT)],
];

/** The entry for a byte of a word: the byte times four is where it stands in its table. */
function entry(word: number, byte: number): Code {
  const index =
    byte === 0
      ? [constant(2), SHL, constant(1020), AND]
      : byte === 3
        ? [constant(24), SHR_U, constant(2), SHL]
        : [constant(8 * byte - 2), SHR_U, constant(1020), AND];
  return [get(FIRST_WORD + word), index, load(1024 * (15 - 4 * word - byte)), word + byte === 0 ? [] : XOR];
}

const four = [0, 1, 2, 3];
const tables: Code = until(
  [get(AT), constant(WORD), ADD, get(LAST), GT_U],
  [
    four.map(w => [get(AT), load(4 * w), w === 0 ? [get(CRC), XOR] : [], set(FIRST_WORD + w)]),
    four.map(w => four.map(b => entry(w, b))),
    [set(CRC), plus(AT, WORD)],
  ],
);
const bytes: Code = until(
  [get(AT), get(LAST), GE_U],
  [
    [get(CRC), get(AT), loadByte, XOR, constant(255), AND, constant(2), SHL, load(0)],
    [get(CRC), constant(8), SHR_U, XOR, set(CRC), plus(AT, 1)],
  ],
);
const body: Code = [
  [get(LAST), get(AT), SUB, constant(LEAST_TO_FOLD), GE_U, IF, EMPTY, fold, END],
  [tables, bytes, get(CRC), END],
];

const flat = (code: Code): number[] => (code as readonly unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
const sized = (code: Code): number[] => [...unsigned(flat(code).length), ...flat(code)];

const PAGE = 64 << 10;
const pages = Math.ceil((MESSAGE + PIECE) / PAGE);
const program = () => [
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, ...sized([1, 0x60, 3, I32, I32, I32, 1, I32])], // a type: three numbers to one
  ...[3, ...sized([1, 0])], // a function of it
  ...[5, ...sized([1, 0, pages])], // a memory
  ...[7, ...sized([2, 1, 0x66, 0, 0, 1, 0x6d, 2, 0])], // both exported, as "f" and "m"
  ...[10, ...sized([1, sized([1, 6, I32, body])])],
];

/** As much of `WebAssembly` as is used: its types are those of browsers. */
const WASM = (globalThis as unknown as { readonly WebAssembly: WasmEngine }).WebAssembly;
interface WasmEngine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: { f(at: number, end: number, crc: number): number; readonly m: { readonly buffer: ArrayBuffer } };
  };
}

/** What goes on with a CRC's state (not inverted) over `bytes[start, end)`, at most {@link PIECE} of them. */
export type Update = (crc: number, bytes: Uint8Array, start: number, end: number) => number;

/**
 * @param table sixteen tables of 256 entries, those of crc32c.ts
 * @returns `undefined` where there is no WebAssembly (`--jitless`)
 */
export function wasmUpdate(table: Int32Array): Update | undefined {
  try {
    const { Instance, Module } = WASM;
    const { f, m } = new Instance(new Module(new Uint8Array(program()))).exports;
    new Int32Array(m.buffer).set(table);
    const message = new Uint8Array(m.buffer, MESSAGE);
    return (crc, bytes, start, end) => {
      message.set(bytes.subarray(start, end));
      return f(MESSAGE, MESSAGE + end - start, crc);
    };
  } catch {
    return undefined;
  }
}
