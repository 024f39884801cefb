import { E } from "./errors.js";

/** The elements of an argument that takes a list, for callers whose types nobody has checked. */
export function listOf<T>(what: string, list: Iterable<T>, elements: string): T[] {
  if (typeof list === "object" && list !== null && Symbol.iterator in list) return [...list];
  throw E.KAFKA_BAD_ARGUMENT(what, list, `it takes a list of ${elements}`);
}
