// What values of PostgreSQL's types become, by the number of the type (pg_type.oid). Whatever is not here is its text.

type Parse = (text: string) => unknown;

/** Exact where a number is: past 2^53 a bigint. */
function parseInt8(text: string): number | bigint {
  const n = Number(text);
  return Number.isSafeInteger(n) ? n : BigInt(text);
}

/** `\x00ff`; the older form with octal escapes is not asked for. */
const parseBytes = (text: string): Buffer => Buffer.from(text.slice(2), "hex");

const TIMESTAMP = /^(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?(?:([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?)?( BC)?$/;

/** A date, to the millisecond: with a zone that moment, without one the time that clocks here show. */
function parseTimestamp(text: string): Date | number | string {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  const m = TIMESTAMP.exec(text);
  if (m === null) return text;
  const year = m[12] === undefined ? Number(m[1]) : 1 - Number(m[1]);
  const [month, day, hour, minute, second] = m.slice(2, 7).map(Number) as [number, number, number, number, number];
  const ms = m[7] === undefined ? 0 : Math.floor(Number(m[7]) * 1000);
  const date = new Date(0);
  if (m[8] === undefined) {
    date.setFullYear(year, month - 1, day);
    date.setHours(hour, minute, second, ms);
    return date;
  }
  const offset = Number(m[9]) * 3600 + Number(m[10] ?? 0) * 60 + Number(m[11] ?? 0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  return new Date(date.getTime() + (m[8] === "+" ? -1000 : 1000) * offset);
}

const text: Parse = x => x;
const json: Parse = x => JSON.parse(x) as unknown;

/** Types that are read as something else than text, with the array type of each. */
const TYPES: readonly (readonly [oid: number, arrayOid: number, parse: Parse])[] = [
  [16, 1000, x => x === "t"],
  [17, 1001, parseBytes],
  [20, 1016, parseInt8],
  [21, 1005, Number],
  [23, 1007, Number],
  [26, 1028, Number],
  [700, 1021, Number],
  [701, 1022, Number],
  [114, 199, json],
  [3802, 3807, json],
  [1114, 1115, parseTimestamp],
  [1184, 1185, parseTimestamp],
];

/** Types that are read as text, and whose arrays are arrays of it: numeric, character types, uuid, date, times, interval, inet. */
const TEXT_ARRAYS = [1231, 1009, 1015, 1014, 1002, 1003, 2951, 1182, 1183, 1270, 1187, 1041, 651, 791];

const parsers = new Map<number, Parse>();
for (const [oid, arrayOid, parse] of TYPES) {
  parsers.set(oid, parse);
  parsers.set(arrayOid, x => parseArray(x, parse));
}
for (const oid of TEXT_ARRAYS) parsers.set(oid, x => parseArray(x, text));

/** What makes a value of the text of a type. */
export function parserOf(oid: number): Parse {
  return parsers.get(oid) ?? text;
}

/** `{1,NULL,"a \"b\"",{…}}`, which may have its bounds before it: `[0:1]={1,2}`. */
export function parseArray(source: string, parse: Parse): unknown[] {
  let at = source.indexOf("{");
  const read = (): unknown[] => {
    const out: unknown[] = [];
    // Behind the opening brace.
    at++;
    while (source[at] !== "}") {
      if (source[at] === ",") at++;
      if (source[at] === "{") out.push(read());
      else if (source[at] === '"') out.push(parse(quoted()));
      else {
        const from = at;
        while (source[at] !== "," && source[at] !== "}") at++;
        const word = source.slice(from, at);
        out.push(word === "NULL" ? null : parse(word));
      }
    }
    at++;
    return out;
  };
  const quoted = (): string => {
    let out = "";
    for (at++; source[at] !== '"'; at++) {
      if (source[at] === "\\") at++;
      out += source[at];
    }
    at++;
    return out;
  };
  return read();
}
