import { deserialize, serialize } from "node:v8";
import { load } from "../closure/load.js";
import { isPlain } from "../closure/plain.js";
import { Refusal } from "../closure/refusal.js";
import { shipOrRefuse } from "../closure/ship.js";

// The first byte says which of the two forms follows.
const PLAIN = 0;
const GRAPH = 1;

/** Elements as bytes: V8's form where it is faithful, the form of closures for instances of classes; else why not. */
export function serializeElements(elements: readonly unknown[]): Buffer | { readonly refused: string } {
  if (isPlain(elements)) return tagged(PLAIN, serialize(elements));
  try {
    return tagged(GRAPH, shipOrRefuse(elements, "the element").bytes);
  } catch (error) {
    if (error instanceof Refusal) return { refused: `${error.path} is ${error.what}` };
    throw error;
  }
}

function tagged(form: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(form), bytes]);
}

/** The elements of {@link serializeElements}, as new objects. */
export function deserializeElements(bytes: Buffer): readonly unknown[] {
  const body = bytes.subarray(1);
  return bytes[0] === PLAIN ? (deserialize(body) as unknown[]) : load<never>(body);
}
