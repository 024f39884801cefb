/**
 * A time as Spark's REST API writes it: `2026-11-23T17:27:00.355GMT`.
 *
 * @param ms since the epoch; -1 is "not yet", Spark's way
 */
export function apiDate(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "GMT");
}

/** {@link apiDate}, absent when the time is. */
export function optionalDate(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : apiDate(ms);
}
