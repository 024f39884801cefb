import { E } from "../errors.js";
import type { Pack } from "./pack.js";

const PACK_HEAD = 8;
const FRAME_HEAD = 4;

/** What a new pack gets; more as its bytes come, whatever its lengths say. */
const FIRST_BYTES = 8192;

/** Cuts what a connection brings into packs. It holds the bytes of one pack, and of one that is larger than allowed none. */
export class PackCutter {
  /** As far as they have come. */
  readonly #packHead = Buffer.alloc(PACK_HEAD);
  readonly #frameHead = Buffer.alloc(FRAME_HEAD);
  #headLength = 0;
  #serial = 0;
  /** Of the pack, still to come; -1 while its head is. */
  #frames = -1;
  /** Bytes of the frame, still to come. */
  #left = 0;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /**
   * @param peer who sends, for messages
   * @param limit bytes that a pack may have
   */
  constructor(
    private readonly peer: string,
    private readonly limit: number,
  ) {}

  /**
   * The packs that end in these bytes.
   *
   * @throws InputOutputError when these are no packs, or one is too large
   */
  *push(chunk: Buffer): Generator<Pack> {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#add(chunk, at, taken);
        at += taken;
        this.#left -= taken;
      } else {
        const head = this.#frames < 0 ? this.#packHead : this.#frameHead;
        const taken = chunk.copy(head, this.#headLength, at, at + head.length - this.#headLength);
        at += taken;
        this.#headLength += taken;
        if (this.#headLength < head.length) return;
        this.#headLength = 0;
        if (head === this.#packHead) {
          this.#beginPack();
          continue;
        }
        this.#beginFrame();
      }
      if (this.#left === 0 && --this.#frames === 0) yield this.#end();
    }
  }

  #beginPack(): void {
    this.#serial = this.#packHead.readInt32BE(0);
    this.#frames = this.#packHead.readInt32BE(4);
    if (this.#frames >= 1 && this.#frames <= this.limit / FRAME_HEAD) return;
    throw E.FLUME_NOT_AVRO(this.peer, `a request of ${this.#frames} frames`, guess(this.#packHead));
  }

  #beginFrame(): void {
    this.#left = this.#frameHead.readInt32BE(0);
    if (this.#left < 0) {
      throw E.FLUME_NOT_AVRO(this.peer, `a frame of ${this.#left} bytes`, guess(this.#packHead));
    }
    const bytes = this.#length + this.#left;
    if (bytes > this.limit) throw E.FLUME_REQUEST_TOO_LARGE(this.peer, bytes, this.limit);
  }

  #add(chunk: Buffer, from: number, length: number): void {
    const needed = this.#length + length;
    if (needed > this.#bytes.length) {
      const more = Buffer.allocUnsafe(Math.max(FIRST_BYTES, needed, Math.min(2 * this.#bytes.length, this.limit)));
      this.#bytes.copy(more, 0, 0, this.#length);
      this.#bytes = more;
    }
    chunk.copy(this.#bytes, this.#length, from, from + length);
    this.#length = needed;
  }

  #end(): Pack {
    const pack = { serial: this.#serial, bytes: this.#bytes.subarray(0, this.#length) };
    this.#frames = -1;
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return pack;
  }
}

/** What the first bytes of others look like, with what to do. */
const OTHERS: readonly (readonly [begin: RegExp, guess: string])[] = [
  [/^(?:GET|PUT|POST|HEAD|DELETE|OPTIONS|PRI) |^HTTP\//, " It looks like HTTP: an Avro sink has the type avro."],
  [/^\x16\x03/, " It looks like TLS: a Flume stream has none; set ssl = false in the sink."],
  [
    /^\x78[\x01\x5e\x9c\xda]/,
    " It looks compressed: pass enableDecompression = true to FlumeUtils.createStream, or set compression-type = none in the sink.",
  ],
];

function guess(head: Buffer): string {
  const text = head.toString("latin1");
  return OTHERS.find(([begin]) => begin.test(text))?.[1] ?? "";
}
