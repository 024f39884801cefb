import { load } from "../closure/load.js";
import { MarkFlag, markOf } from "../closure/mark.js";
import { Refusal, withArticle } from "../closure/refusal.js";
import { shipOrRefuse } from "../closure/ship.js";
import { AccumulatorV2 } from "./accumulator-v2.js";

type Any = AccumulatorV2<unknown, unknown>;

/** An accumulator of the user's own class, as what its class and its properties are. */
interface Form {
  readonly type: { readonly prototype: Any };
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * What an accumulator of the user's own class holds, as bytes: another thread makes one that holds the same.
 *
 * @throws Refusal when its class, or what it holds, cannot travel
 */
export function shipAccumulator(accumulator: Any): Uint8Array {
  const type = accumulator.constructor;
  for (let at: Function = type; at !== AccumulatorV2; at = Object.getPrototypeOf(at) as Function) {
    if ((markOf(at)?.flags ?? 0) & MarkFlag.PRIVATE) {
      throw new Refusal("the accumulator", `${withArticle(type.name)}, which has private fields`);
    }
  }
  const { id: _, ...properties } = accumulator as Any & Record<string, unknown>;
  return shipOrRefuse({ type, properties }, "the accumulator").bytes;
}

/** An accumulator that holds what the shipped one did, without an id. */
export function loadAccumulator(bytes: Uint8Array): Any {
  const { type, properties } = load<Form>(bytes);
  return Object.assign(Object.create(type.prototype) as Any, properties);
}
