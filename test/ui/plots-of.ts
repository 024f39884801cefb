/** What the script of the pages draws of one plot. */
export interface DrawnPlot {
  readonly unit: string;
  readonly labels: readonly string[];
  /** Seconds since the epoch. */
  readonly x: readonly number[];
  readonly y: readonly (readonly (number | null)[])[];
  readonly limit?: readonly (number | null)[];
}

/** The plots of a page, in their order. */
export function plotsOf(page: string): DrawnPlot[] {
  return [...page.matchAll(/ data-plot="([^"]*)"/g)].map(
    m => JSON.parse(m[1]!.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))) as DrawnPlot,
  );
}
