import assert from "node:assert/strict";
import { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { MOST_BEHIND, OutputPipe } from "../../src/shell/terminal/output-pipe.js";

/** A stream that goes to a pipe with room for `room` bytes, and with `held(ms)` as what happens while the writer is held. */
function pipeOf(room: number, held: (pipe: { room: number; gone: boolean }, ms: number) => void = () => {}) {
  const pipe = { room, gone: false, taken: "" };
  const timers: (() => void)[] = [];
  const stream = new Writable({ decodeStrings: false });
  const errors: Error[] = [];
  stream.on("error", error => errors.push(error));
  const output = new OutputPipe(stream, {
    write(bytes) {
      if (pipe.gone) throw Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
      const taken = bytes.subarray(0, pipe.room);
      pipe.room -= taken.length;
      pipe.taken += Buffer.from(taken).toString("latin1");
      return taken.length;
    },
    hold: ms => held(pipe, ms),
    later: next => timers.push(next),
  });
  return { pipe, stream, output, timers, errors };
}

test("what fits into the pipe is written at once", () => {
  const { pipe, stream } = pipeOf(100);
  stream.write("one\n");
  stream.write(Buffer.from("two\n"));
  assert.equal(pipe.taken, "one\ntwo\n");
});

test("what does not fit waits for the event loop, in its order", async () => {
  const { pipe, stream, timers } = pipeOf(5);
  const answers: string[] = [];
  for (const text of ["abc", "def", "ghi"]) stream.write(text, () => answers.push(text));
  assert.equal(pipe.taken, "abcde");
  await new Promise(setImmediate);
  pipe.room = 2;
  timers.shift()!();
  assert.equal(pipe.taken, "abcdefg");
  pipe.room = 100;
  timers.shift()!();
  assert.equal(pipe.taken, "abcdefghi");
  await new Promise(setImmediate);
  assert.deepEqual(answers, ["abc", "def", "ghi"]);
  assert.deepEqual(timers, []);
});

test("a writer who never gives way is held while too much waits", () => {
  let most = 0;
  const { stream } = pipeOf(0, pipe => {
    most = Math.max(most, stream.writableLength);
    pipe.room += 5000;
  });
  for (let i = 0; i < 5000; i++) stream.write("x".repeat(1000));
  assert.ok(most > MOST_BEHIND && most <= MOST_BEHIND + 1000, `${most}`);
  assert.ok(stream.writableLength <= MOST_BEHIND);
});

test("a writer who is held hears that the reader has gone", async () => {
  const { stream, errors } = pipeOf(0, pipe => {
    pipe.gone = true;
  });
  for (let i = 0; i < 5000 && !stream.errored; i++) stream.write("x".repeat(1000));
  assert.match(`${stream.errored}`, /EPIPE/);
  await new Promise(setImmediate);
  assert.equal(errors.length, 1);
});

test("what is written by a callback of what was waited for is not waited for", () => {
  let most = 0;
  let written = 0;
  const { stream } = pipeOf(0, pipe => {
    pipe.room += 100_000;
  });
  const goOn = () => {
    most = Math.max(most, stream.writableLength);
    if (++written < 5000) stream.write("x".repeat(1000), goOn);
  };
  for (let i = 0; i < 1100; i++) stream.write("x".repeat(1000), goOn);
  assert.ok(written < 1100, `${written}`);
  assert.ok(most <= MOST_BEHIND + 1000, `${most}`);
});

test("who pauses until the stream has drained is not left waiting", async () => {
  const { pipe, stream } = pipeOf(0, pipe => {
    pipe.room = Number.POSITIVE_INFINITY;
  });
  const text = "x".repeat(3 * MOST_BEHIND);
  await new Promise<void>(resolve => {
    Readable.from([text, text, "end"]).on("end", resolve).pipe(stream, { end: false });
  });
  assert.equal(pipe.taken.length, 2 * text.length + 3);
});

test("a wait that was ended goes on in the event loop", () => {
  let waits = 0;
  const { pipe, stream, timers } = pipeOf(0, pipe => {
    if (++waits === 1) throw new Error("ended");
    pipe.room = Number.POSITIVE_INFINITY;
  });
  const text = "x".repeat(2 * MOST_BEHIND);
  assert.throws(() => stream.write(text), /ended/);
  pipe.room = 1;
  timers.shift()!();
  assert.equal(pipe.taken.length, 1);
  // And the next one who writes waits as ever.
  stream.write(text);
  assert.equal(pipe.taken.length, 2 * text.length);
});

test("a process that ends waits for a reader who reads, a second at most for one who does not, and for nobody when told so", () => {
  const slow = pipeOf(0, pipe => {
    pipe.room += 1;
  });
  slow.stream.write("all of it");
  slow.output.finish();
  slow.stream.write(", and what is said at the very end");
  assert.equal(slow.pipe.taken, "all of it, and what is said at the very end");

  let waited = 0;
  const stuck = pipeOf(0, (_, ms) => {
    waited += ms;
  });
  stuck.stream.write("nobody reads this");
  stuck.output.finish();
  stuck.stream.write("nor this");
  assert.ok(waited >= 1000 && waited < 1100, `${waited}`);

  waited = 0;
  const left = pipeOf(0, (_, ms) => {
    waited += ms;
  });
  left.stream.write("nor this");
  left.output.abandon();
  left.output.finish();
  assert.equal(waited, 0);
});

test("a process that ends in a callback of what was waited for waits for all the rest, and for what is said after that", () => {
  const { pipe, stream, output } = pipeOf(0, pipe => {
    pipe.room += 2 ** 16;
  });
  let atEnd = "";
  stream.write("first, ", () => {
    stream.write("last words");
    output.finish();
    atEnd = pipe.taken;
    stream.write(", the very last");
    atEnd = pipe.taken.slice(atEnd.length - "last words".length);
  });
  const text = "x".repeat(2 * MOST_BEHIND);
  stream.write(text);
  assert.equal(atEnd, "last words, the very last");
  assert.equal(pipe.taken, `first, ${text}last words, the very last`);
});
