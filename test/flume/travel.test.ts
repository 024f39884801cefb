// Events go to worker threads, into the cache on disk and into checkpoints, and are there what they were here.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StorageLevel } from "tspark";
import { SparkFlumeEvent } from "tspark/flume";
import { deserializeElements, serializeElements } from "../../src/core/storage/serialize-elements.js";
import { inPlace } from "../helpers/in-place.js";

const bytes = Buffer.from("0123456789");
const EVENTS = Array.from(
  { length: 40 },
  (_, i) =>
    new SparkFlumeEvent(
      Object.fromEntries([
        ["i", String(i)],
        ["__proto__", "ü"],
      ]),
      bytes.subarray(i % 5, i % 10),
    ),
);
const shown = (events: readonly SparkFlumeEvent[]) => events.map(e => [Object.entries(e.headers), e.body.toString()]);

describe("Flume events, in worker threads", () => {
  it("are there as they were, shuffled and cached on disk", async () => {
    for (const placement of ["workers", "driver"]) {
      const events = await inPlace(placement, sc =>
        sc
          .parallelize(EVENTS, 3)
          .persist(StorageLevel.DISK_ONLY)
          .map((event): [string, SparkFlumeEvent] => [event.headers.i!, event])
          .partitionBy(2)
          .map(([, event]) => event)
          .collect(),
      );
      assert.ok(events.every(event => event instanceof SparkFlumeEvent));
      assert.deepEqual(new Set(shown(events).map(String)), new Set(shown(EVENTS).map(String)));
    }
  });

  it("are made there by closures", async () => {
    const bodies = await inPlace("workers", sc =>
      sc
        .parallelize(["a", "b"], 2)
        .map(text => new SparkFlumeEvent({ text }, Buffer.from(text)))
        .map(event => (event instanceof SparkFlumeEvent ? event.event.getBody().toString() : "other"))
        .collect(),
    );
    assert.deepEqual(bodies, ["a", "b"]);
  });

  it("survive checkpoints and logs, without the memory that their bodies are parts of", () => {
    const large = Buffer.alloc(1_000_000);
    const events = [...EVENTS, new SparkFlumeEvent({}, large.subarray(10, 20))];
    const written = serializeElements(events) as Buffer;
    assert.ok(written.length < 100_000);
    assert.deepEqual(shown(deserializeElements(written) as SparkFlumeEvent[]), shown(events));
  });

  it("survive them beside others, and one by one", () => {
    class Noted extends SparkFlumeEvent {}
    const [one, two] = EVENTS;
    for (const list of [
      [one],
      [one, "text"],
      ["text", one, null],
      [one, new Noted({ a: "1" }, bytes)],
      [{ one, two }],
    ]) {
      const read = deserializeElements(serializeElements(list) as Buffer);
      const plain = (x: unknown) => (x instanceof SparkFlumeEvent ? shown([x]) : x);
      const within = (x: unknown) =>
        x && typeof x === "object" && "one" in x ? Object.values(x).map(plain) : plain(x);
      assert.deepEqual(read.map(within), list.map(within));
    }
  });
});
