/** A time for people, in the machine's zone: `2026/11/23 17:27:00`; `-` when there is none. */
export function dateTime(ms: number | undefined): string {
  if (ms === undefined) return "-";
  const d = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${d.getFullYear()}/${two(d.getMonth() + 1)}/${two(d.getDate())}`;
  return `${day} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/** {@link dateTime} with the ms behind: `2026/11/23 17:27:00.355`. */
export function exactTime(ms: number): string {
  return `${dateTime(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}

/** `12 ms`, `3.4 s`, `5.6 min`, `1.2 h`; `-` when there is none. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return "-";
  // What would be rounded up to a whole one of the next unit is one.
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_597_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** `0.0 B`, `1.5 KiB`, `2.0 MiB` */
export function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  let value = n;
  for (; value >= (i === 0 ? 1024 : 1023.95) && i < units.length - 1; i++) value /= 1024;
  return `${value.toFixed(1)} ${units[i]}`;
}

/** `12.34 records/s`; `-` when there is none. */
export function recordRate(perSecond: number | undefined): string {
  return perSecond === undefined ? "-" : `${perSecond.toFixed(2)} records/s`;
}
