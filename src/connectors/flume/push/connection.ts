import type { Socket } from "node:net";
import type { Duplex, Readable, Writable } from "node:stream";
import { constants, createDeflate, createInflate } from "node:zlib";
import type { SparkError } from "../../../core/errors/spark-error.js";
import { E } from "../errors.js";
import { type Pack, writePack } from "../rpc/pack.js";
import { PackCutter } from "../rpc/pack-cutter.js";

/** The level at which answers are compressed, Netty's own. */
const LEVEL = 6;

/** What a request that waits weighs in memory besides its bytes, roughly. */
const PACK_BYTES = 1000;

/** What a connection works with. */
export interface ConnectionSetup {
  /** `host:port` of the other side, for messages. */
  readonly peer: string;
  /** Bytes that a request may have. */
  readonly limit: number;
  readonly compressed: boolean;
  /** The answer to a request. A rejection ends the connection. */
  answer(bytes: Buffer): Promise<Buffer>;
  /** Until which nothing more is to be answered; `undefined` when it may be at once. */
  turn(): Promise<void> | undefined;
  /** What was wrong with what the other side sent. */
  failed(error: SparkError): void;
  /** Called once, when the connection has ended. */
  ended(): void;
}

/**
 * A connection of an agent: its requests are answered one after the other, in their order. One whose sender has gone before it
 * was its turn is dropped, since the sender does not know of an answer and will come again with the same events. That it has
 * gone stands behind what it has sent: a sender that does not wait for answers is therefore read on until as much waits as a
 * request may have.
 */
export class Connection {
  readonly #cutter: PackCutter;
  readonly #in: Readable;
  readonly #out: Writable;
  #waiting: Pack[] = [];
  /** What they weigh. */
  #waitingBytes = 0;
  /** Settles when the request that is being answered has been. */
  #working: Promise<void> | undefined;
  #isOver = false;
  /** Ends a wait for the other connections, or for the network. */
  #release: () => void = () => {};

  constructor(
    private readonly socket: Socket,
    private readonly setup: ConnectionSetup,
  ) {
    this.#cutter = new PackCutter(setup.peer, setup.limit);
    socket.setNoDelay(true);
    // Finds agents whose machine has gone without a word.
    socket.setKeepAlive(true, 60_000);
    const { inward, outward } = setup.compressed ? compression(socket) : { inward: socket, outward: socket };
    this.#in = inward;
    this.#out = outward;
    inward.on("data", (bytes: Buffer) => this.#take(bytes));
    for (const stream of new Set<Duplex>([socket, inward, outward])) {
      stream.on("error", error => this.#broke(error));
    }
    socket.on("close", () => {
      this.#over();
      for (const stream of new Set<Duplex>([inward, outward])) stream.destroy();
      setup.ended();
    });
  }

  /** Answers nothing more; resolves when the request that is being answered has been. */
  async end(): Promise<void> {
    this.#over();
    this.#in.pause();
    await this.#working;
    this.#close();
  }

  #take(bytes: Buffer): void {
    if (this.#isOver) return;
    try {
      for (const pack of this.#cutter.push(bytes)) {
        this.#waiting.push(pack);
        this.#waitingBytes += weightOf(pack);
      }
    } catch (error) {
      this.#refuse(error as SparkError);
      return;
    }
    if (this.#isFull) this.#in.pause();
    if (this.#waiting.length > 0) this.#working ??= this.#work();
  }

  /** Whether what else the sender has is left to the network. */
  get #isFull(): boolean {
    return this.#waitingBytes >= this.setup.limit;
  }

  async #work(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#turn();
        // It may have ended meanwhile.
        const pack = this.#waiting.shift();
        if (pack === undefined) break;
        this.#waitingBytes -= weightOf(pack);
        const answer = await this.setup.answer(pack.bytes);
        const bytes = writePack({ serial: pack.serial, bytes: answer });
        await this.#until(done => this.#out.write(bytes, () => done()));
        if (!this.#isOver && !this.#isFull) this.#in.resume();
      }
    } catch (error) {
      this.#refuse(error as SparkError);
    } finally {
      this.#working = undefined;
    }
  }

  async #turn(): Promise<void> {
    for (;;) {
      const turn = this.setup.turn();
      if (turn === undefined || this.#isOver) return;
      await this.#until(done => turn.then(done));
    }
  }

  /** Resolves when it is done, or the connection is over. */
  #until(begin: (done: () => void) => unknown): Promise<void> {
    return new Promise(resolve => {
      this.#release = resolve;
      begin(resolve);
      if (this.#isOver) resolve();
    });
  }

  #over(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#release();
  }

  #broke(error: NodeJS.ErrnoException): void {
    if (error.code?.startsWith("Z_") && !this.#isOver) {
      const guess = " Set compression-type = deflate in the sink, or pass enableDecompression = false.";
      this.#refuse(E.FLUME_NOT_AVRO.because(error, this.setup.peer, "it is not compressed", guess));
    }
    // An agent that goes without a word comes again with what was not answered.
    this.#over();
    this.socket.destroy();
  }

  #refuse(error: SparkError): void {
    if (!this.#isOver) this.setup.failed(error);
    this.#over();
    this.socket.destroy();
  }

  /** What was written still goes out; then both directions end, whether or not the other side ends its own. */
  #close(): void {
    const { socket } = this;
    if (socket.writableFinished) socket.destroy();
    else socket.once("finish", () => socket.destroy());
    if (this.#out.writable) this.#out.end();
    // One that does not read its answers holds up nobody.
    socket.unref();
  }
}

const weightOf = ({ bytes }: Pack): number => bytes.length + PACK_BYTES;

/** The streams between which Avro's bytes are plain: what a sink with `compression-type = deflate` sends, and wants to get. */
function compression(socket: Socket): { readonly inward: Duplex; readonly outward: Duplex } {
  // Each write goes out whole; a connection may end without the end of what was compressed.
  const flush = constants.Z_SYNC_FLUSH;
  const inward = createInflate({ flush, finishFlush: flush });
  const outward = createDeflate({ level: LEVEL, flush });
  socket.pipe(inward);
  outward.pipe(socket);
  return { inward, outward };
}
