import { dateTime, duration, exactTime } from "./format.js";
import { type Html, html } from "./html.js";

/** What is drawn on a timeline; times are ms since the epoch. */
export interface TimelineEvent {
  readonly label: string;
  readonly href: string;
  readonly start: number;
  readonly end: number;
  readonly kind: "good" | "failed" | "busy";
}

const WIDTH = 1200;
const LANE = 22;
/** Lanes at most; what does not fit shares the last. */
const LANES = 12;
const EVENTS = 150;
/** ms in all below which its ends are shown with their ms. */
const SHORT = 10_000;

/** Events as bars over time, those that overlap below each other, the latest {@link EVENTS}. `undefined` without any. */
export function eventTimeline(label: string, events: readonly TimelineEvent[]): Html | undefined {
  if (events.length === 0) return undefined;
  const shown = [...events].sort((a, b) => a.start - b.start).slice(-EVENTS);
  const first = shown[0]!.start;
  const last = shown.reduce((end, e) => Math.max(end, e.end), first + 1);
  const x = (time: number) => Math.round(((time - first) / (last - first)) * (WIDTH - 4) * 10) / 10;
  const time = last - first < SHORT ? exactTime : dateTime;
  const free: number[] = [];
  const bars = shown.map(event => {
    const [from, to] = [x(event.start), Math.max(x(event.start) + 3, x(event.end))];
    let lane = free.findIndex(end => end <= from);
    if (lane < 0) lane = free.length < LANES ? free.length : LANES - 1;
    free[lane] = to + 2;
    const text = to - from > event.label.length * 6.2 + 12;
    const title = `${event.label}, ${duration(event.end - event.start)}`;
    return html`<a href="${event.href}" class="${event.kind}"><title>${title}</title><rect x="${from}" y="${lane * LANE + 4}" width="${Math.round((to - from) * 10) / 10}" height="${LANE - 4}" rx="3"/>${text ? html`<text class="on" x="${from + 6}" y="${lane * LANE + 17}">${event.label}</text>` : undefined}</a>`;
  });
  const height = free.length * LANE + 26;
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0"><svg class="events" viewBox="0 0 ${WIDTH} ${height}" role="group" aria-label="${label}">
<line x1="0" x2="${WIDTH}" y1="${height - 18}" y2="${height - 18}"/>
${bars}
<text x="0" y="${height - 4}">${time(first)}</text><text x="${WIDTH}" y="${height - 4}" text-anchor="end">${time(last)}</text>
</svg></div>`;
}
