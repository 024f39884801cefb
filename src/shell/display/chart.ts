export interface ChartOptions {
  readonly columns: number;
  /** Rows of the chart; at least 2 are drawn. */
  readonly rows: number;
  /** Draws with signs that every terminal has. Default false: with Braille's, two by four points a sign. */
  readonly ascii?: boolean;
}

/** Bits of a Braille sign's points, by row and column. */
const POINTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/**
 * The newest of a series of numbers as a line, one point a number, with the scale at its left. `undefined` is a gap.
 *
 * @example
 * drawChart([1, 2, 3], { columns: 20, rows: 3 }); // ["3 ┤ ⡇", "  │⡸", "0 ┤"]
 */
export function drawChart(series: readonly (number | undefined)[], options: ChartOptions): string[] {
  const rows = Math.max(2, options.rows);
  const [wide, high] = options.ascii ? [1, 1] : [2, 4];
  const numbers = series.filter(isNumber);
  const top = Math.max(...numbers);
  // A scale that begins at zero where that does not flatten the line.
  const bottom =
    numbers.length === 0 ? 0 : Math.min(...numbers) > 0 && Math.min(...numbers) <= top / 2 ? 0 : Math.min(...numbers);
  const labels = numbers.length === 0 ? ["", ""] : [chartNumber(top), chartNumber(bottom)];
  const margin = Math.max(...labels.map(l => l.length));
  const width = Math.max(1, options.columns - margin - 3);
  const shown = series.slice(-width * wide);
  const height = rows * high;
  const yOf = (value: number) =>
    top === bottom ? Math.floor(height / 2) : Math.round(((top - value) / (top - bottom)) * (height - 1));
  const marks = Array.from({ length: rows }, () => new Uint8Array(width));
  const mark = (x: number, y: number) => {
    const row = marks[Math.floor(y / high)]!;
    row[Math.floor(x / wide)]! |= options.ascii ? 1 : POINTS[y % 4]![x % 2]!;
  };
  let before: number | undefined;
  shown.forEach((value, x) => {
    const y = isNumber(value) ? yOf(value) : undefined;
    if (y !== undefined) {
      // Up or down from the middle between two points, so that the line has no holes.
      const from = before === undefined || options.ascii ? y : before + Math.sign(y - before);
      for (let step = Math.min(from, y); step <= Math.max(from, y); step++) mark(x, step);
    }
    before = y;
  });
  const sign = (bits: number) => (options.ascii ? (bits ? "*" : " ") : bits ? String.fromCharCode(0x2800 + bits) : " ");
  const [tick, axis] = options.ascii ? ["+", "|"] : ["┤", "│"];
  const middle = Math.floor(yOf(top) / high);
  return marks.map((row, r) => {
    const label =
      top === bottom ? (r === middle ? labels[0]! : "") : r === 0 ? labels[0]! : r === rows - 1 ? labels[1]! : "";
    return `${label.padStart(margin)} ${label === "" ? axis : tick}${Array.from(row, sign).join("").trimEnd()}`;
  });
}

/** A number in at most five digits: `0.33333`, `1.2346e+21`. */
export function chartNumber(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
