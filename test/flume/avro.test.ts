// Values of Avro: read as they were written, and refused, at once, where the bytes are none.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AvroType, loadAvro } from "../../src/connectors/flume/avro/avro.js";
import { BadBytes } from "../../src/connectors/flume/avro/walk.js";
import { AVRO_SOURCE_PROTOCOL, eventsOf } from "../../src/connectors/flume/push/avro-source-protocol.js";
import { headersOf } from "../../src/connectors/flume/spark-flume-event.js";
import { eventOf } from "./sender.js";

const avro = await loadAvro();
const protocol = avro.protocol(AVRO_SOURCE_PROTOCOL);
const batch = protocol.request("appendBatch");
const EVENTS = [eventOf("body", { host: "web-1", "": "ü" }), eventOf("")];

/** A count or a length as Avro writes it. */
function long(value: bigint): Buffer {
  let zigzag = value < 0n ? -value * 2n - 1n : value * 2n;
  const bytes: number[] = [];
  for (; zigzag > 127n; zigzag >>= 7n) bytes.push(Number(zigzag & 127n) | 128);
  return Buffer.from([...bytes, Number(zigzag)]);
}

describe("Avro", () => {
  it("events are read as they were written, from anywhere in the bytes", () => {
    const text = fc.string({ unit: "grapheme" });
    const event = fc.record(
      {
        headers: fc.array(fc.record({ key: text, value: text }, { noNullPrototype: true })),
        body: fc.uint8Array().map(bytes => Buffer.from(bytes)),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(event), fc.nat(9), (events, from) => {
        const bytes = Buffer.concat([Buffer.alloc(from), batch.write({ events }), Buffer.alloc(3)]);
        const [request, end] = batch.read(bytes, from);
        assert.equal(end, bytes.length - 3);
        // A copy without the classes of the library.
        assert.deepEqual(
          eventsOf("appendBatch", request).map(({ headers, body }) => ({
            headers: headers.map(({ key, value }) => ({ key, value })),
            body: Buffer.from(body),
          })),
          events,
        );
      }),
    );
  });

  it("what was read keeps its bytes when those it was read from change", () => {
    const bytes = Buffer.from(batch.write({ events: EVENTS }));
    const [request] = batch.read(bytes, 0);
    bytes.fill(0);
    assert.equal(String(eventsOf("appendBatch", request)[0]!.body), "body");
  });

  it("a header may have the name of what every object has", () => {
    const names = ["__proto__", "constructor", "toString"];
    const [request] = batch.read(batch.write({ events: [eventOf("", Object.fromEntries(names.map(n => [n, n])))] }), 0);
    const headers = headersOf(eventsOf("appendBatch", request)[0]!.headers);
    assert.deepEqual(
      Object.entries(headers),
      names.map(name => [name, name]),
    );
    assert.equal(Object.getPrototypeOf(headers), Object.prototype);
  });

  it("every beginning of a value is refused", () => {
    const bytes = batch.write({ events: EVENTS });
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => batch.read(bytes.subarray(0, length), 0), BadBytes, `${length} bytes`);
    }
  });

  it("no bytes at all make it fail in another way, or read behind their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        try {
          assert.ok(batch.read(Buffer.from(bytes), 0)[1] <= bytes.length);
        } catch (error) {
          assert.ok(error instanceof BadBytes, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  // Ten bytes that would keep a decoder at work for hours.
  for (const count of [2n ** 62n, -(2n ** 62n), 2n ** 40n, -(2n ** 63n)]) {
    it(`a count of ${count} is refused where fewer bytes follow`, () => {
      assert.throws(() => batch.read(Buffer.concat([long(count), Buffer.alloc(20)]), 0), BadBytes);
      const map = avro.type({ type: "map", values: "bytes" });
      assert.throws(() => map.read(Buffer.concat([long(count), Buffer.alloc(20)]), 0), BadBytes);
    });
  }

  it("a list of items that take no bytes is refused: a few bytes more would stand for as many items again", () => {
    const nothing = { type: "record", name: "Nothing", fields: [{ name: "none", type: "null" }] };
    for (const items of ["null", nothing]) {
      const list = avro.type({ type: "array", items });
      assert.throws(() => list.read(Buffer.concat([long(20n), long(20n), Buffer.alloc(30)]), 0), BadBytes);
      assert.deepEqual(list.read(Buffer.of(0), 0), [[], 1]);
    }
  });

  it("a million small items are a list, one more is refused: of two bytes each they would fill the memory as objects", () => {
    const list = avro.type<readonly unknown[]>({ type: "array", items: "boolean" });
    const bytes = (count: number) => Buffer.concat([long(BigInt(count)), Buffer.alloc(count), Buffer.of(0)]);
    assert.equal(list.read(bytes(1_000_000), 0)[0].length, 1_000_000);
    assert.throws(() => list.read(bytes(1_000_001), 0), BadBytes);
  });

  it("a length of 2^62 is refused", () => {
    const text: AvroType<string> = avro.type("string");
    assert.throws(() => text.read(Buffer.concat([long(2n ** 62n), Buffer.alloc(9)]), 0), BadBytes);
    assert.throws(() => text.read(Buffer.alloc(30, 0xff), 0), BadBytes);
  });

  it("every kind of type is walked over as it is written", () => {
    const schema = {
      type: "record",
      name: "All",
      fields: [
        { name: "nothing", type: "null" },
        { name: "flag", type: "boolean" },
        { name: "i", type: "int" },
        { name: "l", type: "long" },
        { name: "f", type: "float" },
        { name: "d", type: "double" },
        { name: "fixed", type: { type: "fixed", name: "F", size: 3 } },
        { name: "word", type: { type: "enum", name: "W", symbols: ["A", "B"] } },
        { name: "choice", type: ["null", "string"] },
        { name: "lists", type: { type: "array", items: { type: "array", items: "int" } } },
        { name: "numbers", type: { type: "map", values: "double" } },
        { name: "next", type: ["null", "All"] },
      ],
    };
    const all: AvroType<object> = avro.type(schema);
    const inner = {
      nothing: null,
      flag: true,
      i: -5,
      l: 2 ** 40,
      f: 0.5,
      d: Math.PI,
      fixed: Buffer.from("abc"),
      word: "B",
      choice: "x",
      lists: [[1, 2], [], [-300]],
      numbers: { a: 1, b: -2 },
      next: null,
    };
    const value = { ...inner, choice: null, next: inner };
    const bytes = all.write(value);
    const [read, end] = all.read(bytes, 0);
    assert.equal(end, bytes.length);
    assert.deepEqual(JSON.stringify(read), JSON.stringify(value));
    const word = bytes.lastIndexOf("abc") + 3;
    bytes[word] = 4;
    assert.throws(() => all.read(bytes, 0), BadBytes);
  });

  it("a writer whose document has more, or another order, is understood", () => {
    const document = structuredClone(AVRO_SOURCE_PROTOCOL) as unknown as {
      types: { fields?: object[] }[];
    };
    document.types[1]!.fields = [
      { name: "body", type: "bytes" },
      { name: "more", type: "long" },
      { name: "headers", type: { type: "map", values: { type: "string", "avro.java.string": "String" } } },
    ];
    const other = avro.protocol(document as never);
    const bytes = other.request("append").write({ event: { ...eventOf("b", { k: "v" }), more: 7 } });
    const written = protocol.requestsBy(other.text);
    assert.deepEqual([...written.types.keys()], ["append", "appendBatch"]);
    const [event] = eventsOf("append", written.types.get("append")!.read(bytes, 0)[0]);
    assert.deepEqual([String(event!.body), headersOf(event!.headers)], ["b", { k: "v" }]);
  });
});
