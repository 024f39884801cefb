import { type Clock, systemClock, type Timer } from "../../core/clock/clock.js";
import { turn } from "../../core/executor/time-slice.js";
import { getLogger } from "../../core/log/logger.js";
import type { ReceiverInfo } from "../listener.js";
import type { StreamingListenerBus } from "../scheduler/streaming-listener-bus.js";
import type { BlockBuffer } from "./block-buffer.js";
import { approximateBytes, approximateBytesOfAll } from "./byte-estimate.js";
import type { RateLimiter } from "./rate-limiter.js";
import type { ReceivedLog } from "./received-log.js";
import type { Receiver } from "./receiver.js";

const log = getLogger("ReceiverSupervisor");

/** Elements of an iterable are handed over in lists of this length, so that a long one can be held back in between. */
const LIST = 4096;

const TAKEN: Promise<void> = Promise.resolve();

/** What became of elements that were handed over. */
export interface Stored {
  /** Resolves when they are taken: in the log, where there is one. Rejects when they could not be. */
  readonly safe: Promise<void>;
  /** Resolves when more may be handed over; `undefined` when it may be at once. Rejects as `safe` does. */
  readonly ready: Promise<void> | undefined;
}

/** What a supervisor works with. */
export interface SupervisorSetup<T> {
  readonly streamId: number;
  readonly buffer: BlockBuffer<T>;
  readonly limiter: RateLimiter;
  readonly bus: StreamingListenerBus;
  /** Of the context; retries follow the wall clock. */
  readonly clock: Clock;
  /** ms */
  readonly restartDelay: number;
  /** Where elements must be written before they are taken; `undefined` where they need not. */
  log(): ReceivedLog<T> | undefined;
}

/**
 * Starts, restarts and stops a receiver, takes what it stores, and tells the listeners how it is.
 *
 * ```
 *   idle ──start──▶ started ──restart──▶ waiting ──delay──▶ started
 *                      └──────stop─────────┴──▶ stopped
 * ```
 *
 * Spark's name: `org.apache.spark.streaming.receiver.ReceiverSupervisor`.
 */
export class ReceiverSupervisor<T> {
  state: "idle" | "started" | "waiting" | "stopped" = "idle";
  #lastErrorMessage = "";
  #lastError = "";
  #lastErrorTime = -1;
  #timer: Timer | undefined;
  /** The trouble that was told last; forgotten when the receiver runs again. */
  #told: string | undefined;
  /** Counts starts, so that what an earlier start still does is known to be over. */
  #epoch = 0;
  /** Whether nothing is taken any more. */
  #isClosed = false;
  /** Iterables of which not everything is taken yet. */
  #iterables = 0;

  constructor(
    private readonly receiver: Receiver<T>,
    private readonly setup: SupervisorSetup<T>,
  ) {}

  get streamId(): number {
    return this.setup.streamId;
  }

  get info(): ReceiverInfo {
    return {
      streamId: this.streamId,
      name: `${this.receiver.name}-${this.streamId}`,
      active: this.state === "started",
      location: "localhost",
      executorId: "driver",
      lastErrorMessage: this.#lastErrorMessage,
      lastError: this.#lastError,
      lastErrorTime: this.#lastErrorTime,
    };
  }

  /** Whether more comes of what was handed over, though nothing of it may be in the buffer now. */
  get isStoring(): boolean {
    return this.#iterables > 0 && !this.#isClosed;
  }

  /** Starts the receiver; resolves when its `onStart` has returned. A failure is a restart, not a rejection. */
  async start(): Promise<void> {
    this.state = "started";
    const epoch = ++this.#epoch;
    this.setup.bus.post("onReceiverStarted", { receiverInfo: this.info });
    try {
      await this.receiver.onStart();
      this.#told = undefined;
    } catch (error) {
      if (epoch === this.#epoch) this.restart(`Error starting receiver ${this.streamId}`, error);
    }
  }

  /** Stops it for good; `drain` takes first what has arrived already. */
  async stop(drain: boolean): Promise<void> {
    if (this.state === "stopped") return;
    const was = this.state;
    if (drain && was === "started") await this.#quietly("drain", () => this.receiver.drain());
    this.state = "stopped";
    this.#timer?.cancel();
    this.setup.buffer.lift();
    if (was !== "started") return;
    await this.#quietly("stop", () => this.receiver.onStop());
    this.setup.bus.post("onReceiverStopped", { receiverInfo: this.info });
  }

  /** No batch follows: what is still stored is dropped, and nobody is told that it was taken. */
  close(): void {
    this.#isClosed = true;
    this.setup.buffer.take();
  }

  stopBecause(message: string, error?: unknown): void {
    this.#remember(message, error);
    log[error === undefined ? "info" : "error"](`Stopped receiver ${this.info.name}: ${message}`, error);
    void this.stop(false);
  }

  restart(message: string, error?: unknown, delay: number = this.setup.restartDelay): void {
    if (this.state !== "started") return;
    this.state = "waiting";
    this.#epoch++;
    this.#remember(message, error);
    this.#tell(`Restarting receiver ${this.info.name} with delay ${delay} ms: ${message}`, error);
    this.setup.bus.post("onReceiverStopped", { receiverInfo: this.info });
    if (error !== undefined) this.setup.bus.post("onReceiverError", { receiverInfo: this.info });
    void this.#quietly("stop", () => this.receiver.onStop()).then(() => {
      if (this.state !== "waiting") return;
      this.#timer = systemClock.at(systemClock.now() + delay, () => void this.start());
    });
  }

  reportError(message: string, error?: unknown): void {
    this.#remember(message, error);
    log.warn(`Receiver ${this.info.name} reported an error: ${message}`, error);
    this.setup.bus.post("onReceiverError", { receiverInfo: this.info });
  }

  store(data: T | Iterable<T> | AsyncIterable<T>): Promise<void> {
    if (typeof data === "object" && data !== null && !ArrayBuffer.isView(data)) {
      if (Array.isArray(data) && data.length <= LIST) {
        const elements = data.slice() as T[];
        return this.storeList(elements, approximateBytesOfAll(elements)) ?? TAKEN;
      }
      if (Symbol.asyncIterator in data) return this.#storeAsync(data);
      if (Symbol.iterator in data) return this.#storeMany(data);
    }
    return this.storeOne(data as T) ?? TAKEN;
  }

  /** Takes one element, whatever it is; `undefined` when the receiver may go on at once. */
  storeOne(element: T): Promise<void> | undefined {
    if (this.#isClosed) return new Promise(() => {});
    const { buffer, limiter } = this.setup;
    if (this.setup.log() !== undefined) return this.storeAcknowledged([element], approximateBytes(element)).ready;
    buffer.add(element, approximateBytes(element));
    return this.#wait(limiter.acquire(1));
  }

  /** Takes a list that does not change any more; `undefined` when the receiver may go on at once. */
  storeList(elements: readonly T[], bytes: number): Promise<void> | undefined {
    if (this.#isClosed) return new Promise(() => {});
    const { buffer, limiter } = this.setup;
    if (this.setup.log() !== undefined) return this.storeAcknowledged(elements, bytes).ready;
    buffer.addAll(elements, bytes);
    return this.#wait(limiter.acquire(elements.length));
  }

  /** {@link storeList} for whoever tells the sender that the elements are safe before more may come. */
  storeAcknowledged(elements: readonly T[], bytes: number): Stored {
    if (this.#isClosed) return { safe: new Promise(() => {}), ready: undefined };
    const log = this.setup.log();
    if (log === undefined) return { safe: TAKEN, ready: this.storeList(elements, bytes) };
    const turn = this.setup.limiter.acquire(elements.length);
    const safe = log.append(elements, bytes);
    // A receiver that does not wait for its promise learns of it in this way; one that does, in both.
    safe.catch(error => this.reportError("What it received could not be logged and was not taken", error));
    const ready = safe.then(() => this.#wait(turn));
    ready.catch(() => {});
    return { safe, ready };
  }

  /** Until the rate allows more and there is room; what was stored is safe meanwhile. */
  #wait(turn: Promise<void> | undefined): Promise<void> | undefined {
    const { buffer } = this.setup;
    if (turn === undefined) return buffer.hasRoom ? undefined : buffer.room();
    return turn.then(() => (buffer.hasRoom ? undefined : buffer.room()));
  }

  async #storeMany(data: Iterable<T>): Promise<void> {
    let list: T[] = [];
    this.#iterables++;
    try {
      for (const element of data) {
        list.push(element);
        if (list.length < LIST) continue;
        await this.storeList(list, approximateBytesOfAll(list));
        // Nothing holds it back any more: what has no end must not keep the thread to itself.
        if (this.state === "stopped") await turn();
        list = [];
      }
      await this.storeList(list, approximateBytesOfAll(list));
    } finally {
      this.#iterables--;
    }
  }

  async #storeAsync(data: AsyncIterable<T>): Promise<void> {
    const epoch = this.#epoch;
    for await (const element of data) {
      if (epoch !== this.#epoch || this.state === "stopped") return;
      await this.store(element);
    }
  }

  /** A server that stays away is told once, not at every attempt. */
  #tell(message: string, error: unknown): void {
    const text = `${message} ${error instanceof Error ? error.message : error}`;
    log[text === this.#told ? "info" : "warn"](message, error);
    this.#told = text;
  }

  #remember(message: string, error: unknown): void {
    const text = error === undefined ? "" : error instanceof Error ? error.message : String(error);
    this.#lastErrorMessage = text === "" ? message : `${message} - ${text}`;
    this.#lastError = error instanceof Error ? (error.stack ?? text) : text;
    this.#lastErrorTime = this.setup.clock.now();
  }

  async #quietly(what: string, f: () => unknown): Promise<void> {
    try {
      await f();
    } catch (error) {
      log.warn(`Receiver ${this.info.name} failed to ${what}`, error);
    }
  }
}
