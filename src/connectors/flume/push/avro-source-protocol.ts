import type { WrittenEvent } from "../event-receiver.js";

/**
 * What an Avro sink and Flume's RPC clients speak: they append events, one or many, and are told whether these were taken.
 * Flume's name: `org.apache.flume.source.avro.AvroSourceProtocol`.
 */
export const AVRO_SOURCE_PROTOCOL = {
  protocol: "AvroSourceProtocol",
  namespace: "org.apache.flume.source.avro",
  types: [
    { type: "enum", name: "Status", symbols: ["OK", "FAILED", "UNKNOWN"] },
    {
      type: "record",
      name: "AvroFlumeEvent",
      fields: [
        { name: "headers", type: { type: "map", values: "string" } },
        { name: "body", type: "bytes" },
      ],
    },
  ],
  messages: {
    append: { request: [{ name: "event", type: "AvroFlumeEvent" }], response: "Status" },
    appendBatch: {
      request: [{ name: "events", type: { type: "array", items: "AvroFlumeEvent" } }],
      response: "Status",
    },
  },
} as const;

/** `FAILED`: the sender is to try again with the same events. */
export type Status = "OK" | "FAILED" | "UNKNOWN";

/** The events of a request. */
export function eventsOf(message: string, request: unknown): readonly WrittenEvent[] {
  return message === "append"
    ? [(request as { readonly event: WrittenEvent }).event]
    : (request as { readonly events: readonly WrittenEvent[] }).events;
}
