// The frames of Avro's transport, however the network cuts them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Pack, writePack } from "../../src/connectors/flume/rpc/pack.js";
import { PackCutter } from "../../src/connectors/flume/rpc/pack-cutter.js";

const LIMIT = 10_000;

function int32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeInt32BE(value, 4 * i);
  return bytes;
}

/** A pack as Java writes it, in any number of frames. */
function framed(serial: number, frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat([int32(serial, frames.length), ...frames.flatMap(frame => [int32(frame.length), frame])]);
}

/** The packs of bytes that arrive in pieces of these lengths, over and over. */
function cut(bytes: Buffer, pieces: readonly number[]): Pack[] {
  const cutter = new PackCutter("a", LIMIT);
  const packs: Pack[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = pieces[i % pieces.length]!;
    packs.push(...cutter.push(bytes.subarray(at, at + length)));
    at += length;
  }
  return packs;
}

const refusal = (bytes: Buffer, limit = LIMIT): { code: string; message: string } => {
  try {
    [...new PackCutter("10.0.0.1:5", limit).push(bytes)];
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("it was taken");
};

describe("packs", () => {
  it("are the same wherever they are cut, by their writer and by the network", () => {
    const frame = fc.uint8Array({ maxLength: 40 });
    const pack = fc.tuple(fc.integer(), fc.array(frame, { minLength: 1, maxLength: 6 }));
    const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(pack, { maxLength: 5 }), pieces, (packs, lengths) => {
        const bytes = Buffer.concat(packs.map(([serial, frames]) => framed(serial, frames)));
        assert.deepEqual(
          cut(bytes, lengths),
          packs.map(([serial, frames]) => ({ serial, bytes: Buffer.concat(frames) })),
        );
      }),
    );
  });

  it("are written as they are read", () => {
    const pack = { serial: -7, bytes: Buffer.from("answer") };
    assert.deepEqual(cut(writePack(pack), [100]), [pack]);
  });

  it("do not share their bytes with what comes after", () => {
    const [first, second] = cut(
      Buffer.concat([framed(1, [Buffer.from("aaaa")]), framed(2, [Buffer.from("bbbb")])]),
      [5],
    );
    assert.deepEqual([String(first!.bytes), String(second!.bytes)], ["aaaa", "bbbb"]);
  });

  it("that are too large are refused when their lengths say so, before their bytes have come", () => {
    const frame = Buffer.alloc(LIMIT - 1);
    const { code, message } = refusal(Buffer.concat([int32(1, 2, frame.length), frame, int32(2)]));
    assert.equal(code, "FLUME_REQUEST_TOO_LARGE");
    assert.match(message, /^A batch of 10\.0\.0\.1:5 has 10001 bytes or more: a Flume stream takes at most 10000\./);
    assert.equal(refusal(int32(1, 1, 0x7fffffff)).code, "FLUME_REQUEST_TOO_LARGE");
  });

  it("of many frames that say little take as much memory as they have bytes", () => {
    assert.deepEqual(cut(framed(1, Array(2000).fill(Buffer.alloc(0))), [7]), [{ serial: 1, bytes: Buffer.alloc(0) }]);
    assert.equal(refusal(int32(1, 0x7fffffff)).code, "FLUME_NOT_AVRO");
    assert.equal(refusal(int32(1, 0)).code, "FLUME_NOT_AVRO");
    assert.equal(refusal(int32(1, 1, -1)).code, "FLUME_NOT_AVRO");
  });

  for (const [what, bytes, guess] of [
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n"), /It looks like HTTP: an Avro sink has the type avro\.$/],
    ["TLS", Buffer.from("160301010001000100fc0303", "hex"), /It looks like TLS: .*ssl = false/],
    ["a compressed stream", Buffer.from("789c626064600000", "hex"), /enableDecompression = true/],
    [
      "text",
      Buffer.from("hello\nhello\n"),
      /is no Avro RPC: a request of 1862953061 frames\. The connection was closed\.$/,
    ],
  ] as const) {
    it(`${what} is told apart`, () => {
      const { code, message } = refusal(bytes);
      assert.equal(code, "FLUME_NOT_AVRO");
      assert.match(message, guess);
    });
  }
});
