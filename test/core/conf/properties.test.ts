import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProperties } from "../../../src/core/conf/properties.js";

const pairs = (text: string) => parseProperties(text).map(p => [p.key, p.value]);

test("separators: white space, = and :", () => {
  assert.deepEqual(pairs("a 1\nb=2\nc:3\nd = 4\ne\t:  5\nf==6\ng   h = i\njust-a-key\nempty="), [
    ["a", "1"],
    ["b", "2"],
    ["c", "3"],
    ["d", "4"],
    ["e", "5"],
    ["f", "=6"],
    ["g", "h = i"],
    ["just-a-key", ""],
    ["empty", ""],
  ]);
});

test("comments, blank lines and every end of line", () => {
  assert.deepEqual(pairs("\ufeff# c\r\n  ! c\r\r\n  a=1\r\n\n\t\nb=2 # no comment  "), [
    ["a", "1"],
    ["b", "2 # no comment"],
  ]);
});

test("escapes and continued lines", () => {
  assert.deepEqual(pairs("a\\=b\\:c\\ d=x\\ty\\u0041\\\\\\q\nlist=1,\\\n    2,\\\n  3\nend=\\\\\nlast=x\\"), [
    ["a=b:c d", "x\tyA\\q"],
    ["list", "1,2,3"],
    ["end", "\\"],
    ["last", "x"],
  ]);
});

test("each setting knows its line, and a broken escape names it", () => {
  assert.deepEqual(
    parseProperties("a=1\\\n2\n\nb=3").map(p => p.line),
    [1, 4],
  );
  assert.throws(
    () => parseProperties("a=1\nb=\\u00g0", "x.conf"),
    /^IllegalArgumentError: Properties file x.conf, line 2: /,
  );
});
