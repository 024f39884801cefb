import { StorageLevel } from "../../core/storage/storage-level.js";
import { E } from "../errors.js";
import type { MaybePromise } from "../maybe-promise.js";
import type { ReceiverSupervisor, Stored } from "./receiver-supervisor.js";

/** What {@link Receiver.store} takes: an element, or an iterable of elements; where elements are lists themselves, always the latter. */
export type Storable<T> = [T] extends [readonly unknown[]]
  ? Iterable<T> | AsyncIterable<T>
  : T | Iterable<T> | AsyncIterable<T>;

/**
 * A source of the user's own that is handed its data, from a socket, a subscription, a timer. Extend it: `onStart` sets up
 * whatever receives, and calls {@link store}; `onStop` ends it. It runs in the driver's event loop and may use what
 * surrounds it.
 *
 * Spark's name: `org.apache.spark.streaming.receiver.Receiver`.
 *
 * @example
 * class Ticks extends Receiver<number> {
 *   timer: NodeJS.Timeout | undefined;
 *   override onStart() {
 *     this.timer = setInterval(() => this.store(Date.now()), 100);
 *   }
 *   override onStop() {
 *     clearInterval(this.timer);
 *   }
 * }
 * ssc.receiverStream(new Ticks()).count().print();
 */
export abstract class Receiver<T> {
  #supervisor: ReceiverSupervisor<T> | undefined;

  /** @param storageLevel kept for Spark's sake: blocks stay as objects in memory until no batch needs them */
  constructor(readonly storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_SER_2) {}

  /**
   * Begins to receive; called by `ssc.start()`, which waits for the promise if there is one, and after each restart. When
   * it fails the receiver is restarted.
   */
  abstract onStart(): MaybePromise<void>;

  /** Ends receiving and frees what `onStart` took. Called before each restart too. */
  abstract onStop(): MaybePromise<void>;

  /** Takes what has arrived but was not stored yet, before a graceful stop. Nothing by default. */
  drain(): MaybePromise<void> {}

  /** `SocketReceiver`: the name of the class; shown on the streaming page. */
  get name(): string {
    return this.constructor.name;
  }

  /** Id of the stream it feeds, from 0. */
  get streamId(): number {
    return this.#running("streamId").streamId;
  }

  /**
   * Hands over an element, or each element of an iterable (strings and byte arrays are elements). The promise resolves when
   * it was taken: await it, and the receiver is held back while batches are behind (`spark.streaming.receiver.maxRate`,
   * back-pressure, `spark.tspark.streaming.receiver.maxPending`). Without awaiting nothing is lost, but nothing is bounded.
   * When the receiver is to stop no batch is waited for any more; after the context has stopped nothing is taken, and the
   * promise stays open.
   */
  store(data: Storable<T>): Promise<void> {
    return this.#running("store").store(data as T | Iterable<T> | AsyncIterable<T>);
  }

  /**
   * Stops it and starts it again.
   *
   * @param message why, for the log and the streaming page
   * @param delay ms of the wall clock in between; default `spark.streaming.receiverRestartDelay`
   */
  restart(message: string, error?: unknown, delay?: number): void {
    this.#running("restart").restart(message, error, delay);
  }

  /** Says that something went wrong, to the log and the listeners, and goes on. */
  reportError(message: string, error?: unknown): void {
    this.#running("reportError").reportError(message, error);
  }

  /** Stops it for good; the context runs on. */
  stop(message: string, error?: unknown): void {
    this.#running("stop").stopBecause(message, error);
  }

  /** Whether it was started and not stopped since. */
  isStarted(): boolean {
    return this.#supervisor?.state === "started";
  }

  /** Whether it is stopped, or was never started. */
  isStopped(): boolean {
    return !this.isStarted();
  }

  /** @internal */
  attach(supervisor: ReceiverSupervisor<T>): void {
    if (this.#supervisor !== undefined) throw E.RECEIVER_IN_USE();
    this.#supervisor = supervisor;
  }

  /** @internal {@link store} of a list that is kept as it is; `undefined` when it was taken at once */
  protected storeList(elements: readonly T[], bytes: number): Promise<void> | undefined {
    return this.#running("store").storeList(elements, bytes);
  }

  /** @internal {@link store} of an element, whatever it is; `undefined` when it was taken at once */
  protected storeOne(element: T): Promise<void> | undefined {
    return this.#running("store").storeOne(element);
  }

  /** @internal {@link store} of a list whose sender is told that it is safe before more may come */
  protected storeAcknowledged(elements: readonly T[], bytes: number): Stored {
    return this.#running("store").storeAcknowledged(elements, bytes);
  }

  #running(what: string): ReceiverSupervisor<T> {
    if (this.#supervisor === undefined) throw E.RECEIVER_NOT_STARTED(what);
    return this.#supervisor;
  }
}
