import { registerLoader } from "./protocol.js";

/** The kind under which shared memory travels. */
export const SHARED_MEMORY = "sharedMemory";

interface SharedView {
  readonly id: number;
  /** The class of the view and what it covers; absent for the memory itself. */
  readonly view?: readonly [name: string, offset: number, length: number];
}

let lastId = 0;
const ids = new WeakMap<SharedArrayBuffer, number>();
const known = new Map<number, WeakRef<SharedArrayBuffer>>();
const VIEWS: Readonly<Record<string, new (memory: SharedArrayBuffer, offset: number, length: number) => object>> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
};

registerLoader(SHARED_MEMORY, ({ id, view }: SharedView) => {
  const memory = known.get(id)?.deref();
  if (memory === undefined || view === undefined) return memory;
  const [name, offset, length] = view;
  return new VIEWS[name]!(memory, offset, length);
});

/** The number of shared memory, the same in every thread it is handed to. */
export function shareId(memory: SharedArrayBuffer): number {
  let id = ids.get(memory);
  if (id === undefined) adoptShared((id = ++lastId), memory);
  return id;
}

/** Remembers shared memory under the number another thread gave it. */
export function adoptShared(id: number, memory: SharedArrayBuffer): void {
  ids.set(memory, id);
  known.set(id, new WeakRef(memory));
}

/** How shared memory, or a view of it, travels: the very memory, never a copy. `undefined` for anything else. */
export function sharedMemory(
  value: object,
): { readonly memory: SharedArrayBuffer; readonly data: SharedView } | undefined {
  if (value instanceof SharedArrayBuffer) return { memory: value, data: { id: shareId(value) } };
  if (!ArrayBuffer.isView(value) || !(value.buffer instanceof SharedArrayBuffer)) return undefined;
  const name = Object.getPrototypeOf(value)?.constructor?.name as string;
  if (!(name in VIEWS)) return undefined;
  const length = value instanceof DataView ? value.byteLength : (value as Uint8Array).length;
  return { memory: value.buffer, data: { id: shareId(value.buffer), view: [name, value.byteOffset, length] } };
}
