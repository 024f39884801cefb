import { inspect } from "node:util";
import { registerLoader, SHIP, type Shipped } from "../closure/protocol.js";
import { E } from "../errors/engine-errors.js";
import { engineFunctions } from "../util/engine-functions.js";

let lastId = -1;
const known = new Map<number, WeakRef<Broadcast<unknown>>>();
const forget = new FinalizationRegistry<number>(id => known.delete(id));
registerLoader("broadcast", (id: number) => known.get(id)?.deref());

/** Tells the workers that their copies are not needed. */
let onUnpersist: ((broadcast: Broadcast<unknown>) => void) | undefined;

/** @internal where copies are removed */
export function setBroadcastRemover(remove: typeof onUnpersist): void {
  onUnpersist = remove;
}

/** @internal a broadcast value of another thread, found by the closures that captured it */
export function receiveBroadcast(id: number, load: () => unknown): Broadcast<unknown> {
  const before = known.get(id)?.deref();
  if (before !== undefined) {
    before.load(load);
    return before;
  }
  const broadcast = new Broadcast<unknown>(undefined, { id, load });
  known.set(id, new WeakRef(broadcast));
  return broadcast;
}

/**
 * A value that closures share: it travels to each worker once, not with each closure.
 *
 * Spark's name: `org.apache.spark.broadcast.Broadcast`.
 *
 * @example
 * const names = sc.broadcast(new Map([[1, "one"]]));
 * await sc.parallelize([1]).map(x => names.value.get(x)).collect(); // ["one"]
 */
export class Broadcast<T> {
  /** Unique in this process. */
  readonly id: number;
  #value: T | undefined;
  #destroyed = false;
  /** Where it came from another thread: makes the value when it is first asked for. */
  #load: (() => T) | undefined;

  /** @param arrived given where it comes from another thread */
  constructor(value: T, arrived?: { readonly id: number; readonly load: () => T }) {
    this.id = arrived?.id ?? ++lastId;
    this.#value = value;
    this.#load = arrived?.load;
  }

  /** What was broadcast. An error after `destroy()`. */
  get value(): T {
    if (this.#destroyed) throw E.BROADCAST_DESTROYED(this.id);
    if (this.#load !== undefined) {
      this.#value = this.#load();
      this.#load = undefined;
    }
    return this.#value as T;
  }

  /** @internal forgets the value; `load` makes it when it is asked for again */
  load(load: () => T): void {
    this.#value = undefined;
    this.#load = load;
  }

  /** Removes the workers' copies; they are sent again when needed. */
  async unpersist(): Promise<void> {
    onUnpersist?.(this as Broadcast<unknown>);
  }

  /** Removes the value for good. Using it afterwards is an error. */
  async destroy(): Promise<void> {
    onUnpersist?.(this as Broadcast<unknown>);
    this.#destroyed = true;
    this.#value = undefined;
  }

  [SHIP](): Shipped {
    if (!known.has(this.id)) {
      known.set(this.id, new WeakRef(this as Broadcast<unknown>));
      forget.register(this, this.id);
    }
    return { kind: "broadcast", data: this.id };
  }

  toString(): string {
    return `Broadcast(${this.id})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

engineFunctions("class", { Broadcast });
