import { deserializeElements, serializeElements } from "../../core/storage/serialize-elements.js";
import { E } from "../errors.js";
import type { WriteAheadLog } from "./write-ahead-log.js";

/** What is stored while a write is on its way goes together into the next one, in records of about so many bytes. */
const RECORD = 1024 * 1024;

interface Stored<T> {
  readonly elements: readonly T[];
  readonly bytes: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Puts what a receiver stores into a write-ahead log before it is handed on. One sync of the disk serves everything that was
 * stored while the one before ran.
 */
export class ReceivedLog<T> {
  #waiting: Stored<T>[] = [];
  #writing: Promise<void> | undefined;

  constructor(
    readonly log: WriteAheadLog,
    /** Gets each record when it is durable, in order. */
    private readonly taken: (elements: readonly T[], bytes: number) => void,
  ) {}

  /**
   * Resolves when the elements are durable and were handed on.
   *
   * @throws InputOutputError when they cannot be written; they were not handed on then
   */
  append(elements: readonly T[], bytes: number): Promise<void> {
    if (elements.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#waiting.push({ elements, bytes, done, failed });
      this.#writing ??= this.#write();
    });
  }

  /** Resolves when everything that was stored has been written, or could not be. */
  async idle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** The elements of the records from `from` to before `until`, a list a record. */
  async *read(from: number, until?: number): AsyncGenerator<readonly T[]> {
    for await (const payload of this.log.read(from, until)) yield deserializeElements(payload) as readonly T[];
  }

  async #write(): Promise<void> {
    // What is stored in this turn of the event loop goes together.
    await undefined;
    while (this.#waiting.length > 0) {
      const groups = grouped(this.#waiting);
      this.#waiting = [];
      const written = groups.map(group => this.#encode(group)).filter(record => record !== undefined);
      try {
        if (written.length > 0) await this.log.append(written.map(({ payload }) => payload));
      } catch (error) {
        for (const { group } of written) for (const { failed } of group) failed(error);
        continue;
      }
      for (const { group, elements } of written) {
        let bytes = 0;
        for (const stored of group) bytes += stored.bytes;
        this.taken(elements, bytes);
        for (const { done } of group) done();
      }
    }
    this.#writing = undefined;
  }

  #encode(group: Stored<T>[]): { group: Stored<T>[]; elements: readonly T[]; payload: Buffer } | undefined {
    const elements = group.length === 1 ? group[0]!.elements : group.flatMap(stored => stored.elements);
    const payload = serializeElements(elements);
    if (Buffer.isBuffer(payload)) return { group, elements, payload };
    // Only what cannot be written itself is refused, not its neighbours.
    if (group.length > 1) {
      const able = group.filter(stored => this.#encode([stored]) !== undefined);
      return able.length === 0 ? undefined : this.#encode(able);
    }
    group[0]!.failed(E.CHECKPOINT_NOT_SERIALIZABLE("What a receiver stored", payload.refused));
    return undefined;
  }
}

function grouped<T>(stored: readonly Stored<T>[]): Stored<T>[][] {
  const groups: Stored<T>[][] = [];
  let bytes = RECORD;
  for (const one of stored) {
    if (bytes >= RECORD) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(one);
    bytes += one.bytes;
  }
  return groups;
}
