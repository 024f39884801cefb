import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { type Codec, loadCodec } from "../../src/connectors/kafka/codecs/codec.js";
import { loadLz4 } from "../../src/connectors/kafka/codecs/lz4.js";
import { loadSnappy, snappyBlocks, xerialFrame } from "../../src/connectors/kafka/codecs/snappy.js";
import { loadZstd } from "../../src/connectors/kafka/codecs/zstd.js";

const here = { topic: "orders", partition: 0 };
const samples = {
  empty: Buffer.alloc(0),
  short: Buffer.from("a"),
  text: Buffer.from("the quick brown fox ".repeat(500)),
  large: Buffer.alloc(3 << 20, "0123456789abcdef"),
};

async function roundTrip(codec: Codec, compress: (bytes: Buffer) => Buffer): Promise<void> {
  for (const [name, bytes] of Object.entries(samples)) {
    assert.ok(codec.decompress(compress(bytes)).equals(bytes), `${codec.name}: ${name}`);
  }
}

describe("codecs", () => {
  it("gzip gives back what was compressed, several members too", async () => {
    const codec = await loadCodec(1, here);
    await roundTrip(codec, bytes => gzipSync(bytes));
    assert.equal(String(codec.decompress(Buffer.concat([gzipSync("ab"), gzipSync("cd")]))), "abcd");
  });

  it("snappy gives back what was compressed, in Java's frame and without", async () => {
    const { compress } = await loadSnappy();
    const codec = await loadCodec(2, here);
    await roundTrip(codec, compress);
    await roundTrip(codec, bytes => snappyBlocks(compress(bytes))[0]!);
  });

  it("snappy joins the blocks of Java's frame", async () => {
    const { compress } = await loadSnappy();
    const blocks = ["ab", "", "cdef"].map(text => snappyBlocks(compress(Buffer.from(text)))[0]!);
    const codec = await loadCodec(2, here);
    assert.equal(String(codec.decompress(xerialFrame(blocks))), "abcdef");
  });

  it("lz4 gives back what was compressed", async () => {
    await roundTrip(await loadCodec(3, here), (await loadLz4()).compress);
  });

  it("zstd gives back what was compressed", async () => {
    await roundTrip(await loadCodec(4, here), (await loadZstd()).compress);
  });

  it("an unknown number is an error that lists the codecs", async () => {
    await assert.rejects(loadCodec(7, here), {
      code: "KAFKA_UNKNOWN_CODEC",
      message:
        "Kafka partition orders-0 holds records compressed with codec 7: the codecs are 0 none, 1 gzip, 2 snappy, 3 lz4 and 4 zstd.",
    });
  });
});
