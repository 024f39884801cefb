import { systemClock, type Timer } from "../../../core/clock/clock.js";
import type { Avro } from "../avro/avro.js";
import { E } from "../errors.js";
import type { WrittenEvent } from "../event-receiver.js";
import { envelopeOf } from "../rpc/handshake.js";
import { Requestor } from "../rpc/requestor.js";
import { SinkConnection } from "./sink-connection.js";
import { type EventBatch, SPARK_FLUME_PROTOCOL } from "./spark-flume-protocol.js";

/** What a puller works with. */
export interface PullerSetup {
  readonly host: string;
  readonly port: number;
  /** Events that a batch may have. */
  readonly maxBatchSize: number;
  /** Bytes that a batch may have. */
  readonly limit: number;
  /** ms of the wall clock after which a sink that failed is asked again */
  readonly retryDelay: number;
  /** Resolves when the events are safe. */
  take(events: readonly WrittenEvent[], bytes: number): Promise<void>;
  /** Until which no batch is to be asked for; `undefined` when one may be at once. */
  turn(): Promise<void> | undefined;
  /** The sink does not answer, or refuses. */
  failed(error: unknown): void;
  /** A batch came. */
  works(): void;
}

/**
 * Pulls batches of one sink, one after the other: asks for one, stores it, acknowledges it. A batch that was not acknowledged
 * the sink puts back into its channel, so that its events come again.
 */
export class Puller {
  #isStopped = false;
  #connection: SinkConnection | undefined;
  readonly #stopping = new AbortController();
  /** Whether a batch has come and is not acknowledged yet. */
  #isStoring = false;
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  /** Ends a wait. */
  #release: () => void = () => {};

  constructor(
    private readonly avro: Avro,
    private readonly setup: PullerSetup,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  /** Asks for nothing more; resolves when a batch that has come is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopping.abort();
    this.#release();
    if (!this.#isStoring) this.#connection?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#pull();
      } catch (error) {
        if (this.#isStopped) return;
        this.setup.failed(error);
        await this.#until(done => {
          this.#timer = systemClock.at(systemClock.now() + this.setup.retryDelay, done);
        });
        this.#timer?.cancel();
      }
    }
  }

  /** Until the stream stops, or something fails. */
  async #pull(): Promise<void> {
    const { host, port, limit } = this.setup;
    const connection = await SinkConnection.open(host, port, limit, this.#stopping.signal);
    this.#connection = connection;
    try {
      const peer = `${host}:${port}`;
      const protocol = this.avro.protocol(SPARK_FLUME_PROTOCOL);
      const sink = new Requestor(protocol, envelopeOf(this.avro), peer, bytes => connection.exchange(bytes));
      while (!this.#isStopped) {
        const turn = this.setup.turn();
        if (turn !== undefined) await this.#until(done => turn.then(done));
        else await this.#next(sink, peer);
      }
    } finally {
      this.#connection = undefined;
      connection.close();
    }
  }

  async #next(sink: Requestor, peer: string): Promise<void> {
    const { value, bytes } = await sink.ask("getEventBatch", { n: this.setup.maxBatchSize });
    const { errorMsg, sequenceNumber, events } = value as EventBatch;
    if (errorMsg !== "") throw E.FLUME_SINK_FAILED(peer, errorMsg);
    this.setup.works();
    this.#isStoring = true;
    try {
      await this.setup.take(events, bytes);
    } catch (error) {
      // At once, not when the sink has waited long enough for its acknowledgement.
      await this.#tell(sink, "nack", sequenceNumber);
      throw error;
    } finally {
      this.#isStoring = false;
    }
    await this.#tell(sink, "ack", sequenceNumber);
  }

  /** A stream that stops does not wait for the answer. */
  async #tell(sink: Requestor, message: "ack" | "nack", sequenceNumber: string): Promise<void> {
    const told = sink.ask(message, { sequenceNumber });
    if (!this.#isStopped) await told;
    else told.catch(() => {});
  }

  /** Resolves when it is done, or the stream stops. */
  #until(begin: (done: () => void) => unknown): Promise<void> {
    return new Promise(resolve => {
      this.#release = resolve;
      begin(resolve);
      if (this.#isStopped) resolve();
    });
  }
}
