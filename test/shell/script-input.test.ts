import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { ScriptInput, SILENCE_MS } from "../../src/shell/terminal/script-input.js";

class Pipe extends EventEmitter {
  setEncoding() {}
  send(...texts: string[]) {
    for (const text of texts) this.emit("data", text);
    return this;
  }
}

/** A toy language: a statement ends at the end of a line, unless the line ends in `\` or the next one begins with `.`. */
const findEnds = async (text: string, final: boolean): Promise<number[]> => {
  const ends: number[] = [];
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let at = 0;
  lines.forEach((line, i) => {
    at += line.length;
    const next = lines[i + 1];
    if (/\\\n?$/.test(line) || (!line.endsWith("\n") && !final)) return;
    if (next === undefined ? final : !next.startsWith(".") && (final || /[\n]/.test(next))) ends.push(at);
  });
  return ends;
};

test("statements come out one by one, with the lines before them counted", async () => {
  const pipe = new Pipe();
  const input = new ScriptInput(pipe, findEnds, new ManualClock());
  pipe.send("a\nb\n.c\nd\n").emit("end");
  assert.deepEqual(await input.next(), { text: "a\n", lineOffset: 0, open: false });
  assert.deepEqual(await input.next(), { text: "b\n.c\n", lineOffset: 1, open: false });
  assert.deepEqual(await input.next(), { text: "d\n", lineOffset: 3, open: false });
  assert.equal(await input.next(), undefined);
});

test("what is complete runs when the pipe has been silent, and not before", async () => {
  const pipe = new Pipe();
  const clock = new ManualClock();
  const input = new ScriptInput(pipe, findEnds, clock);
  let got: string | undefined;
  pipe.send("a\n");
  const next = input.next().then(unit => {
    got = unit?.text;
  });
  await clock.advance(SILENCE_MS - 1);
  assert.equal(got, undefined);
  await clock.advance(1);
  await next;
  assert.equal(got, "a\n");
});

test("a line that continues within the silence belongs to the statement before", async () => {
  const pipe = new Pipe();
  const clock = new ManualClock();
  const input = new ScriptInput(pipe, findEnds, clock);
  pipe.send("a\n");
  const next = input.next();
  await clock.advance(SILENCE_MS / 2);
  pipe.send(".b\n").emit("end");
  assert.equal((await next)?.text, "a\n.b\n");
});

test("a statement that is open at the end says so", async () => {
  const pipe = new Pipe();
  const input = new ScriptInput(pipe, findEnds, new ManualClock());
  pipe.send("a\nb \\\n").emit("end");
  assert.equal((await input.next())?.text, "a\n");
  const open = await input.next();
  assert.equal(open?.open, true);
  assert.equal(open?.lineOffset, 1);
});

test("a first line for the system and a byte order mark are no part of the script", async () => {
  const pipe = new Pipe();
  const input = new ScriptInput(pipe, findEnds, new ManualClock());
  pipe.send("\ufeff#!/usr/bin/env tspark-shell\na\n").emit("end");
  assert.equal((await input.next())?.text, "//!/usr/bin/env tspark-shell\n".replace("//!", "//"));
});

test("the rest of the input, for :paste", async () => {
  const pipe = new Pipe();
  const input = new ScriptInput(pipe, findEnds, new ManualClock());
  pipe.send(":paste\na\n", "b").emit("end");
  assert.equal((await input.next())?.text, ":paste\n");
  assert.deepEqual(await input.rest(), { text: "a\nb", lineOffset: 1, open: false });
});

test("however the input is cut into chunks, the statements are the same", async () => {
  const line = fc.constantFrom("a\n", ".b\n", "c\\\n", "\n", "dd\n");
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.array(fc.nat(40), { maxLength: 6 }), async (lines, cuts) => {
      const text = `${lines.join("")}z\n`;
      const whole = new Pipe();
      const input = new ScriptInput(whole, findEnds, new ManualClock());
      whole.send(text).emit("end");
      const expected: string[] = [];
      for (let u = await input.next(); u; u = await input.next()) expected.push(u.text);

      const pipe = new Pipe();
      const cutInput = new ScriptInput(pipe, findEnds, new ManualClock());
      const at = [...new Set(cuts.map(c => Math.min(c, text.length)))].sort((a, b) => a - b);
      let from = 0;
      for (const c of [...at, text.length]) {
        pipe.send(text.slice(from, c));
        from = c;
      }
      pipe.emit("end");
      const actual: string[] = [];
      for (let u = await cutInput.next(); u; u = await cutInput.next()) actual.push(u.text);
      assert.deepEqual(actual, expected);
      assert.equal(actual.join(""), text);
    }),
  );
});
