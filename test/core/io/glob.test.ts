import assert from "node:assert/strict";
import { test } from "node:test";
import { expandBraces, globToRegExp, isGlob, splitPathList } from "../../../src/core/io/glob.js";

test("a list is cut at its commas, but not within braces", () => {
  assert.deepEqual(splitPathList("a,b/{c,d},e\\,f"), ["a", "b/{c,d}", "e\\,f"]);
});

test("what is a pattern", () => {
  assert.equal(isGlob("/a/b.txt"), false);
  assert.equal(isGlob("/a/\\*"), false);
  for (const p of ["/a/*", "/a?", "/[ab]", "/{a,b}"]) assert.equal(isGlob(p), true, p);
});

test("braces with a slash are written out, others stay", () => {
  assert.deepEqual(expandBraces("/{a/b,c}/{d,e}"), ["/a/b/{d,e}", "/c/{d,e}"]);
  assert.deepEqual(expandBraces("/{a,{b/c,d}}"), ["/a", "/b/c", "/d"]);
  assert.deepEqual(expandBraces("/plain"), ["/plain"]);
  assert.throws(() => expandBraces("/{a"), /has no }/);
});

test("Hadoop's patterns", () => {
  const cases: [pattern: string, matches: string[], not: string[]][] = [
    ["*", ["", "a", ".x"], ["a/b"]],
    ["a?c", ["abc", "a.c"], ["ac", "abbc"]],
    ["part-[0-9]*", ["part-0", "part-00012.gz"], ["part-x"]],
    ["[abc]", ["a", "c"], ["d", "ab"]],
    ["[^a-c]", ["d", "^"], ["a"]],
    ["[!a]", ["b"], ["a"]],
    ["{ab,c*}.txt", ["ab.txt", "cde.txt"], ["a.txt"]],
    ["{a,{b,c}}", ["a", "b", "c"], ["d"]],
    ["a.b+(c)$", ["a.b+(c)$"], ["aXb+(c)$"]],
    ["\\*", ["*"], ["a"]],
    ["**", ["abc"], ["a/b"]],
    ["a,b", ["a,b"], ["a"]],
  ];
  for (const [pattern, matches, not] of cases) {
    for (const name of matches) assert.equal(globToRegExp(pattern).test(name), true, `${pattern} ${name}`);
    for (const name of not) assert.equal(globToRegExp(pattern).test(name), false, `${pattern} ${name}`);
  }
});

test("a pattern that does not end says so", () => {
  assert.throws(() => globToRegExp("[ab"), /Illegal file pattern "\[ab": a \[ has no \]/);
  assert.throws(() => globToRegExp("{ab"), /a { has no }/);
  assert.throws(() => globToRegExp("[b-a]"), /Illegal file pattern/);
});
