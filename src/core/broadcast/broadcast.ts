import { registerLoader, SHIP, type Shipped } from "../closure/protocol.js";
import { E } from "../errors/engine-errors.js";

let lastId = -1;
const known = new Map<number, WeakRef<Broadcast<unknown>>>();
const forget = new FinalizationRegistry<number>(id => known.delete(id));
registerLoader("broadcast", (id: number) => known.get(id)?.deref());

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
  readonly id = ++lastId;
  #value: T | undefined;
  #destroyed = false;

  constructor(value: T) {
    this.#value = value;
  }

  /** What was broadcast. An error after `destroy()`. */
  get value(): T {
    if (this.#destroyed) throw E.BROADCAST_DESTROYED(this.id);
    return this.#value as T;
  }

  /** Removes the workers' copies; they are sent again when needed. */
  async unpersist(): Promise<void> {}

  /** Removes the value for good. Using it afterwards is an error. */
  async destroy(): Promise<void> {
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
}
