import type { StreamingContext } from "./streaming-context.js";

let active: StreamingContext | undefined;
const watchers = new Set<(ssc: StreamingContext) => void>();

/** The context that runs in this process, if one does. */
export function activeContext(): StreamingContext | undefined {
  return active;
}

/** Says that `ssc` runs from now on, before it posts its first event. */
export function setActiveContext(ssc: StreamingContext): void {
  active = ssc;
  for (const watcher of watchers) watcher(ssc);
}

export function clearActiveContext(ssc: StreamingContext): void {
  if (active === ssc) active = undefined;
}

/**
 * Calls `watch` with every streaming context that starts in this process, before its first event, and at once with the
 * one that runs: the place for the status page to add its listener. Returns what ends it.
 */
export function watchStreamingContexts(watch: (ssc: StreamingContext) => void): () => void {
  watchers.add(watch);
  if (active !== undefined) watch(active);
  return () => {
    watchers.delete(watch);
  };
}
