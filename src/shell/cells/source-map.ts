/** One mapping: a place in the emitted text and where it came from. All numbers count from 0. */
export interface Mapping {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** Reads the mappings of a version 3 source map with one source, in order of the emitted text. */
export function decodeMappings(map: string): Mapping[] {
  const { mappings } = JSON.parse(map) as { mappings: string };
  const found: Mapping[] = [];
  let sourceLine = 0;
  let sourceColumn = 0;
  mappings.split(";").forEach((group, line) => {
    let column = 0;
    for (const segment of group.split(",")) {
      const [delta, , lines, columns] = decodeNumbers(segment);
      if (delta === undefined) continue;
      column += delta;
      if (lines === undefined || columns === undefined) continue;
      sourceLine += lines;
      sourceColumn += columns;
      found.push({ line, column, sourceLine, sourceColumn });
    }
  });
  return found;
}

/** Writes a version 3 source map with one source. `mappings` are in order of the emitted text. */
export function encodeMappings(mappings: readonly Mapping[], source: string): string {
  let text = "";
  let line = 0;
  let before: Mapping = { line: 0, column: 0, sourceLine: 0, sourceColumn: 0 };
  let column = 0;
  let first = true;
  for (const m of mappings) {
    while (line < m.line) {
      text += ";";
      line++;
      column = 0;
      first = true;
    }
    if (!first) text += ",";
    first = false;
    text += [m.column - column, 0, m.sourceLine - before.sourceLine, m.sourceColumn - before.sourceColumn]
      .map(encodeNumber)
      .join("");
    column = m.column;
    before = m;
  }
  return JSON.stringify({ version: 3, sources: [source], names: [], mappings: text });
}

/** Where the place `line`:`column` (from 0) of the emitted text came from: the last mapping at or before it in its line. */
export function originOf(mappings: readonly Mapping[], line: number, column: number): Mapping | undefined {
  let low = 0;
  let high = mappings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const m = mappings[middle]!;
    if (m.line < line || (m.line === line && m.column <= column)) low = middle + 1;
    else high = middle;
  }
  const found = mappings[low - 1];
  return found?.line === line ? found : mappings[low]?.line === line ? mappings[low] : undefined;
}

function decodeNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = VALUES.get(digit) ?? 0;
    value |= (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) === 0) {
      numbers.push(value & 1 ? -(value >> 1) : value >> 1);
      value = 0;
      shift = 0;
    }
  }
  return numbers;
}

function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const bits = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? bits | 32 : bits];
  } while (rest > 0);
  return text;
}
