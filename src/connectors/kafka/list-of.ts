import { E } from "./errors.js";

/** The elements of an argument that takes a list, for callers whose types nobody has checked. */
export function listOf<T>(what: string, list: Iterable<T>, elements: string): T[] {
  if (typeof list === "object" && list !== null && Symbol.iterator in list) return [...list];
  throw E.KAFKA_BAD_ARGUMENT(what, list, `it takes a list of ${elements}`);
}

/** The same where the elements are objects. */
export function objectsOf<T extends object>(what: string, list: Iterable<T>, elements: string): T[] {
  const objects = listOf(what, list, elements);
  const wrong = objects.findIndex(x => typeof x !== "object" || x === null);
  if (wrong < 0) return objects;
  throw E.KAFKA_BAD_ARGUMENT(`Element ${wrong} of ${what}`, objects[wrong], `it takes ${elements}`);
}
