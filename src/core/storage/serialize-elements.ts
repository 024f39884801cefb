import { deserialize, serialize } from "node:v8";
import { load } from "../closure/load.js";
import { isPlain } from "../closure/plain.js";
import { loadShipped, type Shipped, shipAll } from "../closure/protocol.js";
import { Refusal } from "../closure/refusal.js";
import { shipOrRefuse } from "../closure/ship.js";

// The first byte says which form follows.
const PLAIN = 0;
const GRAPH = 1;
const TOGETHER = 2;

/**
 * Elements as bytes: V8's form where it is faithful, that of a class for its instances where it has one, the form of
 * closures for others; else why not.
 */
export function serializeElements(elements: readonly unknown[]): Buffer | { readonly refused: string } {
  if (isPlain(elements)) return tagged(PLAIN, serialize(elements));
  const together = shipAll(elements);
  if (together !== undefined) return tagged(TOGETHER, serialize(together));
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
  switch (bytes[0]) {
    case PLAIN:
      return deserialize(body) as unknown[];
    case TOGETHER: {
      const { kind, data } = deserialize(body) as Shipped;
      return loadShipped(kind, data) as unknown[];
    }
    default:
      return load<never>(body);
  }
}
