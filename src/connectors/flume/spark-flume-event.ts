import { registerLoader, SHIP, SHIP_ALL, type Shipped } from "../../core/closure/protocol.js";

/** The headers of an event by name. */
export type FlumeHeaders = Readonly<Record<string, string>>;

/** An event as Flume's own class shows it: with the names that programs for Spark 2 use. */
export interface AvroFlumeEvent {
  getHeaders(): ReadonlyMap<string, string>;
  getBody(): Buffer;
}

/**
 * An event of Flume: `headers`, `body`.
 *
 * Spark's name: `org.apache.spark.streaming.flume.SparkFlumeEvent`.
 *
 * @example
 * // needs: flume
 * stream.filter(event => event.headers.host === "web-1").map(event => event.body.toString());
 */
export class SparkFlumeEvent {
  /** Names and values of the headers, a plain object. */
  readonly headers: FlumeHeaders;
  readonly body: Buffer;

  /**
   * @example
   * new SparkFlumeEvent({ host: "web-1" }, Buffer.from("GET /")).body.toString(); // "GET /"
   */
  constructor(headers: FlumeHeaders, body: Buffer) {
    this.headers = headers;
    this.body = body;
  }

  /**
   * The same event with the methods of Flume's class: `event.event.getBody()`.
   *
   * @example
   * new SparkFlumeEvent({ host: "web-1" }, Buffer.from("")).event.getHeaders().get("host"); // "web-1"
   */
  get event(): AvroFlumeEvent {
    return {
      getHeaders: () => new Map(Object.entries(this.headers)),
      getBody: () => this.body,
    };
  }

  /** How it goes to another thread, into a log, a checkpoint, the cache on disk. */
  [SHIP](): Shipped {
    // Not the whole of the memory that the body may be a part of.
    return { kind: KIND, data: [Object.entries(this.headers).flat(), Uint8Array.prototype.slice.call(this.body)] };
  }

  /** How many of them do: twenty times as many a second. */
  static [SHIP_ALL](events: readonly SparkFlumeEvent[]): Shipped {
    const headers: string[] = [];
    const headerCounts = new Uint32Array(events.length);
    const lengths = new Uint32Array(events.length);
    for (const [i, event] of events.entries()) {
      const entries = Object.entries(event.headers);
      for (const [name, value] of entries) headers.push(name, value);
      headerCounts[i] = entries.length;
      lengths[i] = event.body.length;
    }
    const bodies = Buffer.concat(events.map(event => event.body));
    return { kind: LIST_KIND, data: { headers, headerCounts, lengths, bodies } satisfies EventColumns };
  }
}

const KIND = "flumeEvent";
const LIST_KIND = "flumeEvents";

/** Events one after the other. */
interface EventColumns {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly headerCounts: Uint32Array;
  /** Bytes of each body. */
  readonly lengths: Uint32Array;
  readonly bodies: Buffer;
}

/** The headers of their entries. A name may be `__proto__`, which an assignment would not store. */
export function headersOf(entries: readonly { readonly key: string; readonly value: string }[]): FlumeHeaders {
  const headers: Record<string, string> = {};
  for (const { key, value } of entries) {
    if (key === "__proto__") Object.defineProperty(headers, key, { ...PLAIN, value });
    else headers[key] = value;
  }
  return headers;
}

const PLAIN = { enumerable: true, configurable: true, writable: true };

registerLoader(
  KIND,
  ([names, body]: readonly [headers: readonly string[], body: Uint8Array]) => {
    const entries: { key: string; value: string }[] = [];
    for (let i = 0; i < names.length; i += 2) entries.push({ key: names[i]!, value: names[i + 1]! });
    return new SparkFlumeEvent(headersOf(entries), Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  },
  import.meta.url,
);

registerLoader(
  LIST_KIND,
  ({ headers, headerCounts, lengths, bodies }: EventColumns) => {
    const events: SparkFlumeEvent[] = [];
    let header = 0;
    let at = 0;
    for (const [i, length] of lengths.entries()) {
      const entries: { key: string; value: string }[] = [];
      for (const end = header + 2 * headerCounts[i]!; header < end; header += 2) {
        entries.push({ key: headers[header]!, value: headers[header + 1]! });
      }
      events.push(new SparkFlumeEvent(headersOf(entries), bodies.subarray(at, (at += length))));
    }
    return events;
  },
  import.meta.url,
);
