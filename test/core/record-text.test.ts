import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { recordText } from "../../src/core/pipeline/record-text.js";

const SECRET = /secret|password|token/i;
const text = (record: unknown) => recordText(record, SECRET);
const HIDDEN = "*********(redacted)";

test("records as one line", () => {
  assert.equal(text("de"), "'de'");
  assert.equal(text(["de", 3]), "[ 'de', 3 ]");
  assert.equal(text({ at: new Date(0), ok: true }), "{ at: 1970-01-01T00:00:00.000Z, ok: true }");
  assert.equal(text(new Map([["a", [1n, undefined, null]]])), "Map(1) { 'a' => [ 1n, undefined, null ] }");
  assert.equal(text(new Set([1, 2, 3])), "Set(3) { 1, 2, 3 }");
  assert.equal(text(Buffer.from("password")), "Buffer(8 bytes)");
  class Order {
    constructor(readonly id: number) {}
  }
  assert.equal(text(new Order(7)), "Order { id: 7 }");
  assert.equal(text(new TypeError("no price")), "'TypeError: no price'");
});

test("secrets: a text that looks like one, and what stands under such a name", () => {
  assert.equal(text("password=hunter2"), `'${HIDDEN}'`);
  assert.equal(text({ user: "ada", password: 42 }), `{ user: 'ada', password: '${HIDDEN}' }`);
  assert.equal(text(["api-token", { x: 1 }]), `[ '${HIDDEN}', '${HIDDEN}' ]`);
  assert.equal(text(new Map([["Secret", 1]])), `Map(1) { '${HIDDEN}' => '${HIDDEN}' }`);
  assert.equal(text([[{ a: { password: [1] } }]]), `[ [ { a: { password: '${HIDDEN}' } } ] ]`);
  assert.equal(text({ toJSON: () => ({ token: "x" }) }), `{ token: '${HIDDEN}' }`);
  assert.equal(text(new Error("bad token: x")), `'${HIDDEN}'`);
});

test("what is large, deep, endless or throws is cut", () => {
  assert.equal(text("x".repeat(10_000)).length, 500);
  assert.match(text(Array.from({ length: 100 }, (_, i) => i)), /18, 19, … 80 more \]$/);
  const ring: { next?: unknown } = {};
  ring.next = ring;
  assert.equal(text(ring), "{ next: { next: { next: { next: { next: … } } } } }");
  const throws = {
    toJSON() {
      throw new RangeError("no");
    },
  };
  assert.equal(text(throws), "(cannot be shown: RangeError)");
  let asked = 0;
  const lazy = {
    get price() {
      return ++asked;
    },
  };
  assert.equal(text(lazy), "{ price: [Getter] }");
  assert.equal(asked, 0);
});

test("whatever a record is, a secret in it is not in its text", () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant("my-password-is-hunter2"), fc.date(), fc.constant(null));
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constant("password")), tie("value"), { maxKeys: 4 }),
      fc.tuple(fc.constant("token"), fc.constant("hunter2")),
    ),
  }));
  fc.assert(
    fc.property(value, record => {
      const shown = text(record);
      assert.ok(!shown.includes("hunter2"), shown);
      assert.ok(shown.length <= 500 && !shown.includes("\n"));
    }),
  );
});
