import type { RDD } from "./rdd.js";

/**
 * The RDDs of a context that were persisted. It does not keep them alive: one that nobody can reach any more leaves the
 * cache as if it had been unpersisted.
 */
export class PersistentRDDs {
  readonly #byId = new Map<number, WeakRef<RDD<unknown>>>();
  readonly #dropped = new FinalizationRegistry<number>(id => this.remove(id));

  /** @param forget lets go of what the cache holds of an RDD */
  constructor(private readonly forget: (rddId: number) => void) {}

  add(rdd: RDD<unknown>): void {
    this.#byId.set(rdd.id, new WeakRef(rdd));
    this.#dropped.register(rdd, rdd.id);
  }

  remove(rddId: number): void {
    if (this.#byId.delete(rddId)) this.forget(rddId);
  }

  /** Those there are, by id. */
  all(): Map<number, RDD<unknown>> {
    const out = new Map<number, RDD<unknown>>();
    for (const [id, ref] of this.#byId) {
      const rdd = ref.deref();
      if (rdd !== undefined) out.set(id, rdd);
    }
    return out;
  }

  clear(): void {
    this.#byId.clear();
  }
}
