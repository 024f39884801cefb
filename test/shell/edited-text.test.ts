import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Edit, EditedText } from "../../src/shell/cells/edited-text.js";
import { decodeMappings, encodeMappings, originOf } from "../../src/shell/cells/source-map.js";

test("insertions and removals are applied at their places", () => {
  const edited = new EditedText("const a = 1", [
    { at: 0, insert: "export " },
    { at: 11, insert: ";" },
    { at: 6, remove: 1, insert: "b" },
  ]);
  assert.equal(edited.text, "export const b = 1;");
  assert.equal(edited.toOriginal("export const".length), 5);
  assert.equal(edited.toOriginal(3), 0);
  assert.equal(edited.isInserted(3), true);
  assert.equal(edited.isInserted(8), false);
});

test("property: every kept character knows where it was", () => {
  const edits = fc.uniqueArray(fc.record({ at: fc.nat(40), insert: fc.string({ maxLength: 5 }) }), {
    selector: e => e.at,
  });
  fc.assert(
    fc.property(fc.string({ minLength: 41, maxLength: 60 }), edits, (text, list: Edit[]) => {
      const edited = new EditedText(text, list);
      for (let i = 0; i < edited.text.length; i++) {
        if (!edited.isInserted(i)) assert.equal(edited.text[i], text[edited.toOriginal(i)]);
      }
    }),
  );
});

test("property: a source map says what was written into it", () => {
  const mapping = fc.record({
    line: fc.nat(5),
    column: fc.nat(200),
    sourceLine: fc.nat(100),
    sourceColumn: fc.nat(300),
  });
  fc.assert(
    fc.property(fc.array(mapping, { maxLength: 20 }), list => {
      const sorted = list.map(m => ({ ...m })).sort((a, b) => a.line - b.line || a.column - b.column);
      assert.deepEqual(decodeMappings(encodeMappings(sorted, "x")), sorted);
    }),
  );
});

test("a place belongs to the last mapping before it in its line", () => {
  const mappings = [
    { line: 0, column: 5, sourceLine: 0, sourceColumn: 0 },
    { line: 0, column: 9, sourceLine: 1, sourceColumn: 3 },
    { line: 2, column: 0, sourceLine: 4, sourceColumn: 1 },
  ];
  assert.equal(originOf(mappings, 0, 7)?.sourceLine, 0);
  assert.equal(originOf(mappings, 0, 50)?.sourceLine, 1);
  assert.equal(originOf(mappings, 1, 0), undefined);
  assert.equal(originOf(mappings, 0, 0)?.sourceLine, 0);
});
