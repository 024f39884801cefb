import type { Time } from "../time.js";
import { plainDisplay } from "./plain-display.js";

/** A batch of a stream as `live()` shows it. */
export interface TableBatch {
  readonly time: Time;
  /** The first elements of the batch, as many as were asked for. */
  readonly elements: readonly unknown[];
  /** How many elements the batch has in all. */
  readonly count: number;
}

/** A batch of a stream of numbers as `plot()` shows it. */
export interface PlotBatch {
  readonly time: Time;
  /** Mean of the batch's numbers; `undefined` when it has none. */
  readonly value: number | undefined;
}

/** What is shown of one stream, batch after batch. */
export interface StreamView<B> {
  show(batch: B): void;
  /** The stream has stopped: what is shown stays as it is. */
  end(): void;
}

/**
 * Where `live()` and `plot()` show what comes: the engine knows no terminal. Without a shell that sets another one, batches are
 * printed one below the other.
 */
export interface StreamDisplay {
  /** @param title the call that asked for it, `live at app.ts:3:7` */
  table(title: string): StreamView<TableBatch>;
  plot(title: string): StreamView<PlotBatch>;
}

let display: StreamDisplay = plainDisplay;

/** Shows the streams that come their first batch from now on with `other`; returns what undoes it. */
export function setStreamDisplay(other: StreamDisplay): () => void {
  const before = display;
  display = other;
  return () => {
    display = before;
  };
}

/** The display that is set. */
export function streamDisplay(): StreamDisplay {
  return display;
}
