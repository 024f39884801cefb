import { load, loadAsync } from "../../closure/load.js";
import type { Portable } from "../../closure/portable.js";
import { noteOrigin } from "../../pipeline/origin.js";
import { engineFunction } from "../../util/engine-functions.js";
import type { SentClosure } from "./protocol.js";

/** The closures that were sent to this worker. A plan's nodes hold stand-ins, from which each task gets its own copies. */
export class WorkerClosures {
  readonly portables = new WeakMap<Function, Portable<Function>>();
  readonly #known = new Map<number, Function>();

  get(id: number): Function {
    return this.#known.get(id)!;
  }

  async receive({ id, name, bytes, constant }: SentClosure): Promise<void> {
    if (this.#known.has(id)) return;
    if (name !== undefined) {
      const found = engineFunction(name);
      if (found === undefined) throw new TypeError(`no function of the engine is named ${name}`);
      this.#known.set(id, found);
      return;
    }
    const fn = await loadAsync(bytes!);
    this.#known.set(id, constant ? fn : this.#standIn(fn, bytes!));
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) this.#known.delete(id);
  }

  /** What stands for a closure with captured variables of its own in each task; called itself, it is the first copy. */
  #standIn(first: Function, bytes: Uint8Array): Function {
    const standIn = (...args: unknown[]) => first(...args) as unknown;
    Object.defineProperty(standIn, "length", { value: first.length });
    noteOrigin(first, standIn);
    this.portables.set(standIn, { fn: first, fresh: () => load<Function>(bytes) });
    return standIn;
  }
}
