import { E } from "./errors.js";

const MS_PER: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const KIB = 1024;
const BYTES_PER: Readonly<Record<string, number>> = {
  b: 1,
  k: KIB,
  kb: KIB,
  m: KIB ** 2,
  mb: KIB ** 2,
  g: KIB ** 3,
  gb: KIB ** 3,
  t: KIB ** 4,
  tb: KIB ** 4,
  p: KIB ** 5,
  pb: KIB ** 5,
};

/** A whole number and a unit, which may be missing; the spelling of the unit does not mind case. */
const NUMBER_AND_UNIT = /^(-?[0-9]+)([a-z]+)?$/;

/**
 * Milliseconds of a time in Spark's form: a whole number and `us`, `ms`, `s`, `m`, `min`, `h` or `d`. Parts of a
 * millisecond are cut off. Throws `IllegalArgumentError` (`BAD_TIME`) for anything else.
 *
 * @param bare the unit of a number that has none, default `ms`
 * @example
 * parseTimeMs("30s"); // 30000
 */
export function parseTimeMs(text: string, bare: "ms" | "s" = "ms"): number {
  const m = NUMBER_AND_UNIT.exec(text.trim().toLowerCase());
  const unit = m?.[2] ?? bare;
  if (!m || !Object.hasOwn(MS_PER, unit)) throw E.BAD_TIME(text);
  // Through whole numbers only: 1/1000 has no exact form.
  const ms = unit === "us" ? Math.trunc(Number(m[1]) / 1000) : Number(m[1]) * MS_PER[unit]!;
  if (!Number.isSafeInteger(ms)) throw E.BAD_TIME(text);
  return ms === 0 ? 0 : ms;
}

/** Whole seconds of a time in Spark's form (see {@link parseTimeMs}); a number without unit is seconds. */
export function parseTimeSeconds(text: string): number {
  return Math.trunc(parseTimeMs(text, "s") / 1000);
}

/**
 * Bytes of a size in Spark's form: a whole number and `b`, `k`, `kb`, `m`, `mb`, `g`, `gb`, `t`, `tb`, `p` or `pb`, each
 * 1024 of the one before. Throws `IllegalArgumentError` (`BAD_SIZE`) for anything else, fractions included.
 *
 * @param bare the unit of a number that has none, default `b`
 * @example
 * parseBytes("64m"); // 67108864
 */
export function parseBytes(text: string, bare: "b" | "k" | "m" | "g" = "b"): number {
  const m = NUMBER_AND_UNIT.exec(text.trim().toLowerCase());
  const unit = m?.[2] ?? bare;
  if (!m || m[1]!.startsWith("-") || !Object.hasOwn(BYTES_PER, unit)) throw E.BAD_SIZE(text);
  const bytes = Number(m[1]) * BYTES_PER[unit]!;
  if (!Number.isSafeInteger(bytes)) throw E.SIZE_TOO_BIG(text);
  return bytes;
}
